"""A stop comes before the money goes, and ends once."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from services.voucher.settlement.domain.claim import Leg, LegState
from services.voucher.settlement.domain.stop import Stop, StopKind, StopState, lift, put

AT = datetime(2020, 10, 12, 2, 0, tzinfo=UTC)
TODAY = date(2020, 10, 12)


def a_leg(**changes: Any) -> Leg:
    fields: dict[str, Any] = {
        "id": UUID(int=1),
        "claim_line_id": UUID(int=2),
        "part": "1",
        "budget_line_id": UUID(int=3),
        "treasury": "jiangmen",
        "funding_source": "江门市财政局",
        "payee_id": UUID(int=4),
        "currency": "CNY",
        "amount": 100,
        "state": LegState.PAYABLE,
        **changes,
    }
    return Leg(**fields)


def a_stop(**changes: Any) -> Stop:
    fields: dict[str, Any] = {"id": UUID(int=5), "leg_id": UUID(int=1), "kind": StopKind.MANUAL, "reason": "why"}
    return Stop(**{**fields, "set_by": "per_1", "since": AT, **changes})


def refused(stop: Stop, leg: Leg) -> set[str]:
    with pytest.raises(Refusal) as found:
        put(stop, leg=leg, today=TODAY)
    return {reason.code for reason in found.value.reasons}


@pytest.mark.parametrize(
    "leg", [a_leg(), a_leg(state=LegState.IN_PAYMENT, payout_id=UUID(int=6)), a_leg(sent_at=AT)], ids=str
)
def test_a_leg_is_stopped_until_its_payout_is_sent(leg: Leg) -> None:
    assert put(a_stop(expected_end=TODAY), leg=leg, today=TODAY).state is StopState.LIVE


def test_what_was_sent_or_paid_is_not_stopped_any_more() -> None:
    sent = a_leg(state=LegState.IN_PAYMENT, payout_id=UUID(int=6), sent_at=AT)
    paid = a_leg(state=LegState.PAID, payout_id=UUID(int=6), sent_at=AT, paid_on=TODAY)
    assert [refused(a_stop(), leg) for leg in (sent, paid)] == [{"stop.too_late"}] * 2


def test_everything_that_is_wrong_with_a_stop_is_told_at_once() -> None:
    dropped = a_leg(state=LegState.DROPPED)
    assert refused(a_stop(expected_end=date(2020, 10, 11)), dropped) == {"stop.leg_dropped", "stop.expected_end"}


def test_lifted_it_names_who_did_so_and_why() -> None:
    lifted = lift(a_stop(), by="per_2", at=AT, reason="found nothing")
    assert (lifted.state, lifted.ended_by, lifted.end_reason) == (StopState.LIFTED, "per_2", "found nothing")
    with pytest.raises(Refusal, match=r"stop\.state"):
        lift(lifted, by="per_2", at=AT, reason="again")


def test_the_stop_of_an_objection_ends_with_it_only() -> None:
    stop = a_stop(kind=StopKind.OBJECTION, objection_id=UUID(int=7))
    with pytest.raises(Refusal, match=r"stop\.of_objection"):
        lift(stop, by="per_2", at=AT, reason="why not")


@pytest.mark.parametrize("changes", [{"kind": StopKind.OBJECTION}, {"objection_id": UUID(int=7)}])
def test_a_stop_of_an_objection_and_no_other_names_it(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="objection"):
        a_stop(**changes)
