"""Recording who invests in the residents of a space, and until when."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.investor import Investor
from services.registry.spaces.operations.investors import end_investor, list_investors, record_investor
from services.registry.spaces.operations.spaces import close_space
from tests.registry.samples import asked, codes, organization, places, space
from tests.registry.spaces.samples import SINCE


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def place(registry: Database, operator: UUID) -> UUID:
    return await space(registry, operator)


def fund(space_id: UUID, **changes: Any) -> Investor:
    usual = {
        "id": new_id(),
        "space_id": space_id,
        "organization_id": None,
        "fund": "启迪之星",
        "fields": ("laser",),
        "managed": 5_000_000_000,
        "period": SINCE,
    }
    return Investor(**{**usual, **changes})


async def investor(registry: Database, space_id: UUID, **changes: Any) -> UUID:
    told = await record_investor(asked(registry, "create_investor"), fund(space_id, **changes))
    return parse("ivs", told["id"])


async def test_a_fund_is_told_with_what_it_manages(registry: Database, operator: UUID, place: UUID) -> None:
    own = asked(registry, "create_investor", "space", organization=operator)
    told = await record_investor(own, fund(place, fund="启迪之星 "))
    assert (told["fund"], told["managed"]) == ("启迪之星", {"amount": "50000000.00", "currency": "CNY"})


async def test_an_organisation_on_record_invests(registry: Database, place: UUID) -> None:
    firm = await organization(registry, 2)
    request = asked(registry, "create_investor")
    told = await record_investor(request, fund(place, fund=None, organization_id=firm, managed=None))
    assert (told["organization"], told["managed"]) == (f"org_{firm.hex}", None)


async def test_an_investor_tells_all_its_faults(registry: Database, place: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await investor(
            registry,
            place,
            organization_id=uuid4(),
            fund="",
            fields=("x",),
            currency="SGD",
            period=Period(date(2020, 2, 1), date(2020, 1, 1)),
        )
    assert codes(refused.value) == {
        "reference.unknown",
        "investor.who",
        "name.empty",
        "space.field",
        "investor.currency",
        "period.reversed",
    }


async def test_an_investor_is_named_once_and_in_no_closed_space(registry: Database, place: UUID) -> None:
    await investor(registry, place, fund="另一基金")
    made = await investor(registry, place)
    await close_space(asked(registry, "close_space"), place, reason="停业")
    with pytest.raises(Refusal) as refused:
        await investor(registry, place)
    assert places(refused.value) == {"/from": "investor.overlap", None: "space.state"}
    assert refused.value.reasons[0].numbers == {"id": f"ivs_{made.hex}"}


async def test_an_investor_is_there_until_a_last_day(registry: Database, place: UUID) -> None:
    made, request = await investor(registry, place), asked(registry, "end_investor")
    assert (await end_investor(request, made, on=date(2020, 12, 31)))["until"] == "2020-12-31"
    with pytest.raises(Refusal) as refused:
        await end_investor(request, made, on=date(2021, 1, 1))
    assert places(refused.value) == {"/on": "period.end"}


async def test_a_stranger_is_told_of_no_investor(registry: Database, place: UUID) -> None:
    made = await investor(registry, place)
    stranger = asked(registry, "end_investor", "space", organization=uuid4())
    for request, one in ((stranger, made), (asked(registry, "end_investor"), uuid4())):
        with pytest.raises(NotFound) as refused:
            await end_investor(request, one, on=SINCE.start)
        assert codes(refused.value) == {"investor.unknown"}


async def test_investors_are_listed_by_space_and_page(registry: Database, operator: UUID, place: UUID) -> None:
    other = await space(registry, operator, "第二空间")
    made = [await investor(registry, one) for one in (place, other)]
    own = asked(registry, "list_investors", "space", organization=operator)
    first, cursor = await list_investors(own, space_id=None, after=None, limit=1)
    second, _ = await list_investors(own, space_id=None, after=cursor, limit=1)
    assert [parse("ivs", one["id"]) for one in first + second] == made
    (only,), _ = await list_investors(own, space_id=other, after=None, limit=9)
    assert parse("ivs", only["id"]) == made[1]
