"""Decides in which order a seed draws numbers, so that everybody who knows the seed comes to the same order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal, another_person

ALGORITHM = (
    "The lot of a number is the SHA-256 of the text <seed>:<number> in hexadecimal; the smallest lot comes first."
)
"""The draw in words, as it is published."""


_DIGITS = str.maketrans("123456789", "000000000")


def digest(text: str) -> str:
    """The SHA-256 of a text (UTF-8) in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def form_of(text: str) -> str:
    """The form of a text: every character as it is, and 0 for each digit."""
    return text.translate(_DIGITS)


def seed_of(secret: str, public_text: str) -> str:
    """The seed that a secret, promised before, and a public text that nobody could know then make together."""
    return digest(f"{secret}:{public_text}")


def lot(seed: str, number: int) -> str:
    """What a number draws: 64 hexadecimal digits, compared as text."""
    return digest(f"{seed}:{number}")


def order(seed: str, numbers: Iterable[int]) -> list[int]:
    """The numbers in the order in which the seed draws them."""
    return sorted(numbers, key=lambda number: lot(seed, number))


class Purpose(StrEnum):
    """What is drawn in a round: its ranks, an audit sample, who is reviewed twice, or legs to be inspected."""

    LOTTERY = "lottery"
    AUDIT = "audit"
    SECOND_REVIEW = "second_review"
    LEGS = "legs"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as it was asked for: the SHA-256 of a secret, where the public text will be found, and its form."""

    commitment: str
    public_source: str
    public_form: str

    def by(self, person: str, *, at: datetime, round_id: UUID, purpose: Purpose, turn: int = 1) -> "Draw":
        """The draw that somebody promises so."""
        return Draw(
            round_id=round_id,
            commitment=self.commitment,
            public_source=self.public_source,
            public_form=self.public_form,
            committed_by=person,
            committed_at=at,
            purpose=purpose,
            turn=turn,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw of a round: promised by one person, carried out by another once it is known what is drawn.

    commitment: the SHA-256 of the secret, so that it cannot be chosen later; public_source: where the public text will
    be found, that nobody can know yet, and public_form its form to the character, each digit standing for any: who
    draws chooses nothing of its wording. Together they make the seed. turn: the how manieth draw of its purpose it is,
    of a lottery the how manieth time its window came. Persons are `per_…`, instants UTC.
    """

    round_id: UUID
    commitment: str
    public_source: str
    committed_by: str
    committed_at: datetime
    purpose: Purpose = Purpose.LOTTERY
    turn: int = 1
    secret: str | None = field(default=None, repr=False)
    public_text: str | None = None
    seed: str | None = None
    drawn_by: str | None = None
    drawn_at: datetime | None = None
    public_form: str | None = None

    @property
    def known_seed(self) -> str:
        """The seed; ValueError while it is not carried out."""
        if self.seed is None:
            raise ValueError("this draw is not carried out")
        return self.seed

    def instead_of(self, before: "Draw | None", *, known: bool) -> "Draw":
        """This promise, behind a draw that was carried out, or in place of one that was not.

        known: whether it is known by now what is drawn. Who made a promise may then not take it back, so that he cannot
        choose another secret once the public text is out; another person may, where the secret is lost. Refusal
        ``draw.promised``.
        """
        if before is None:
            return self
        if before.seed is not None:
            return replace(self, turn=before.turn + 1)
        if known and before.committed_by == self.committed_by:
            raise Refusal("draw.promised", rule="four_eyes", numbers={"commitment": before.commitment})
        return replace(self, turn=before.turn)

    def drawn(self, secret: str, public_text: str, *, by: str, at: datetime) -> "Draw":
        """This draw, carried out. Refusals ``draw.done``, ``draw.same_person``, ``draw.secret_differs``,
        ``draw.text_form``.
        """
        if self.seed is not None:
            raise Refusal("draw.done", rule="decided_once")
        another_person(by, than=[self.committed_by], otherwise="draw.same_person")
        if digest(secret) != self.commitment:
            raise Refusal("draw.secret_differs", pointer="/secret", numbers={"commitment": self.commitment})
        if self.public_form is not None and form_of(public_text) != form_of(self.public_form):
            raise Refusal("draw.text_form", pointer="/public_text", numbers={"form": self.public_form})
        seed = seed_of(secret, public_text)
        return replace(self, secret=secret, public_text=public_text, seed=seed, drawn_by=by, drawn_at=at)
