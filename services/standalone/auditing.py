"""Runs the voucher service's audit against the database itself, whether or not anything is being served."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from services.chassis.database import Database
from services.standalone import voucher_keys
from services.standalone.installation import Installation, Unusable
from services.voucher.app import Heads, NotOurs, evidence_of, run_audit

UNPROVED = "unproved"


@dataclass(frozen=True)
class Verdict:
    """What the audit says, ready to be printed."""

    at: str
    counted: dict[str, int]
    findings: list[dict[str, str]]
    seals: int
    head: str | None
    signatures: str
    """`believed`: of keys that this machine was told of; `unproved`: each of the key that the seal itself names."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """One document; ``audit`` is ``ok`` or ``findings``."""
        looked_at = {"at": self.at, **self.counted, "seals": self.seals, "head": self.head}
        looked_at["signatures"] = self.signatures
        return {"audit": "ok" if self.ok else "findings", **looked_at, "findings": self.findings}

    def as_lines(self) -> list[str]:
        """One line for each finding, and the verdict last."""
        told = [f"{found['check']}: {found['subject']}: {found['detail']}" for found in self.findings]
        if self.seals and self.signatures == UNPROVED:
            told.append(
                "the seals are signed, but nobody has told this machine by which keys: anybody may have done it"
            )
        return [*told, f"audit: {len(self.findings)} findings" if self.findings else "audit: ok"]


async def audit(installation: Installation, head: Path | None = None) -> Verdict:
    """Look at the installation's main database as the voucher service, which reads and cannot alter the books.

    head: a file with the signed head of an earlier audit, or with that whole audit as JSON. Unusable when it is none.
    """
    key, retired = voucher_keys.seal_keys(installation.data)
    try:
        evidence = evidence_of(key, retired, None if head is None else _head(head))
    except NotOurs:
        raise Unusable(f"{head} is not a seal that this house has signed") from None
    database = Database(installation.main.services["voucher"], "voucher")
    try:
        seen = Heads(voucher_keys.heads_of(installation.data)).last(database)
        report = await run_audit(database, replace(evidence, seen=seen))
    finally:
        await database.dispose()
    return Verdict(
        at=report.at.isoformat(),
        counted=asdict(report.counted),
        findings=[asdict(finding) for finding in report.findings],
        seals=report.seals,
        head=report.head,
        signatures=UNPROVED if evidence.keys is None else "believed",
    )


def _head(file: Path) -> str:
    try:
        content = file.read_text(encoding="utf-8").strip()
        return str(json.loads(content)["head"]) if content.startswith("{") else content
    except (OSError, ValueError, KeyError) as error:
        raise Unusable(f"{file} cannot be read as a seal: {error}") from None
