"""Decides whether vouchers of a scheme may be given out at all: only where the service does all that its file says."""

from collections.abc import Iterator

from services.chassis.refusals import Reason
from services.voucher.scheme.domain.rule import When
from services.voucher.scheme.domain.scheme import Scheme

NOT_HEARD = ("founder_class", "provider_level")
"""Words of cases of which nobody tells the service, so that such a case would never hold."""


def reasons(scheme: Scheme) -> Iterator[Reason]:
    """What a file says that the service cannot do yet, each with its rule and clause.

    Nobody is given a voucher that its provider could not be paid for, or that would be priced other than its file
    says: no round is made.
    """
    for rule, way, clause in (*_settlement(scheme), *_rate(scheme), *_holders(scheme)):
        yield Reason("round.way_not_built", rule, "/scheme_version_id", {"way": way}, clause)


def _settlement(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    settlement = scheme.settlement
    if settlement.payee.value == "space":
        yield "settlement.payee", "space", settlement.payee.source
    if settlement.split is not None:
        yield "settlement.split", "split", settlement.split.source


def _rate(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for case in scheme.rates.cases:
        yield from _case("rate.cases", case.when, case.source)
    for cap in scheme.caps:
        for other in cap.cases:
            yield from _case(f"caps.{cap.id}", other.when, other.source)


def _case(rule: str, when: When, source: str) -> Iterator[tuple[str, str, str]]:
    for word, _ in when.words:
        if word in NOT_HEARD:
            yield rule, word, source


def _holders(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Organisations alone have accounts that apply; where they may hold nothing, nobody could."""
    rule = scheme.who.holders
    if "organization" not in rule.value:
        yield "who.holders", "holders", rule.source
