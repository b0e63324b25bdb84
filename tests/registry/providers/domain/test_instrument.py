"""What is told of an instrument, and when it is seen."""

from dataclasses import replace

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.providers.domain.instrument import (
    Instrument,
    InstrumentFacts,
    InstrumentState,
    instrument_faults,
    publish_instrument,
    revise_instrument,
    withdraw_instrument,
)
from tests.registry.samples import PENGJIANG, codes

FACTS = InstrumentFacts("instrument-use", "扫描电子显微镜", PENGJIANG)
DRAFT = Instrument(new_id(), new_id(), FACTS)
CATEGORIES, REGIONS = {"instrument-use"}, {PENGJIANG}


def test_an_instrument_tells_all_its_faults() -> None:
    assert instrument_faults(FACTS, categories=CATEGORIES, regions=REGIONS) == []
    wrong = InstrumentFacts("magic", "", "x", "\x00", "\x00", "\x00", "\x00", "\x00")
    found = {fault.pointer for fault in instrument_faults(wrong, categories=CATEGORIES, regions=REGIONS)}
    assert found == {"/category", "/region", "/name", "/model", "/maker", "/accuracy", "/address", "/hours"}


def test_it_is_published_changed_and_withdrawn() -> None:
    shown = publish_instrument(DRAFT)
    other = revise_instrument(
        shown, replace(FACTS, price=30_000, currency="CNY"), categories=CATEGORIES, regions=REGIONS
    )
    assert (other.facts.price, other.state) == (30_000, InstrumentState.PUBLISHED)
    assert withdraw_instrument(other).state is InstrumentState.WITHDRAWN


def test_what_is_withdrawn_stays_so() -> None:
    gone = withdraw_instrument(DRAFT)
    for act in (publish_instrument, withdraw_instrument):
        with pytest.raises(Refusal) as refused:
            act(gone)
        assert codes(refused.value) == {"instrument.state"}
    with pytest.raises(Refusal) as refused:
        revise_instrument(gone, FACTS, categories=CATEGORIES, regions=REGIONS)
    assert codes(refused.value) == {"instrument.state"}
