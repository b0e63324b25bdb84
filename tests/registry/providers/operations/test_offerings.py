"""An offering's way from its draft to the list and off it again."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.providers.domain.offering import OfferingFacts, OfferingKind
from services.registry.providers.operations.offerings import (
    amend_offering,
    approve_offering,
    list_offerings,
    publish_offering,
    read_offering,
    record_offering,
    retire_offering,
    return_offering,
)
from services.registry.providers.store.offerings import OfferingFilter
from tests.registry.providers.samples import by, open_tasks
from tests.registry.samples import PENGJIANG, TAISHAN, admitted, asked, codes, organization, provider

FACTS = OfferingFacts("testing", "成分检测", None, 120_000, "CNY")


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await admitted(registry, firm)


@pytest.fixture
def own(registry: Database, firm: UUID) -> Asked:
    return asked(registry, "create_offering", "provider", organization=firm)


def reviewer(registry: Database, operation: str = "approve_offering", region: str = PENGJIANG) -> Asked:
    return by("per_2", asked(registry, operation, "reviewer", region=region))


async def draft(own: Asked, seller: UUID, name: str = FACTS.name) -> UUID:
    return parse("off", (await record_offering(own, seller, replace(FACTS, name=name)))["id"])


async def test_an_offering_is_drafted_revised_approved_and_withdrawn(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = await draft(own, seller)
    told = await amend_offering(own, made, version=1, facts=replace(FACTS, price=99_900))
    assert (told["price"]["amount"], told["version"], told["state"]) == ("999.00", 2, "draft")
    assert (await publish_offering(own, made))["state"] == "submitted"
    assert (await approve_offering(reviewer(registry), made))["state"] == "published"
    assert (await retire_offering(own, made))["state"] == "withdrawn"


async def test_an_offering_may_be_priced_by_the_unit_or_not_at_all(own: Asked, seller: UUID) -> None:
    by_sample = await record_offering(own, seller, replace(FACTS, unit="样品"))
    assert (by_sample["price"], by_sample["unit"]) == ({"amount": "1200.00", "currency": "CNY"}, "样品")
    agreed = await record_offering(own, seller, replace(FACTS, name="课题合作", price=None, currency=None))
    assert agreed["price"] is None
    assert await read_offering(own, parse("off", agreed["id"])) == agreed


async def test_a_draft_is_changed_from_the_version_that_was_read(own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    with pytest.raises(Refusal) as refused:
        await amend_offering(own, made, version=7, facts=FACTS)
    assert codes(refused.value) == {"edit.precondition"}


async def test_a_draft_tells_all_its_faults(own: Asked, seller: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await record_offering(own, seller, OfferingFacts("magic", "", None, 1, "CNY"))
    assert codes(refused.value) == {"category.unlisted", "name.empty"}


async def test_a_provider_has_one_live_offering_of_a_name(own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    with pytest.raises(Refusal) as refused:
        await draft(own, seller)
    assert refused.value.reasons[0].numbers == {"id": f"off_{made.hex}"}
    await retire_offering(own, made)
    assert await draft(own, seller) != made


async def test_nothing_is_published_before_admission(registry: Database, own: Asked, firm: UUID) -> None:
    made = await draft(own, await provider(registry, firm))
    with pytest.raises(Refusal) as refused:
        await publish_offering(own, made)
    assert codes(refused.value) == {"provider.not_yet_admitted"}


async def test_an_offering_is_unknown_to_other_providers(registry: Database, own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    stranger = asked(registry, "get_offering", "provider", organization=uuid4())
    with pytest.raises(NotFound) as refused:
        await read_offering(stranger, made)
    assert codes(refused.value) == {"offering.unknown"}
    with pytest.raises(NotFound):
        await record_offering(stranger, seller, FACTS)
    with pytest.raises(NotFound):
        await read_offering(asked(registry, "get_offering"), uuid4())


async def test_an_operator_reads_it(registry: Database, own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    assert (await read_offering(asked(registry, "get_offering"), made))["provider"] == f"prv_{seller.hex}"


async def test_offerings_in_sight_are_listed_narrowed_and_turned_over(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = [await draft(own, seller, name) for name in ("甲", "乙")]
    first, cursor = await list_offerings(own, OfferingFilter(provider=seller), after=None, limit=1)
    second, _ = await list_offerings(own, OfferingFilter(category="testing", state="draft"), after=cursor, limit=1)
    assert [parse("off", item["id"]) for item in first + second] == made
    assert len((await list_offerings(asked(registry, "list_offerings"), OfferingFilter(), after=None, limit=9))[0]) == 2
    away = asked(registry, "list_offerings", "reviewer", region=TAISHAN)
    assert await list_offerings(away, OfferingFilter(), after=None, limit=9) == ([], None)


async def test_what_is_handed_in_is_the_reviewers_task_and_not_decided_by_who_handed_it_in(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = await draft(own, seller)
    await publish_offering(own, made)
    assert await open_tasks(registry) == ["approve_offering"]
    with pytest.raises(Refusal) as refused:
        await approve_offering(asked(registry, "approve_offering", "reviewer", region=PENGJIANG), made)
    assert codes(refused.value) == {"offering.same_person"}
    returned = await return_offering(reviewer(registry, "return_offering"), made, "价格过高")
    assert (returned["state"], returned["returned_because"]) == ("draft", "价格过高")
    assert await open_tasks(registry) == []


async def test_a_new_price_of_a_published_offering_waits_while_the_old_one_holds(
    registry: Database, own: Asked, seller: UUID
) -> None:
    made = await draft(own, seller)
    await publish_offering(own, made)
    shown = await approve_offering(reviewer(registry), made)
    told = await amend_offering(own, made, version=shown["version"], facts=replace(FACTS, price=150_000))
    assert (told["price"]["amount"], told["proposed"]["price"]["amount"]) == ("1200.00", "1500.00")
    assert await open_tasks(registry) == ["approve_offering"]
    approved = await approve_offering(reviewer(registry), made)
    assert (approved["price"]["amount"], approved["proposed"]) == ("1500.00", None)
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, made)
    assert (decision.kind, decision.actor, decision.numbers["price"]["amount"]) == ("approve", "per_2", "1500.00")


async def test_terms_that_are_taken_back_no_longer_wait(registry: Database, own: Asked, seller: UUID) -> None:
    made = await draft(own, seller)
    await publish_offering(own, made)
    shown = await approve_offering(reviewer(registry), made)
    dearer = await amend_offering(own, made, version=shown["version"], facts=replace(FACTS, price=150_000))
    back = await amend_offering(own, made, version=dearer["version"], facts=FACTS)
    assert (back["proposed"], await open_tasks(registry)) == (None, [])


async def test_an_installation_may_do_without_approval(registry: Database, own: Asked, seller: UUID) -> None:
    free = replace(own, settings=own.settings.model_copy(update={"offerings_approved": False}))
    made = await draft(free, seller)
    assert (await publish_offering(free, made))["state"] == "published"


async def test_results_are_listed_apart_from_services(own: Asked, seller: UUID) -> None:
    await draft(own, seller)
    result = replace(FACTS, name="镁合金热处理工艺", kind=OfferingKind.RESULT, price=None, currency=None)
    made = await record_offering(own, seller, result)
    assert await list_offerings(own, OfferingFilter(kind="result"), after=None, limit=9) == ([made], None)
