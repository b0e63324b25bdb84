"""Decides what a refusal is: a typed answer 'no' with every reason at once, free of HTTP."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

Scalar = str | int | bool | None


@dataclass(frozen=True)
class Reason:
    """One reason why something is refused.

    code: stable dotted name, such as ``voucher.expired``; rule: the scheme or house rule that said no;
    pointer: JSON pointer (RFC 6901) of the faulty field; numbers: what the message is filled with
    (amounts as decimal text, days as int); clause: where the rule is written.
    """

    code: str
    rule: str | None = None
    pointer: str | None = None
    numbers: Mapping[str, Scalar] = field(default_factory=dict)
    clause: str | None = None


class Refusal(Exception):
    """A decision not to do what was asked, without any effect.

    Refusal
    ├── NotFound      does not exist, or the caller must not know that it does
    └── (nothing else: the code tells causes apart, not the class)
    """

    def __init__(
        self,
        code: str,
        *,
        rule: str | None = None,
        pointer: str | None = None,
        numbers: Mapping[str, Scalar] | None = None,
        clause: str | None = None,
    ) -> None:
        self.reasons: tuple[Reason, ...] = (Reason(code, rule, pointer, numbers or {}, clause),)
        super().__init__(code)

    @classmethod
    def of(cls, reasons: Sequence[Reason]) -> Self:
        """Refuse for several reasons at once; the first names the problem."""
        refusal = cls(reasons[0].code)
        refusal.reasons = tuple(reasons)
        return refusal

    @property
    def code(self) -> str:
        """The code of the first reason."""
        return self.reasons[0].code


class NotFound(Refusal):
    """Nothing of that name, or nothing the caller may know of."""


DECIDE_WITHIN = timedelta(days=7)
"""How long what one person proposed may wait for another before his task is overdue; it does not lapse."""


def another_person(person: str, *, than: Collection[str | None], otherwise: str) -> None:
    """Refuse with the code `otherwise` whoever decides on what he did himself: persons are counted, never accounts."""
    if person in than:
        raise Refusal(otherwise, rule="four_eyes")


def refuse_all(reasons: Sequence[Reason]) -> None:
    """Raise one Refusal of all reasons; return when there is none."""
    if reasons:
        raise Refusal.of(reasons)
