"""Ratings are kept once however often they are told, and shown as means of many."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.registry.providers.domain.rating import Rating
from services.registry.providers.operations.ratings import read_ratings, record_ratings
from tests.conftest import SetClock
from tests.registry.samples import asked, organization, provider

AT = datetime(2020, 10, 12, 2, tzinfo=UTC)


@pytest.fixture
async def seller(registry: Database) -> UUID:
    return await provider(registry, await organization(registry))


def rated(seller: UUID, many: int, stars: int = 4, category: str = "testing") -> list[Rating]:
    return [Rating(f"red_{uuid4().hex}", seller, category, stars, AT) for _ in range(many)]


async def test_what_is_told_twice_counts_once_and_the_first_word_stands(registry: Database, seller: UUID) -> None:
    service = asked(registry, "create_ratings", "service")
    told = rated(seller, 5)
    assert await record_ratings(service, told) == {"kept": 5, "known": 0, "unknown": []}
    lower = [Rating(one.redemption, seller, "testing", 1, AT) for one in told]
    assert await record_ratings(service, lower) == {"kept": 0, "known": 5, "unknown": []}
    shown = await read_ratings(asked(registry, "get_ratings", "holder"), seller)
    assert shown["overall"] == {"count": 5, "mean": "4.00"}
    assert shown["categories"] == [{"category": "testing", "count": 5, "mean": "4.00"}]


async def test_two_tellers_at_once_count_once(registry: Database, seller: UUID) -> None:
    service = asked(registry, "create_ratings", "service")
    told = rated(seller, 20)
    answers = await asyncio.gather(*(record_ratings(service, told) for _ in range(3)))
    assert sorted(one["kept"] for one in answers) == [0, 0, 20]


async def test_a_rating_of_a_provider_that_nobody_knows_stops_no_other(registry: Database, seller: UUID) -> None:
    service = asked(registry, "create_ratings", "service")
    (lost,) = rated(uuid4(), 1)
    told = await record_ratings(service, [lost, *rated(seller, 1)])
    assert told == {"kept": 1, "known": 0, "unknown": [lost.redemption]}
    assert (await record_ratings(service, [lost]))["kept"] == 0


async def test_few_are_not_shown_and_a_stranger_is_not_found(registry: Database, seller: UUID) -> None:
    await record_ratings(asked(registry, "create_ratings", "service"), rated(seller, 4))
    anybody = asked(registry, "get_ratings", "holder")
    assert await read_ratings(anybody, seller) == {"provider": f"prv_{seller.hex}", "overall": None, "categories": []}
    with pytest.raises(NotFound):
        await read_ratings(anybody, uuid4())


async def overall(registry: Database, seller: UUID) -> tuple[int, str]:
    """What everybody is told of a provider: of how many ratings, and their mean."""
    told = (await read_ratings(asked(registry, "get_ratings", "holder"), seller))["overall"]
    assert isinstance(told, dict)
    return told["count"], told["mean"]


async def test_no_single_word_can_be_read_off_what_is_told_before_and_after_it(
    registry: Database, seller: UUID, set_clock: SetClock
) -> None:
    service = asked(registry, "create_ratings", "service")
    seen = []
    for number, stars in enumerate((5, 5, 5, 5, 4, 1, 2, 3, 4, 5)):
        await set_clock(AT + timedelta(hours=number))
        await record_ratings(service, rated(seller, 1, stars))
        if number >= 4:
            seen.append(await overall(registry, seller))
    assert seen == [(5, "4.80")] * 5 + [(10, "3.90")]


async def test_what_a_category_holds_back_is_not_in_the_whole_either(registry: Database, seller: UUID) -> None:
    service = asked(registry, "create_ratings", "service")
    await record_ratings(service, rated(seller, 5) + rated(seller, 4, 1, "design"))
    assert await overall(registry, seller) == (5, "4.00")


async def test_the_database_takes_none_back(registry: Database, seller: UUID) -> None:
    await record_ratings(asked(registry, "create_ratings", "service"), rated(seller, 1))
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with registry.begin() as connection:
            await connection.execute(text("UPDATE ratings SET stars = 5"))
