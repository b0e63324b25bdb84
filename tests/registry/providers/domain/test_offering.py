"""What a provider may list, and when it is seen."""

from dataclasses import replace

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.offering import (
    Offering,
    OfferingFacts,
    OfferingKind,
    OfferingState,
    approve,
    offering_faults,
    publish,
    revise,
    send_back,
    withdraw_offering,
)
from services.registry.providers.domain.provider import Admission, Provider, ProviderState
from tests.registry.samples import TODAY, codes

FACTS = OfferingFacts("testing", "成分检测", None, 120_000, "CNY")
DRAFT = Offering(new_id(), new_id(), FACTS)
ADMISSION = Admission(new_id(), "testing", Period(TODAY), new_id())
OWNER, REVIEWER = "per_1", "per_2"
PUBLISHED = replace(DRAFT, state=OfferingState.PUBLISHED)
PROVIDER = Provider(DRAFT.provider_id, new_id(), ("testing",), ProviderState.ADMITTED, (ADMISSION,))


def test_an_offering_tells_all_its_faults() -> None:
    assert offering_faults(FACTS, categories={"testing"}) == []
    wrong = OfferingFacts("magic", "", "\x00", 0, "CNY")
    pointers = {fault.pointer for fault in offering_faults(wrong, categories={"testing"})}
    assert pointers == {"/category", "/name", "/description", "/price/amount"}


def test_a_draft_is_revised() -> None:
    changed = revise(DRAFT, replace(FACTS, price=1), categories={"testing"}, by=OWNER, approved=True)
    assert (changed.facts.price, changed.changed().version) == (1, 1)


def test_nothing_is_published_outside_an_admission_or_twice() -> None:
    stopped = replace(PROVIDER, state=ProviderState.SUSPENDED)
    with pytest.raises(Refusal) as refused:
        publish(PUBLISHED, stopped, today=TODAY, by=OWNER, approved=True)
    assert codes(refused.value) == {"offering.state", "provider.not_yet_admitted"}


@pytest.mark.parametrize("state", [OfferingState.DRAFT, OfferingState.SUBMITTED, OfferingState.PUBLISHED])
def test_an_offering_is_withdrawn_once(state: OfferingState) -> None:
    gone = withdraw_offering(replace(DRAFT, state=state))
    assert gone.state is OfferingState.WITHDRAWN
    with pytest.raises(Refusal):
        withdraw_offering(gone)


def dearer(offering: Offering = PUBLISHED) -> Offering:
    """The same offering with a higher price asked for."""
    return revise(offering, replace(FACTS, price=150_000), categories={"testing"}, by=OWNER, approved=True)


def test_a_draft_is_shown_once_another_person_approved_it() -> None:
    submitted = publish(DRAFT, PROVIDER, today=TODAY, by=OWNER, approved=True)
    assert (submitted.state, submitted.submitted_by) == (OfferingState.SUBMITTED, OWNER)
    with pytest.raises(Refusal) as refused:
        approve(submitted, PROVIDER, today=TODAY, by=OWNER)
    assert codes(refused.value) == {"offering.same_person"}
    assert approve(submitted, PROVIDER, today=TODAY, by=REVIEWER) == PUBLISHED


def test_a_draft_is_shown_at_once_where_no_approval_is_asked_for() -> None:
    assert publish(DRAFT, PROVIDER, today=TODAY, by=OWNER, approved=False) == PUBLISHED


def test_what_is_returned_is_a_draft_again_with_the_reason() -> None:
    submitted = publish(DRAFT, PROVIDER, today=TODAY, by=OWNER, approved=True)
    returned = send_back(submitted, by=REVIEWER, reason="价格过高")
    assert returned == replace(DRAFT, returned_because="价格过高")
    with pytest.raises(Refusal) as refused:
        send_back(returned, by=REVIEWER, reason="")
    assert codes(refused.value) == {"reason.empty", "offering.nothing_waits"}


def test_what_is_submitted_stands_still_until_it_is_decided() -> None:
    with pytest.raises(Refusal) as refused:
        revise(replace(DRAFT, state=OfferingState.SUBMITTED), FACTS, categories={"testing"}, by=OWNER, approved=True)
    assert codes(refused.value) == {"offering.state"}


def test_the_text_of_a_published_offering_changes_at_once_and_its_terms_wait() -> None:
    told = replace(FACTS, name="新成分检测", price=150_000)
    changed = revise(PUBLISHED, told, categories={"testing"}, by=OWNER, approved=True)
    assert (changed.facts.name, changed.facts.price) == ("新成分检测", 120_000)
    assert changed.proposed == told.terms
    approved = approve(changed, PROVIDER, today=TODAY, by=REVIEWER)
    assert approved == replace(PUBLISHED, facts=told)


def test_new_terms_that_are_returned_leave_the_published_ones() -> None:
    assert send_back(dearer(), by=REVIEWER, reason="过高") == replace(PUBLISHED, returned_because="过高")


def test_new_terms_hold_at_once_where_no_approval_is_asked_for_and_are_taken_back_by_the_old_ones() -> None:
    told = replace(FACTS, price=150_000)
    assert revise(PUBLISHED, told, categories={"testing"}, by=OWNER, approved=False).facts == told
    assert revise(dearer(), FACTS, categories={"testing"}, by=OWNER, approved=True) == PUBLISHED


def test_a_category_is_approved_only_within_an_admission() -> None:
    moved = revise(PUBLISHED, replace(FACTS, category="design"), categories={"design"}, by=OWNER, approved=True)
    with pytest.raises(Refusal) as refused:
        approve(moved, PROVIDER, today=TODAY, by=REVIEWER)
    assert codes(refused.value) == {"provider.not_yet_admitted"}


def test_a_service_does_not_become_a_result() -> None:
    with pytest.raises(Refusal) as refused:
        revise(DRAFT, replace(FACTS, kind=OfferingKind.RESULT), categories={"testing"}, by=OWNER, approved=True)
    assert codes(refused.value) == {"offering.kind"}
