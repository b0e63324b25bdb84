"""Decides whether a statement agrees with itself and with all that is known of its account, and what it adds.

One that disagrees is kept with its faults and none of its lines is booked: a bank's file is believed whole or not at
all. It may be sent again, as when the file that lies before it comes later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Scalar
from services.standards.money import format_amount
from services.voucher.reconciliation.domain.movement import Identified, Movement
from services.voucher.reconciliation.domain.sheet import Sheet

LOOK_INTO = "statement.disagrees"
"""The task of finance when a statement disagrees."""

LOOK_INTO_WITHIN = timedelta(days=3)
"""How long it may wait before its task is overdue."""


class StatementState(StrEnum):
    """disagrees → imported, when it is sent again; imported is final."""

    IMPORTED = "imported"
    DISAGREES = "disagrees"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that disagrees: its code, where in the file, and the figures (amounts as decimal text)."""

    code: str
    pointer: str
    numbers: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A file of the bank for a payer account: period, balances in fen, how many lines it has and how many were new."""

    id: UUID
    payer_account_id: UUID
    treasury: str
    profile: str
    sha256: str
    from_on: date
    until_on: date
    currency: str
    opening: int
    closing: int
    lines: int
    added: int
    state: StatementState
    faults: tuple[Fault, ...]
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the account before a file: Σ of its lines before the period and up to its end, the newest
    closing with its date, and those of the file's lines that are known, by key.
    """

    before: int
    until: int
    by_key: Mapping[str, Movement]
    closing_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file adds, nothing when it disagrees, and what disagrees in it."""

    new: tuple[Identified, ...]
    faults: tuple[Fault, ...]

    @property
    def state(self) -> StatementState:
        """Kept as imported or as disagreeing."""
        return StatementState.DISAGREES if self.faults else StatementState.IMPORTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file as it arrived: its id, for which account, in which layout, its bytes' SHA-256, by whom and when (UTC)."""

    id: UUID
    payer_account_id: UUID
    treasury: str
    currency: str
    profile: str
    sha256: str
    by: str
    at: datetime


def kept(arrival: Arrival, sheet: Sheet, verdict: Verdict) -> Statement:
    """The statement that is kept of a file."""
    return Statement(
        id=arrival.id,
        payer_account_id=arrival.payer_account_id,
        treasury=arrival.treasury,
        profile=arrival.profile,
        sha256=arrival.sha256,
        from_on=sheet.from_on,
        until_on=sheet.until_on,
        currency=arrival.currency,
        opening=sheet.opening,
        closing=sheet.closing,
        lines=len(sheet.movements),
        added=len(verdict.new),
        state=verdict.state,
        faults=verdict.faults,
        imported_by=arrival.by,
        imported_at=arrival.at,
    )


def is_newest(statement: Statement, closing_on: date | None) -> bool:
    """Whether an account's balance is what this statement closes with, given the date of the newest one so far."""
    imported = statement.state is StatementState.IMPORTED
    return imported and (closing_on is None or statement.until_on >= closing_on)


def judge(sheet: Sheet, lines: Sequence[Identified], known: Known, *, currency: str) -> Verdict:
    """What a statement adds to what is known of its account, or all that speaks against it."""
    new = [line for line in lines if line.key not in known.by_key]
    added = sum(line.movement.amount for line in new)
    faults = [*_of_lines(lines, known), *_of_balances(sheet, known, currency)]
    if not faults:  # each of these would only repeat what is said above
        faults += _differs("statement.closing", "/closing", known.until + added, sheet.closing, currency)
        if known.closing_on is not None and known.closing_on > sheet.until_on:
            faults += _differs("statement.later", "/lines", 0, added, currency)
    return Verdict(() if faults else tuple(new), tuple(faults))


def _of_lines(lines: Sequence[Identified], known: Known) -> Iterator[Fault]:
    met: set[str] = set()
    for line in lines:
        pointer, reference = f"/lines/{line.number}", line.movement.bank_reference
        earlier = known.by_key.get(line.key)
        if earlier is not None and not earlier.is_told_as(line.movement):
            yield Fault("statement.line_differs", pointer, {"line": line.number, "reference": reference})
        if line.key in met:
            yield Fault("statement.reference_twice", pointer, {"line": line.number, "reference": reference})
        met.add(line.key)


def _of_balances(sheet: Sheet, known: Known, currency: str) -> Iterator[Fault]:
    moved = sum(movement.amount for movement in sheet.movements)
    yield from _differs("statement.arithmetic", "/closing", sheet.opening + moved, sheet.closing, currency)
    yield from _differs("statement.opening", "/opening", known.before, sheet.opening, currency)


def _differs(code: str, pointer: str, expected: int, stated: int, currency: str) -> Iterator[Fault]:
    if expected != stated:
        figures = {"expected": expected, "stated": stated, "difference": stated - expected}
        yield Fault(code, pointer, {name: format_amount(fen, currency) for name, fen in figures.items()})
