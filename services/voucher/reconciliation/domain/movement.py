"""Decides what one movement on an account is, and by which key it is known again in whatever file it stands.

A movement with a reference of the bank's is known by it. Without one it is known by all that the bank says of it and
by n, its place among equal ones of that date in that file: so true twins stay two, a file that is sent again adds
nothing, and over several files a date has the most of a kind that any of them shows, not the sum.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What the bank says of one movement: its booking date, fen (in > 0, out < 0), the other party and its words."""

    booked_on: date
    amount: int
    counterparty_name: str
    counterparty_account: str
    bank_reference: str
    text: str

    def is_told_as(self, other: "Movement") -> bool:
        """Whether two files tell the same movement: date, amount and party; a bank may word its text anew."""
        return (
            self.booked_on == other.booked_on
            and self.amount == other.amount
            and self.counterparty_name == other.counterparty_name
            and self.counterparty_account == other.counterparty_account
        )


@dataclass(frozen=True, slots=True)
class Identified:
    """A movement with its line in the file (from 1), its n among equal ones, its digest and its key on the account."""

    number: int
    movement: Movement
    occurrence: int
    digest: str

    @property
    def key(self) -> str:
        """By what it is known again."""
        reference = self.movement.bank_reference
        return f"ref {reference}" if reference else self.digest


def identified(payer_account_id: UUID, movements: Sequence[Movement]) -> list[Identified]:
    """The movements of one file of an account, each with its key, in the file's order."""
    met: Counter[Movement] = Counter()
    found = []
    for number, movement in enumerate(movements, start=1):
        if not movement.bank_reference:
            met[movement] += 1
        occurrence = met[movement] or 1
        found.append(Identified(number, movement, occurrence, _digest(payer_account_id, movement, occurrence)))
    return found


def _digest(payer_account_id: UUID, movement: Movement, occurrence: int) -> str:
    """SHA-256 over one fact a line, which no fact can contain; `statement_line.digest` of the audit does the same."""
    facts = (
        str(payer_account_id),
        movement.booked_on.isoformat(),
        str(movement.amount),
        movement.counterparty_name,
        movement.counterparty_account,
        movement.bank_reference,
        movement.text,
        str(occurrence),
    )
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
