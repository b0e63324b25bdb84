"""What a provider may list, and when it is seen."""

from dataclasses import replace

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.offering import (
    Offering,
    OfferingFacts,
    OfferingState,
    offering_faults,
    publish,
    revise,
    withdraw_offering,
)
from services.registry.providers.domain.provider import Admission, Provider, ProviderState
from tests.registry.samples import TODAY, codes

FACTS = OfferingFacts("testing", "成分检测", None, 120_000, "CNY")
DRAFT = Offering(new_id(), new_id(), FACTS)
ADMISSION = Admission(new_id(), "testing", Period(TODAY), new_id())
PROVIDER = Provider(DRAFT.provider_id, new_id(), ("testing",), ProviderState.ADMITTED, (ADMISSION,))


def test_an_offering_tells_all_its_faults() -> None:
    assert offering_faults(FACTS, categories={"testing"}) == []
    wrong = OfferingFacts("magic", "", "\x00", 0, "CNY")
    pointers = {fault.pointer for fault in offering_faults(wrong, categories={"testing"})}
    assert pointers == {"/category", "/name", "/description", "/price/amount"}


def test_a_draft_is_revised() -> None:
    changed = revise(DRAFT, replace(FACTS, price=1), categories={"testing"})
    assert (changed.facts.price, changed.changed().version) == (1, 1)


def test_a_draft_of_an_admitted_provider_is_published_and_then_fixed() -> None:
    published = publish(DRAFT, PROVIDER, today=TODAY)
    assert published.state is OfferingState.PUBLISHED
    with pytest.raises(Refusal) as refused:
        revise(published, FACTS, categories={"testing"})
    assert codes(refused.value) == {"offering.state"}


def test_nothing_is_published_outside_an_admission_or_twice() -> None:
    published = publish(DRAFT, PROVIDER, today=TODAY)
    with pytest.raises(Refusal) as refused:
        publish(published, replace(PROVIDER, state=ProviderState.SUSPENDED), today=TODAY)
    assert codes(refused.value) == {"offering.state", "provider.not_yet_admitted"}


@pytest.mark.parametrize("state", [OfferingState.DRAFT, OfferingState.PUBLISHED])
def test_an_offering_is_withdrawn_once(state: OfferingState) -> None:
    gone = withdraw_offering(replace(DRAFT, state=state))
    assert gone.state is OfferingState.WITHDRAWN
    with pytest.raises(Refusal):
        withdraw_offering(gone)
