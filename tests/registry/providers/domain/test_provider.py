"""How an organisation becomes, is and ceases to be a provider."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.ground import Ground, GroundKind
from services.registry.providers.domain.provider import (
    ADMISSIBLE,
    ONE_DAY,
    Admission,
    Provider,
    ProviderState,
    admit,
    application_faults,
    applied_faults,
    apply_again,
    expire,
    remove,
    resume,
    scheme_faults,
    start_faults,
    suspend,
    withdraw,
)
from tests.registry.samples import TODAY, codes

CATEGORIES = {"testing", "design"}
APPLIED = Provider(new_id(), new_id(), ("testing",))
YEAR = Admission(new_id(), "testing", Period(TODAY, date(2021, 9, 13)), new_id())
ADMITTED = admit(APPLIED, YEAR, categories=CATEGORIES, today=TODAY)
SUSPENDED = suspend(ADMITTED)
AFTER = date(2021, 9, 14)
LAST, LAST_BEFORE_AFTER = date(2020, 12, 1), date(2021, 9, 13)


def test_an_application_names_known_categories() -> None:
    assert application_faults(["testing"], categories=CATEGORIES) == []
    found = application_faults(["testing", "magic"], categories=CATEGORIES)
    assert [(fault.code, fault.pointer) for fault in found] == [("category.unlisted", "/categories/1")]


@pytest.mark.parametrize("state", sorted(ADMISSIBLE))
def test_whoever_applied_or_was_admitted_may_be_admitted(state: ProviderState) -> None:
    admitted = admit(replace(APPLIED, state=state), YEAR, categories=CATEGORIES, today=TODAY)
    assert admitted.state is ProviderState.ADMITTED
    assert admitted.admissions == (YEAR,)


@pytest.mark.parametrize("state", sorted(set(ProviderState) - ADMISSIBLE))
def test_a_suspended_removed_or_withdrawn_provider_is_not_admitted(state: ProviderState) -> None:
    with pytest.raises(Refusal) as refused:
        admit(replace(APPLIED, state=state), YEAR, categories=CATEGORIES, today=TODAY)
    assert refused.value.reasons[0].numbers == {"state": state.value, "verb": "admit"}


def test_an_admission_tells_all_its_faults() -> None:
    wrong = replace(YEAR, category="magic", period=Period(date(2020, 2, 1), date(2020, 1, 1)))
    with pytest.raises(Refusal) as refused:
        admit(SUSPENDED, wrong, categories=CATEGORIES, today=TODAY, also=[Reason("outside")])
    assert codes(refused.value) == {
        "category.unlisted",
        "period.reversed",
        "admission.over",
        "outside",
        "provider.state",
    }


def test_a_category_is_admitted_once_on_a_day() -> None:
    with pytest.raises(Refusal) as refused:
        admit(ADMITTED, replace(YEAR, period=Period(date(2021, 9, 13))), categories=CATEGORIES, today=TODAY)
    assert codes(refused.value) == {"admission.overlap"}


def test_another_category_is_admitted_beside_the_first() -> None:
    both = admit(ADMITTED, replace(YEAR, category="design"), categories=CATEGORIES, today=TODAY)
    assert both.admitted("design", on=TODAY)
    assert both.admitted("testing", on=TODAY)


def test_a_provider_takes_orders_of_its_category_on_its_days_while_it_is_admitted() -> None:
    assert ADMITTED.admitted("testing", on=date(2021, 9, 13))
    assert not ADMITTED.admitted("testing", on=AFTER)
    assert not ADMITTED.admitted("design", on=TODAY)
    assert not SUSPENDED.admitted("testing", on=TODAY)


def test_a_suspension_needs_the_right_state_and_its_end_a_reason_too() -> None:
    with pytest.raises(Refusal) as refused:
        suspend(APPLIED, also=[Reason("outside")])
    assert codes(refused.value) == {"outside", "provider.state"}
    with pytest.raises(Refusal) as refused:
        resume(ADMITTED, reason="", today=TODAY)
    assert codes(refused.value) == {"reason.empty", "provider.state"}


def test_a_provider_resumes_what_is_left_of_its_admission() -> None:
    assert resume(SUSPENDED, reason="已续证", today=TODAY).state is ProviderState.ADMITTED
    assert resume(SUSPENDED, reason="已续证", today=AFTER).state is ProviderState.EXPIRED


def test_a_provider_is_struck_off_once() -> None:
    removed = remove(ADMITTED, today=TODAY)
    assert removed.state is ProviderState.REMOVED
    with pytest.raises(Refusal) as refused:
        remove(removed, today=TODAY)
    assert refused.value.reasons[0].numbers == {"state": "removed", "verb": "remove"}


def test_an_admission_ends_with_what_it_rests_on_and_gives_way_then() -> None:
    ground = Ground(GroundKind.QUALIFICATION, new_id(), ends_on=date(2020, 12, 31))
    resting = replace(ADMITTED, admissions=(replace(YEAR, ground=ground),))
    assert resting.admitted("testing", on=date(2020, 12, 31))
    assert not resting.admitted("testing", on=date(2021, 1, 1))
    assert resting.last_day == date(2020, 12, 31)
    again = replace(YEAR, id=new_id(), period=Period(date(2021, 1, 1)))
    assert [one.gives_way_to(again) for one in (*resting.admissions, YEAR)] == [True, False]
    assert admit(resting, again, categories=CATEGORIES, today=TODAY).last_day is None


def test_schemes_are_named_once_and_in_their_form() -> None:
    assert scheme_faults(["jiangmen-service-2020"]) == []
    found = [fault.pointer for fault in scheme_faults(["a-1", "Jiangmen", "a-1"])]
    assert found == ["/schemes/1", "/schemes/2"]


def test_a_provider_withdraws_once() -> None:
    withdrawn = withdraw(ADMITTED, today=TODAY)
    assert withdrawn.state is ProviderState.WITHDRAWN
    with pytest.raises(Refusal):
        withdraw(withdrawn, today=TODAY)


def test_a_provider_expires_when_its_last_admission_is_over() -> None:
    assert expire(ADMITTED, today=date(2021, 9, 13)) is ADMITTED
    assert expire(ADMITTED, today=AFTER).state is ProviderState.EXPIRED
    assert expire(SUSPENDED, today=AFTER) is SUSPENDED


def test_an_open_admission_never_expires() -> None:
    admissions = (YEAR, replace(YEAR, category="design", period=Period(TODAY)))
    assert expire(replace(ADMITTED, admissions=admissions), today=date(2099, 1, 1)).state is ProviderState.ADMITTED
    assert APPLIED.last_day is None


def test_whoever_withdrew_may_apply_again_and_nobody_applies_twice() -> None:
    again = apply_again(withdraw(ADMITTED, today=TODAY), ["design", "design"], today=TODAY)
    assert (again.state, again.applied_for) == (ProviderState.APPLIED, ("design",))
    with pytest.raises(Refusal) as refused:
        apply_again(ADMITTED, ["testing"], today=TODAY)
    assert refused.value.reasons[0].numbers == {"id": f"prv_{ADMITTED.id.hex}"}


def test_a_provider_applies_for_further_categories_unless_it_is_suspended() -> None:
    further = apply_again(ADMITTED, ["testing", "design"], today=TODAY)
    assert (further.state, further.applied_for) == (ProviderState.ADMITTED, ("testing", "design"))
    assert further.admissions == ADMITTED.admissions
    with pytest.raises(Refusal) as refused:
        apply_again(SUSPENDED, ["design"], today=TODAY)
    assert codes(refused.value) == {"provider.duplicate"}


@pytest.mark.parametrize("leave", [remove, withdraw])
def test_whoever_comes_back_is_admitted_for_what_was_decided_since_only(leave: Callable[..., Provider]) -> None:
    to_come = replace(YEAR, id=new_id(), category="printing", period=Period(AFTER))
    left = leave(replace(ADMITTED, admissions=(YEAR, to_come)), today=LAST)
    assert [one.in_effect.until for one in left.admissions] == [LAST, LAST_BEFORE_AFTER]
    assert left.ended_since(ADMITTED) == list(left.admissions)
    back = apply_again(left, ["design"], today=LAST)
    design = replace(YEAR, id=new_id(), category="design", period=Period(LAST))
    admitted = admit(back, design, categories={*CATEGORIES, "printing"}, today=LAST)
    assert admitted.admitted("design", on=LAST)
    assert not any(admitted.admitted(one, on=day) for one in ("testing", "printing") for day in (LAST, AFTER))
    again = replace(YEAR, id=new_id(), period=Period(LAST))
    assert admit(admitted, again, categories=CATEGORIES, today=LAST).admitted("testing", on=AFTER - ONE_DAY)


def test_what_ended_before_is_not_ended_anew() -> None:
    over = replace(YEAR, period=Period(TODAY - ONE_DAY, TODAY - ONE_DAY))
    assert withdraw(replace(ADMITTED, admissions=(over,)), today=TODAY).admissions == (over,)


def test_a_provider_is_admitted_for_what_it_applied_for_and_what_lies_below() -> None:
    assert applied_faults(APPLIED, "testing", ["testing"]) == []
    assert applied_faults(APPLIED, "materials", ["materials", "testing"]) == []
    assert applied_faults(APPLIED, "magic", []) == []
    (fault,) = applied_faults(APPLIED, "design", ["design"])
    assert (fault.code, fault.pointer, fault.numbers) == (
        "admission.not_applied_for",
        "/category",
        {"category": "design"},
    )


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (GroundKind.DECISION, ["admission.before_registration", "admission.before_application"]),
        (GroundKind.FOREIGN_LIST, ["admission.before_registration", "admission.before_application"]),
        (GroundKind.QUALIFICATION, ["admission.before_registration"]),
        (GroundKind.CARRIER, ["admission.before_registration"]),
    ],
)
def test_nobody_is_admitted_for_days_before_he_was_there_and_had_applied(kind: GroundKind, found: list[str]) -> None:
    early = replace(YEAR, ground=Ground(kind), period=Period(date(2015, 12, 31)))
    faults = start_faults(early, registered_on=date(2016, 1, 1), applied_on=TODAY)
    assert [fault.code for fault in faults] == found
    assert start_faults(early, registered_on=None, applied_on=None) == []
    assert start_faults(YEAR, registered_on=TODAY, applied_on=TODAY) == []
