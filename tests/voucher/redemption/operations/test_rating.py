"""The registry is told of ratings: each at least once, in pages, from where it was left."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.neighbours import Neighbour, NeighbourFailed
from services.voucher.redemption.domain import orders
from services.voucher.redemption.operations import rating
from services.voucher.redemption.operations.rating import keep_telling, tell_ratings
from services.voucher.redemption.store import ratings
from tests.conftest import SetClock
from tests.voucher.directory.told import registry_at
from tests.voucher.redemption.samples import PROVIDER, YUAN, arbiter, holder
from tests.voucher.redemption.stored import Stored, a_stored_voucher, carry_out
from tests.waiting import until

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)


class Listening:
    """Stands in for the registry: keeps what it is told, knows only the providers it likes, and may fail."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.unknown: list[str] = []
        self.deaf = False
        self.app = FastAPI()
        self.app.post("/oauth2/token")(self.token)
        self.app.post("/v1/ratings")(self.rate)
        self.registry = registry_at(Neighbour("http://registry", app=self.app))

    async def token(self) -> dict[str, Any]:
        return {"access_token": "t", "expires_in": 600}

    async def rate(self, body: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        self.told += body["items"]
        return {"unknown": self.unknown} if not self.deaf else {}


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


@pytest.fixture
def listening() -> Listening:
    return Listening()


async def test_a_word_of_a_holder_reaches_the_registry_once(stored: Stored, listening: Listening) -> None:
    one = await stored.accepted()
    assert await tell_ratings(stored.database, listening.registry)
    assert await tell_ratings(stored.database, listening.registry)
    (told,) = listening.told
    assert datetime.fromisoformat(told.pop("rated_at")) - NOW < timedelta(minutes=1)
    assert told == {
        "redemption": show("red", one),
        "provider": show("prv", PROVIDER),
        "category": "testing",
        "offering": None,
        "stars": 5,
    }


async def test_whoever_is_stopped_between_call_and_cursor_tells_the_same_again(
    stored: Stored, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stored.accepted()

    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(ratings, "keep", killed)
        with pytest.raises(asyncio.CancelledError):
            await tell_ratings(stored.database, listening.registry)
    await tell_ratings(stored.database, listening.registry)
    first, again = listening.told
    assert first == again


async def test_nothing_is_passed_over_while_the_registry_is_away(stored: Stored, listening: Listening) -> None:
    await stored.accepted()
    nobody = registry_at(Neighbour("http://127.0.0.1:9"))
    with pytest.raises(NeighbourFailed):
        await tell_ratings(stored.database, nobody)
    await tell_ratings(stored.database, listening.registry)
    assert len(listening.told) == 1


async def test_what_comes_in_pages_is_told_whole(
    stored: Stored, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rating, "RATINGS", 1)
    made = [await stored.accepted(1_000 * YUAN) for _ in range(2)]
    complete = [await tell_ratings(stored.database, listening.registry) for _ in range(3)]
    assert complete == [False, False, True]
    assert [one["redemption"] for one in listening.told] == [show("red", one) for one in made]


async def test_work_that_an_arbiter_accepted_was_not_rated(stored: Stored, listening: Listening) -> None:
    one = await stored.authorised()
    steps = [
        stored.delivery(one),
        orders.Dispute(redemption_id=one, by=holder, note="incomplete"),
        orders.Decide(redemption_id=one, by=arbiter, note="heard both", accepted=True),
    ]
    for step in steps:
        await carry_out(stored.database, step)
    assert await tell_ratings(stored.database, listening.registry)
    assert listening.told == []


async def test_a_provider_that_the_registry_does_not_know_holds_nothing_up(
    stored: Stored, listening: Listening
) -> None:
    one = await stored.accepted()
    listening.unknown = [show("red", one)]
    await tell_ratings(stored.database, listening.registry)
    await tell_ratings(stored.database, listening.registry)
    assert len(listening.told) == 1


async def test_two_tellers_leave_the_cursor_of_the_faster_one(stored: Stored, listening: Listening) -> None:
    await stored.accepted()
    await asyncio.gather(*(tell_ratings(stored.database, listening.registry) for _ in range(3)))
    assert await tell_ratings(stored.database, listening.registry)
    assert {one["redemption"] for one in listening.told} == {listening.told[0]["redemption"]}


async def test_it_is_told_beside_requests_and_an_answer_without_sense_is_outlived(
    stored: Stored, listening: Listening
) -> None:
    listening.deaf = True
    telling = asyncio.create_task(keep_telling(stored.database, listening.registry, poll_seconds=0.01))
    await stored.accepted()
    await until(lambda: len(listening.told) > 1)
    listening.deaf = False
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling


async def test_a_neighbour_that_is_away_is_asked_again(stored: Stored) -> None:
    await stored.accepted()
    nobody = registry_at(Neighbour("http://registry", app=FastAPI()))
    telling = asyncio.create_task(keep_telling(stored.database, nobody, poll_seconds=0.01))
    await asyncio.sleep(0.1)
    assert not telling.done()
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
