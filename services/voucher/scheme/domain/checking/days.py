"""Finds rules that name a day which is not known when they are asked."""

from collections.abc import Iterator, Sequence

from services.voucher.scheme.domain.checking.fault import Fault

OF_CONTRACT = ("issue", "contract", "authorise")
"""The days that are known when value is frozen: the rate is looked up and a cap counts then, and not again."""


def known_day(pointer: str, as_of: str, known: Sequence[str]) -> Iterator[Fault]:
    """That what a rule names by `as_of` is none of the days that are known when it is asked."""
    if as_of not in known:
        yield Fault(pointer, "scheme.not_one_of", {"found": as_of, "allowed": ", ".join(known)})
