"""An instrument's way from its draft to the list and off it again."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.feed.operations.changes import read_changes
from services.registry.providers.domain.instrument import InstrumentFacts
from services.registry.providers.operations.instruments import (
    amend_instrument,
    list_instruments,
    read_instrument,
    record_instrument,
    retire_instrument,
    show_instrument,
)
from services.registry.providers.store.instruments import InstrumentFilter
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, asked, codes, organization, places, provider

FACTS = InstrumentFacts("instrument-use", "扫描电子显微镜", PENGJIANG, price=30_000, currency="CNY")


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await provider(registry, firm)


@pytest.fixture
def own(registry: Database, firm: UUID) -> Asked:
    return asked(registry, "create_instrument", "provider", organization=firm)


async def draft(own: Asked, seller: UUID, name: str = FACTS.name) -> UUID:
    return parse("ins", (await record_instrument(own, seller, replace(FACTS, name=name)))["id"])


async def test_an_instrument_is_drafted_shown_changed_and_withdrawn(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = await draft(own, seller)
    assert (await show_instrument(own, made))["state"] == "published"
    told = await amend_instrument(own, made, version=2, facts=replace(FACTS, hours="工作日九时至十七时"))
    assert (told["hours"], told["price"], told["version"]) == (
        "工作日九时至十七时",
        {"amount": "300.00", "currency": "CNY"},
        3,
    )
    gone = await retire_instrument(own, made)
    heard = await read_changes(asked(registry, "list_changes", "service"), after=None, seen=None, limit=200)
    last = heard.entries[-1]
    assert (last.event.subject_kind, last.event.data) == ("instrument", gone)


async def test_it_is_changed_from_the_version_that_was_read(own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    with pytest.raises(Refusal) as refused:
        await amend_instrument(own, made, version=7, facts=FACTS)
    assert codes(refused.value) == {"edit.precondition"}


async def test_a_draft_tells_all_its_faults(own: Asked, seller: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await record_instrument(own, seller, InstrumentFacts("magic", "", "nowhere"))
    assert places(refused.value) == {
        "/category": "category.unlisted",
        "/region": "region.unlisted",
        "/name": "name.empty",
    }


async def test_a_provider_has_one_live_instrument_of_a_name(own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    with pytest.raises(Refusal) as refused:
        await draft(own, seller)
    assert refused.value.reasons[0].numbers == {"id": f"ins_{made.hex}"}


async def test_it_is_unknown_to_other_providers(registry: Database, own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    stranger = asked(registry, "get_instrument", "provider", organization=uuid4())
    for missing in (made, uuid4()):
        with pytest.raises(NotFound) as refused:
            await read_instrument(stranger, missing)
        assert codes(refused.value) == {"instrument.unknown"}


async def test_instruments_in_sight_are_listed_narrowed_and_turned_over(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = [await draft(own, seller, name) for name in ("甲", "乙")]
    first, cursor = await list_instruments(own, InstrumentFilter(provider=seller), after=None, limit=1)
    rest = InstrumentFilter(category="instrument-use", state="draft", region=CITY)
    second, _ = await list_instruments(own, rest, after=cursor, limit=1)
    assert [parse("ins", item["id"]) for item in first + second] == made
    assert await read_instrument(own, made[0]) == first[0]
    away = asked(registry, "list_instruments", "reviewer", region=TAISHAN)
    assert await list_instruments(away, InstrumentFilter(), after=None, limit=9) == ([], None)
    elsewhere = InstrumentFilter(region=TAISHAN)
    assert await list_instruments(own, elsewhere, after=None, limit=9) == ([], None)
