"""Work is handed in, judged by the holder, by silence or by an arbiter who had no part in it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis.refusals import NotFound, Refusal
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.domain.world import Evidence
from services.voucher.scheme.domain.caps import Cap
from tests.voucher.redemption.samples import (
    FACE,
    HOLDER,
    PAYEE,
    RESULT,
    YUAN,
    Play,
    a_contract,
    a_facts,
    a_world,
    accepted,
    arbiter,
    authorised,
    captured,
    delivered,
    holder,
    jiangmen,
    proposed,
    with_cap,
)

LATE = ["contract.date_ahead", "contract.completed_outside"]
SILENT_UNTIL = datetime(2020, 9, 28, 16, 0, tzinfo=UTC)


def test_a_delivery_waits_five_working_days_for_the_holder() -> None:
    played = delivered()
    assert played.redemption.state is State.DELIVERED
    assert (played.redemption.due_on, played.redemption.due_at) == (date(2020, 9, 28), SILENT_UNTIL)


def test_every_fault_of_a_delivery_is_told_at_once() -> None:
    played = authorised()
    with pytest.raises(Refusal) as refused:
        played.deliver(1, currency="EUR", completed_on=date(2020, 10, 16), document_id=HOLDER)
    codes = [reason.code for reason in refused.value.reasons]
    assert codes == ["voucher.currency", *LATE, "document.unknown", "delivery.earns_nothing"]


def test_work_that_would_be_completed_tomorrow_is_not_delivered_today() -> None:
    """From a bug: any day within the scheme's window was taken, also one ahead."""
    played = authorised()
    with pytest.raises(Refusal, match=r"contract\.date_ahead"):
        played.deliver(completed_on=date(2020, 9, 22))
    assert played.deliver(completed_on=date(2020, 9, 21)).redemption.state is State.DELIVERED


def counted_by_completion(completed_on: date | None = None) -> Play:
    """Authorised under one more cap, that goes by the year of completion, in a window that reaches back to 2019."""
    cap = Cap("completed-per-year", "authorised", "holder", "year", "completion", FACE, "row")
    contract = a_contract(signed_on=date(2019, 10, 8), completed_on=completed_on)
    return authorised(world=a_world(facts=with_cap(cap)), contract=contract)


def refused_delivery(played: Play, completed_on: date) -> list[tuple[str, object]]:
    with pytest.raises(Refusal) as refused:
        played.deliver(completed_on=completed_on)
    return [(reason.code, reason.numbers.get("period")) for reason in refused.value.reasons]


def test_a_delivery_is_not_completed_later_than_was_agreed() -> None:
    """From a bug: the year of a cap was named by one date, and the work delivered with another."""
    played = counted_by_completion(completed_on=date(2019, 12, 1))
    assert refused_delivery(played, date(2019, 12, 2)) == [("delivery.after_agreed", None)]
    assert refused_delivery(played, date(2020, 9, 1)) == [
        ("delivery.after_agreed", None),
        ("delivery.other_period", "2019"),
    ]
    assert played.deliver(completed_on=date(2019, 11, 30)).redemption.state is State.DELIVERED


def test_nor_in_an_earlier_year_than_it_was_counted_in() -> None:
    """From a bug: as above, with the later year's cap spared or used up instead."""
    played = counted_by_completion(completed_on=date(2020, 9, 19))
    assert refused_delivery(played, date(2019, 12, 31)) == [("delivery.other_period", "2020")]
    assert played.deliver(completed_on=date(2020, 1, 1)).redemption.state is State.DELIVERED


def test_work_whose_day_was_left_open_counts_in_the_year_of_authorisation_and_is_delivered_in_it() -> None:
    """From a bug: to leave the date out would have been the same way around the cap."""
    played = counted_by_completion()
    assert refused_delivery(played, date(2019, 12, 31)) == [("delivery.other_period", "2020")]
    assert played.deliver(completed_on=date(2020, 1, 1)).redemption.state is State.DELIVERED


def test_a_cap_of_another_year_is_not_moved_by_the_completion() -> None:
    played = authorised(contract=a_contract(signed_on=date(2019, 10, 8)))
    assert played.deliver(completed_on=date(2019, 12, 31)).redemption.state is State.DELIVERED


def test_before_anything_is_authorised_no_cap_can_be_moved() -> None:
    played = proposed()
    with pytest.raises(ValueError, match="under no cap"):
        caps.moved_by(played.redemption, date(2020, 9, 20), scheme=jiangmen())


def test_a_result_file_of_somebody_else_is_unknown() -> None:
    played = authorised()
    played.world = replace(played.world, facts=a_facts(documents={RESULT: Evidence(HOLDER, "cli_provider")}))
    with pytest.raises(Refusal, match=r"document\.unknown"):
        played.deliver()


def test_the_holder_accepts_with_a_rating() -> None:
    played = accepted()
    assert (played.redemption.state, played.redemption.rating) == (State.ACCEPTED, 5)
    assert played.redemption.due_at == played.voucher.claim_by_ends


def test_a_scheme_that_rates_wants_a_rating() -> None:
    played = delivered()
    with pytest.raises(Refusal, match=r"rating\.missing"):
        played.accept(rating=None)


def test_a_scheme_that_does_not_rate_wants_none() -> None:
    scheme = jiangmen()
    plain = replace(scheme, evidence=replace(scheme.evidence, rating=replace(scheme.evidence.rating, value=False)))
    played = delivered()
    played.world = replace(played.world, facts=a_facts(schemes=dict.fromkeys(played.world.facts.schemes, plain)))
    assert played.accept(rating=None).redemption.state is State.ACCEPTED


def test_silence_accepts_as_of_its_due_instant_however_late_the_timer_runs() -> None:
    played = delivered()
    outcome = played.at(datetime(2020, 10, 9, 2, 0, tzinfo=UTC)).tick()
    assert outcome.redemption.state is State.ACCEPTED
    assert [step.at for step in outcome.steps] == [SILENT_UNTIL]
    assert outcome.steps[0].rulings[0].outcome == "by_silence"


def test_a_dispute_after_the_silence_finds_it_accepted() -> None:
    played = delivered()
    played.at(SILENT_UNTIL)
    with pytest.raises(Refusal, match=r"redemption\.state"):
        played.dispute()


def test_a_capture_after_the_silence_takes_both_steps() -> None:
    played = delivered()
    outcome = played.at(SILENT_UNTIL).capture()
    assert [step.event for step in outcome.steps] == ["accepted", "captured"]


def test_rework_sends_it_back_to_the_provider_until_deliver_by() -> None:
    played = delivered()
    assert played.rework().redemption.state is State.AUTHORISED
    assert played.redemption.delivery is None
    assert played.redemption.due_at == played.voucher.deliver_by_ends


def test_rework_of_a_second_milestone_keeps_the_first() -> None:
    played = captured(10_000 * YUAN, last=False)
    played.deliver(5_000 * YUAN)
    assert played.rework().redemption.state is State.PART_CAPTURED


def test_rework_after_deliver_by_would_only_be_a_lapse() -> None:
    played = authorised()
    played.at(datetime(2020, 10, 15, 15, 0, tzinfo=UTC))
    played.deliver(completed_on=date(2020, 10, 15))
    played.at(datetime(2020, 10, 16, 2, 0, tzinfo=UTC))
    with pytest.raises(Refusal, match=r"rework\.too_late"):
        played.rework()


def test_an_arbiter_lets_a_disputed_delivery_count() -> None:
    played = delivered()
    played.dispute()
    assert played.redemption.due_at is None
    assert played.decide(accepted=True).redemption.state is State.ACCEPTED
    assert played.redemption.held == 15_000 * YUAN


def test_or_gives_the_value_back() -> None:
    played = delivered()
    played.dispute()
    outcome = played.decide(accepted=False)
    assert outcome.redemption.state is State.VOIDED
    assert (played.voucher.available, played.voucher.held) == (FACE, 0)
    assert outcome.steps[0].rulings[0].numbers == {"reason": "heard both"}


def test_who_took_part_in_the_case_does_not_decide_it() -> None:
    played = delivered()
    played.dispute()
    with pytest.raises(Refusal, match=r"redemption\.took_part"):
        played.decide(accepted=True, by=replace(arbiter, person=holder.person))


@pytest.mark.parametrize(
    "of", [Evidence(HOLDER, "per_holder"), Evidence(PAYEE, "cli_provider"), Evidence(None, arbiter.client)]
)
def test_an_arbiter_rests_on_a_document_of_a_party_or_of_his_own(of: Evidence) -> None:
    played = delivered()
    played.dispute()
    played.world = replace(played.world, facts=a_facts(documents={RESULT: of}))
    assert played.decide(accepted=True, document_id=RESULT).steps[-1].document_id == RESULT


@pytest.mark.parametrize("documents", [{}, {RESULT: Evidence(None, "per_other")}, {RESULT: Evidence(RESULT, "cli_9")}])
def test_but_on_no_strangers_and_none_that_does_not_exist(documents: dict[UUID, Evidence]) -> None:
    """From a bug: a decision named any document, also one that nobody had sent."""
    played = delivered()
    played.dispute()
    played.world = replace(played.world, facts=a_facts(documents=documents))
    with pytest.raises(Refusal, match=r"document\.unknown"):
        played.decide(accepted=False, document_id=RESULT)


def test_a_party_is_no_arbiter() -> None:
    played = delivered()
    played.dispute()
    with pytest.raises(Refusal, match=r"redemption\.side"):
        played.decide(accepted=True, by=holder)


def test_a_reviewer_decides_in_his_own_region_only() -> None:
    played = delivered()
    played.dispute()
    with pytest.raises(NotFound, match=r"redemption\.unknown"):
        played.decide(accepted=True, by=replace(arbiter, region="440704"))
    assert played.decide(accepted=True, by=replace(arbiter, region="440703")).redemption.state is State.ACCEPTED
