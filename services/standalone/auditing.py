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
A_HEAD = "the `jws` of a seal, or a whole audit or receipt as JSON, which has it as `head`"


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

    head: a file with a signed head that was kept, as ``kept_head`` reads it. Unusable when it is none.
    """
    key, retired = voucher_keys.seal_keys(installation.data)
    try:
        evidence = evidence_of(key, retired, None if head is None else kept_head(head))
    except NotOurs:
        raise Unusable(f"{head} is not a seal that this house has signed; looked for {A_HEAD}") from None
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


def kept_head(file: Path) -> str:
    """The signed head that a file has: it alone, or that of an audit or a receipt as JSON. Unusable without one."""
    try:
        content = file.read_text(encoding="utf-8").strip()
        document: dict[str, Any] = json.loads(content) if content.startswith("{") else {"head": content}
    except (OSError, ValueError) as error:
        raise Unusable(f"{file} cannot be read: {error}") from None
    head = (document.get("receipt") or document).get("head")
    if not head:
        raise Unusable(f"{file} has no head of the seals; looked for {A_HEAD}")
    return str(head)
