"""Verifies the chain of seals, seal by seal, against the rows that stand in the tables now."""

import asyncio
import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.domain.seal import START, Rows, Signed
from services.voucher.ledger.domain.tampering import (
    Difference,
    Head,
    How,
    altered,
    chain_faults,
    differences,
    same,
    stray,
    told_once,
)
from services.voucher.ledger.store import sealed_rows, seals
from services.voucher.ledger.store.checks import FINDINGS_MAX
from services.voucher.signet import SEAL, Keys, NotOurs, PublicKey, Signet, typ

_One = TypeVar("_One")
SEALS = typ(SEAL, sandbox=False), typ(SEAL, sandbox=True)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the chain is held against: the keys that are believed, a head of it that was given away, one seen before.

    Without keys each seal is checked by the one it names itself, which proves only that it was not altered since.
    """

    keys: Keys | None = None
    head: Head | None = None
    seen: Head | None = None

    @property
    def heads(self) -> tuple[Head, ...]:
        """Those that must be in the chain."""
        return tuple(dict.fromkeys(one for one in (self.head, self.seen) if one is not None))


def head_of(jws: str, keys: Keys | None) -> Head:
    """The head that was given away as a signed seal; NotOurs when none of these keys signed it, or it is no seal."""
    try:
        statement = _unproved(jws) if keys is None else keys.opened(jws, *SEALS)
        said = json.loads(statement)
        return Head(int(said["number"]), merkle.digest(said["algorithm"], statement))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise NotOurs from error


def evidence_of(key: bytes | None, retired: Iterable[str], head: str | None) -> Evidence:
    """What there is to hold the chain against where no service runs: the sealing key, if it is at hand. NotOurs.

    retired: public keys in base64url that are believed as well, or alone; ValueError where one is none.
    """
    public = [PublicKey(word) for word in retired]
    keys = Signet(key, public).keys if key is not None else Keys(public) if public else None
    return Evidence(keys, None if head is None else head_of(head, keys))


def _unproved(jws: str) -> bytes:
    """What it says, whoever signed it."""
    _, content, _ = jws.strip().split(".")
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the seals reach: how many there are, and the last of them."""

    seals: int
    last: Signed | None
    findings: tuple[Finding, ...]


async def verify(connection: AsyncConnection, evidence: Evidence) -> Chain:
    """Every seal in turn over one snapshot, with no more of it in memory than one; each check gives 200 findings.

    Of rows that differ twice as many are kept of each kind: what left one place may come to stand at another.
    """
    found: list[Finding] = []
    different: list[Difference] = []
    count, before, there = 0, None, dict[int, Signed]()
    asked = {head.number for head in evidence.heads}
    called = typ(SEAL, sandbox=await clock.is_sandbox(connection))
    async for signed in seals.chain(connection):
        found += [*chain_faults(before, signed), *_signature_faults(signed, evidence.keys, called)]
        follows = signed.seal.number == (1 if before is None else before.seal.number + 1)
        rows = await seals.rows_of(connection, signed.seal.number)
        wrong, of_rows = await _of_rows(connection, before, signed, rows)
        found += wrong
        # behind a missing seal its rows stand too, and a torn one names none: what is more there then says nothing
        known = follows and rows.count > 0
        different += [one for one in of_rows if known or one.how is not How.INSERTED]
        found, different = _few(found), _first(different, 2 * FINDINGS_MAX, lambda one: one.how)
        if signed.seal.number in asked:
            there[signed.seal.number] = signed
        count, before = count + 1, signed
    faults = [head.fault(there.get(head.number)) for head in evidence.heads]
    found += [fault for fault in faults if fault is not None]
    found += await _of_counting(connection, before)
    found += [one.finding for one in told_once(different)]
    return Chain(count, before, tuple(_few(found)))


async def _of_counting(connection: AsyncConnection, last: Signed | None) -> list[Finding]:
    """What can never be sealed: everything where the count of transactions runs behind, else rows outside of it."""
    if last is None or await sealed_rows.horizon(connection) > last.seal.upto.xact:
        return [stray(name) for name in await sealed_rows.strays(connection, limit=FINDINGS_MAX)]
    expected = f"transactions beyond {last.seal.upto.xact}"
    behind = "a counter that runs behind: nothing can be sealed"
    return [Finding.differs("seal.counter", f"seal {last.seal.number}", expected=expected, actual=behind)]


def _few(found: list[Finding]) -> list[Finding]:
    return _first(found, FINDINGS_MAX, lambda one: one.check)


def _first(found: list[_One], most: int, kind: Callable[[_One], str]) -> list[_One]:
    """Of each kind the first so many."""
    told: dict[str, int] = {}
    few = []
    for one in found:
        called = kind(one)
        told[called] = told.get(called, 0) + 1
        if told[called] <= most:
            few.append(one)
    return few


def _signature_faults(signed: Signed, keys: Keys | None, called: str) -> list[Finding]:
    seal = signed.seal
    try:
        statement = (keys or Keys([PublicKey(seal.key)])).opened(signed.jws, called)
    except (NotOurs, ValueError):
        said = "a signature by a key that is believed"
        return [Finding.differs("seal.signature", f"seal {seal.number}", expected=said, actual=f"by {seal.key}")]
    if statement != seal.statement:
        return [altered(seal.number, statement.decode(), seal.statement.decode())]
    return []


async def _of_rows(
    connection: AsyncConnection, before: Signed | None, signed: Signed, kept: Rows
) -> tuple[list[Finding], list[Difference]]:
    """What is wrong with the leaves that a seal keeps, and with the rows that stand where they stood."""
    seal = signed.seal
    if not merkle.available(seal.algorithm):
        return [altered(seal.number, f"{seal.algorithm} on this machine", "an OpenSSL without it")], []
    after = START if before is None else before.seal.upto
    found = await sealed_rows.read(connection, after=after, upto=seal.upto, algorithm=seal.algorithm)
    whole = await asyncio.to_thread(same, seal, kept)
    if whole and found == kept:
        return [], []
    if whole:
        return [], differences(seal.number, kept, found)
    faults = [altered(seal.number, "leaves that come to its root", "others" if kept.count else "none")]
    rows_stand = found.count > 0 and await asyncio.to_thread(same, seal, found)
    return faults, [] if rows_stand or found == kept else differences(seal.number, kept, found)
