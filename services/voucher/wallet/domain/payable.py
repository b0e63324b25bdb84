"""Decides whether vouchers of a scheme may be given out at all: only where the service does all that its file says."""

from collections.abc import Iterator

from services.chassis.refusals import Reason
from services.standards.holding import Kind
from services.voucher.scheme.domain.eligibility import NOT_YET_FIRMS
from services.voucher.scheme.domain.rule import When
from services.voucher.scheme.domain.scheme import Scheme


def reasons(scheme: Scheme) -> Iterator[Reason]:
    """What a file says that the service cannot do yet, each with its rule and clause.

    Nobody is given a voucher that its provider could not be paid for, or that would be priced other than its file
    says: no round is made.
    """
    for rule, way, clause in (*_settlement(scheme), *_cases(scheme), *_holders(scheme)):
        yield Reason("round.way_not_built", rule, "/scheme_version_id", {"way": way}, clause)


def _settlement(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    settlement = scheme.settlement
    if settlement.payee.value == "space":
        yield "settlement.payee", "space", settlement.payee.source
    if settlement.split is not None:
        yield "settlement.split", "split", settlement.split.source


def _cases(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for case in scheme.rates.cases:
        yield from _case("rate.cases", case.when, case.source)
    for cap in scheme.caps:
        for other in cap.cases:
            yield from _case(f"caps.{cap.id}", other.when, other.source)


def _case(rule: str, when: When, source: str) -> Iterator[tuple[str, str, str]]:
    """A space holds no voucher, so that a case of it would never hold."""
    if any(word == "holder" and not set(values) <= set(Kind) for word, values in when.words):
        yield rule, "holder", source


def _holders(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Spaces have no account of their own; teams and persons have no bank account that a treasury could pay to."""
    rule, payee = scheme.who.holders, scheme.settlement.payee
    if not set(rule.value) & set(Kind):
        yield "who.holders", "holders", rule.source
    if payee.value == "holder" and NOT_YET_FIRMS & set(rule.value):
        yield "settlement.payee", "holders", payee.source
