"""The lane on a real table: what waits together is one transaction, and whatever happens each item has one effect."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from opentelemetry import trace
from prometheus_client import REGISTRY
from sqlalchemy import text

from migrations import runner
from services.chassis import lane as lane_module
from services.chassis.database import Database, Deposed
from services.chassis.lane import OVERRUNS, TRIES, Lane, Work
from services.chassis.refusals import Refusal
from tests.spans import followed

Hook = Callable[[], Awaitable[None]]


class Lost(Exception):
    """A race that the items lost to somebody else."""


class Shelf:
    """Puts names upon a shelf, each once. A name that begins with "bad" is refused, one with "poison" breaks all."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.batches: list[list[str]] = []
        self.before_commit: list[Hook] = []
        self.after_commit: list[Hook] = []
        self.fates: dict[str, str] = {}
        """By name, the SQLSTATE with which the database breaks what it is part of."""
        self.work: Work[str, str] = Work("shelf", self.once, self.identity, lambda error: isinstance(error, Lost))

    @staticmethod
    def identity(name: str) -> str | None:
        return name if not name.startswith("nameless") else None

    async def once(self, names: Sequence[str]) -> list[str | Refusal]:
        self.batches.append(list(names))
        async with self.database.begin() as connection:
            there = set((await connection.execute(text("SELECT name FROM shelf"))).scalars())
            if any(name.startswith("poison") for name in names):
                raise ZeroDivisionError
            for name in self.fates.keys() & set(names):
                await self.fails(self.fates[name])
            new = [{"name": name} for name in names if name not in there and not name.startswith("bad")]
            if new:
                await connection.execute(text("INSERT INTO shelf VALUES (:name)"), new)
            if self.before_commit:
                await self.before_commit.pop(0)()
        if self.after_commit:
            await self.after_commit.pop(0)()
        return [Refusal(name) if name.startswith("bad") else f"{name} {'again' * (name in there)}" for name in names]

    async def stands(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(text("SELECT name FROM shelf ORDER BY name"))).scalars())

    async def fails(self, state: str) -> None:
        """As the database would."""
        async with self.database.begin() as connection:
            await connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))

    async def is_cut(self) -> None:
        """The connection ends in the middle of a word."""
        async with self.database.begin() as connection:
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


@pytest.fixture
async def shelf(voucher_db: Database, owner_url: str) -> Shelf:
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.exec_driver_sql("CREATE TABLE voucher.shelf (name text PRIMARY KEY)")
        await connection.exec_driver_sql(f"GRANT SELECT, INSERT ON voucher.shelf TO {voucher_db.engine.url.username}")
    return Shelf(voucher_db)


@pytest.fixture
async def lane(shelf: Shelf) -> AsyncGenerator[Lane[str, str]]:
    made = Lane(shelf.work, away=1)
    yield made
    await made.close()


@pytest.fixture
async def double(shelf: Shelf) -> AsyncGenerator[Lane[str, str]]:
    """A lane as the product has it: with two transactions under way."""
    made = Lane(shelf.work)
    yield made
    await made.close()


async def all_of(lane: Lane[str, str], *names: str) -> list[Any]:
    return await asyncio.gather(*(lane.put(name) for name in names), return_exceptions=True)


def told(results: Sequence[Any]) -> list[str]:
    return [result if isinstance(result, str) else type(result).__name__ for result in results]


# ── two at a time ────────────────────────────────────────────────────────────────────────────────────────────────


async def held(lane: Lane[str, str], shelf: Shelf, name: str, *, line: str | None = None) -> Callable[[], Any]:
    """An item under way until the function given is called, which gives what it came to."""
    away, back = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        away.set()
        await back.wait()

    shelf.before_commit.append(wait)
    task = asyncio.create_task(lane.put(name, line=line))
    await away.wait()

    def release() -> Awaitable[str]:
        back.set()
        return task

    return release


async def test_a_second_transaction_leaves_while_the_first_is_under_way(double: Lane[str, str], shelf: Shelf) -> None:
    release = await held(double, shelf, "a")
    assert await asyncio.wait_for(double.put("b"), 5) == "b "
    assert (await release(), shelf.batches) == ("a ", [["a"], ["b"]])


async def test_the_second_leaves_only_when_as_many_wait_as_are_with_the_first(
    double: Lane[str, str], shelf: Shelf
) -> None:
    first = [asyncio.create_task(double.put(name)) for name in ("a", "b", "c", "d")]
    await asyncio.gather(*first)
    assert shelf.batches == [["a", "b"], ["c", "d"]]


async def test_the_twin_of_one_under_way_waits_for_its_answer(double: Lane[str, str], shelf: Shelf) -> None:
    release = await held(double, shelf, "a")
    twin, other = (asyncio.create_task(double.put(name)) for name in ("a", "b"))
    assert await other == "b "
    assert (await release(), await twin) == ("a ", "a again")


async def test_what_is_of_one_line_keeps_its_order(double: Lane[str, str], shelf: Shelf) -> None:
    release = await held(double, shelf, "a", line="call")
    following, stranger = asyncio.create_task(double.put("b", line="call")), asyncio.create_task(double.put("c"))
    assert await stranger == "c "
    assert not following.done()
    assert (await release(), await following) == ("a ", "b ")


async def test_behind_a_twin_left_behind_its_line_waits_too(double: Lane[str, str], shelf: Shelf) -> None:
    release = await held(double, shelf, "a")
    line = [asyncio.create_task(double.put(name, line="call")) for name in ("a", "b")]
    assert await double.put("c") == "c "
    assert shelf.batches == [["a"], ["c"]]
    assert [await release(), *await asyncio.gather(*line)] == ["a ", "a again", "b "]


async def test_a_line_is_not_divided_between_the_two(double: Lane[str, str], shelf: Shelf) -> None:
    await asyncio.gather(*(double.put(name, line="call") for name in ("a", "b", "c")))
    assert shelf.batches == [["a", "b", "c"]]


@pytest.mark.parametrize(("point", "told"), [("before_commit", ["a ", "b "]), ("after_commit", ["a again", "b again"])])
async def test_connections_lost_by_both_at_once_are_no_loss(
    double: Lane[str, str], shelf: Shelf, point: str, told: list[str]
) -> None:
    both = asyncio.Barrier(2)

    async def cut() -> None:
        await both.wait()
        await shelf.is_cut()

    getattr(shelf, point).extend([cut, cut])
    assert await all_of(double, "a", "b") == told
    assert (sorted(shelf.batches), await shelf.stands()) == ([["a"], ["a"], ["b"], ["b"]], ["a", "b"])


# ── together ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_lone_item_goes_at_once(lane: Lane[str, str], shelf: Shelf) -> None:
    assert await asyncio.wait_for(lane.put("a"), 5) == "a "
    assert (shelf.batches, await shelf.stands()) == ([["a"]], ["a"])


async def test_what_comes_while_a_batch_is_away_shares_the_next_in_order_of_arrival(
    lane: Lane[str, str], shelf: Shelf
) -> None:
    away, back = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        away.set()
        await back.wait()

    shelf.before_commit.append(wait)
    first = asyncio.create_task(lane.put("z"))
    await away.wait()
    others = asyncio.create_task(all_of(lane, "c", "a", "b"))
    await asyncio.sleep(0)
    back.set()
    assert [await first, *await others] == ["z ", "c ", "a ", "b "]
    assert shelf.batches == [["z"], ["c", "a", "b"]]


async def test_a_batch_has_a_bound(shelf: Shelf) -> None:
    lane = Lane(shelf.work, batch=3)
    await all_of(lane, *"abcdefg")
    assert shelf.batches == [list("abc"), list("def"), ["g"]]


async def test_a_twin_goes_with_the_next_batch_and_finds_the_first_ones_answer(
    lane: Lane[str, str], shelf: Shelf
) -> None:
    assert await all_of(lane, "a", "b", "a", "c", "a") == ["a ", "b ", "a again", "c ", "a again"]
    assert shelf.batches == [["a", "b", "c"], ["a"], ["a"]]


async def test_what_has_no_identity_shares_with_all(lane: Lane[str, str], shelf: Shelf) -> None:
    await all_of(lane, "nameless 1", "nameless 2")
    assert shelf.batches == [["nameless 1", "nameless 2"]]


async def test_a_refused_item_is_answered_alone_and_leaves_nothing(lane: Lane[str, str], shelf: Shelf) -> None:
    assert told(await all_of(lane, "a", "bad", "c")) == ["a ", "Refusal", "c "]
    assert (len(shelf.batches), await shelf.stands()) == (1, ["a", "c"])


# ── when something goes wrong ────────────────────────────────────────────────────────────────────────────────────


async def test_of_a_batch_only_the_poison_item_fails(lane: Lane[str, str], shelf: Shelf) -> None:
    results = await all_of(lane, "a", "bad", "poison", "b")
    assert told(results) == ["a ", "Refusal", "ZeroDivisionError", "b "]
    assert await shelf.stands() == ["a", "b"]
    assert await lane.put("c") == "c "


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_who_was_in_anothers_way_is_played_again(lane: Lane[str, str], shelf: Shelf, state: str) -> None:
    shelf.before_commit += [lambda: shelf.fails(state)] * (TRIES - 1)
    assert await all_of(lane, "a", "b") == ["a ", "b "]
    assert shelf.batches == [["a", "b"]] * TRIES


async def test_who_lost_a_race_is_played_again_and_in_the_end_told_to_come_later(
    lane: Lane[str, str], shelf: Shelf
) -> None:
    async def lose() -> None:
        raise Lost

    shelf.before_commit += [lose] * TRIES
    assert told(await all_of(lane, "a")) == ["Refusal"]
    assert await lane.put("a") == "a "


async def test_a_batch_that_never_gets_through_is_tried_one_by_one(lane: Lane[str, str], shelf: Shelf) -> None:
    shelf.before_commit += [lambda: shelf.fails("40P01")] * TRIES
    assert await all_of(lane, "a", "b") == ["a ", "b "]
    assert shelf.batches == [["a", "b"]] * TRIES + [["a"], ["b"]]


async def test_a_connection_lost_before_the_commit_is_no_loss(lane: Lane[str, str], shelf: Shelf) -> None:
    shelf.before_commit.append(shelf.is_cut)
    assert await all_of(lane, "a", "b") == ["a ", "b "]
    assert await shelf.stands() == ["a", "b"]


async def test_whether_a_lost_connection_had_committed_is_told_by_the_keys(lane: Lane[str, str], shelf: Shelf) -> None:
    shelf.after_commit.append(shelf.is_cut)
    assert await all_of(lane, "a", "b") == ["a again", "b again"]
    assert await shelf.stands() == ["a", "b"]


async def test_a_database_that_stays_away_fails_all_that_waited_and_nobody_is_tried_alone(
    lane: Lane[str, str], shelf: Shelf
) -> None:
    shelf.before_commit += [shelf.is_cut] * TRIES
    assert told(await all_of(lane, "a", "b")) == ["DBAPIError"] * 2
    assert shelf.batches == [["a", "b"]] * TRIES
    assert await lane.put("a") == "a "


async def test_a_server_that_cannot_serve_is_not_asked_again_at_once(lane: Lane[str, str], shelf: Shelf) -> None:
    shelf.before_commit.append(lambda: shelf.fails("53100"))
    assert told(await all_of(lane, "a", "b")) == ["DBAPIError"] * 2
    assert shelf.batches == [["a", "b"]]


@pytest.mark.parametrize("state", ["57014", "55P03"])
async def test_whose_time_is_up_holds_up_no_other(lane: Lane[str, str], shelf: Shelf, state: str) -> None:
    shelf.fates["stuck"] = state
    assert told(await all_of(lane, "a", "stuck", "b")) == ["a ", "DBAPIError", "b "]
    assert shelf.batches == [["a", "stuck", "b"], ["a"], ["stuck"], ["b"]]


async def test_when_time_is_up_for_one_after_the_other_the_rest_does_not_wait_for_its_turn(
    lane: Lane[str, str], shelf: Shelf
) -> None:
    names = [f"stuck {number}" for number in range(OVERRUNS + 2)]
    shelf.fates |= dict.fromkeys(names, "57014")
    assert told(await all_of(lane, "a", *names)) == ["a ", *["DBAPIError"] * len(names)]
    assert shelf.batches[1:] == [["a"], *([name] for name in names[:OVERRUNS])]
    assert await lane.put("b") == "b "


async def test_a_database_lost_while_items_go_one_by_one_fails_the_rest(lane: Lane[str, str], shelf: Shelf) -> None:
    async def go_on() -> None:
        return

    shelf.before_commit += [go_on, *[lambda: shelf.fails("57P03")]]
    assert told(await all_of(lane, "a", "poison", "b", "c")) == ["a ", "ZeroDivisionError", "DBAPIError", "DBAPIError"]
    assert shelf.batches[1:] == [["a"], ["poison"], ["b"]]


FAULTS = [ZeroDivisionError(), Lost(), Refusal("bad"), TimeoutError(), OSError(), ConnectionResetError(), Deposed()]


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_whatever_fails_each_tells_every_item_and_raises_nothing(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Sequence[str]) -> Sequence[str]:
        raise fault

    monkeypatch.setattr(lane_module, "PAUSE_SECONDS", 0)
    work: Work[str, str] = Work("shelf", fail, Shelf.identity, lambda error: isinstance(error, Lost))
    said = await work.each(["a", "b", "c", "d"])
    assert [isinstance(one, type(fault) | Refusal) for one in said] == [True] * 4


# ── whoever stops waiting ────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_stops_waiting_at_whatever_point_stops_nothing(lane: Lane[str, str], shelf: Shelf) -> None:
    for steps in range(1, 40):
        gone = asyncio.create_task(lane.put(f"gone {steps}"))
        stays = asyncio.create_task(lane.put(f"stays {steps}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        gone.cancel()
        assert await stays == f"stays {steps} "
        assert {f"gone {steps}", f"stays {steps}"} <= set(await shelf.stands())


async def test_a_time_limit_of_the_caller_is_none_of_the_commits(lane: Lane[str, str], shelf: Shelf) -> None:
    shelf.before_commit.append(lambda: asyncio.sleep(0.2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lane.put("a"), 0.05)
    assert await lane.put("a") == "a again"


async def test_at_most_so_many_wait_and_the_next_is_told_to_come_later(shelf: Shelf) -> None:
    lane = Lane(shelf.work, queue=2)
    assert told(await all_of(lane, "a", "b", "c")) == ["a ", "b ", "Refusal"]
    with pytest.raises(Refusal, match=r"service\.unavailable"):
        await Lane(shelf.work, queue=0).put("d")


async def test_a_lane_that_closes_carries_out_what_it_took_and_takes_no_more(shelf: Shelf) -> None:
    lane = Lane(shelf.work, batch=1)
    taken = asyncio.gather(lane.put("a"), lane.put("b"))
    await asyncio.sleep(0)
    await lane.close()
    assert await shelf.stands() == ["a", "b"]
    assert list(await taken) == ["a ", "b "]
    with pytest.raises(Refusal, match=r"service\.unavailable"):
        await lane.put("c")


async def test_a_lane_that_was_never_used_closes(shelf: Shelf) -> None:
    await Lane(shelf.work).close()


async def test_what_a_lane_does_is_counted(lane: Lane[str, str], shelf: Shelf) -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(f"innovoucher_lane_{name}", {"lane": "shelf", **labels}) or 0

    names = ("batch_size_sum", "wait_seconds_count", "apart_total")
    before = [value(name) for name in names]
    clashes = value("retries_total", why="clash")
    shelf.before_commit.append(lambda: shelf.fails("40001"))
    await all_of(lane, "a", "b")
    await all_of(lane, "c", "poison")
    assert [value(name) - was for name, was in zip(names, before, strict=True)] == [4, 4, 1]
    assert (value("retries_total", why="clash") - clashes, value("queue_length")) == (1, 0)


# ── one of each database ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_database_keeps_one_of_a_kind_and_closes_it_before_its_connections(shelf: Shelf) -> None:
    def make() -> Lane[str, str]:
        return Lane(shelf.work)

    kept = shelf.database.keep("shelf", make)
    assert shelf.database.keep("shelf", make) is kept
    taken = asyncio.create_task(kept.put("a"))
    await asyncio.sleep(0)
    await shelf.database.dispose()
    assert await taken == "a "
    assert shelf.database.keep("shelf", make) is not kept


async def test_while_a_database_is_closed_nobody_gets_a_new_one_of_what_it_kept(shelf: Shelf) -> None:
    kept = shelf.database.keep("shelf", lambda: Lane(shelf.work))
    away, back = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        away.set()
        await back.wait()

    shelf.before_commit.append(wait)
    taken = asyncio.create_task(kept.put("a"))
    await away.wait()
    closing = asyncio.create_task(shelf.database.dispose())
    await asyncio.sleep(0)
    assert shelf.database.keep("shelf", lambda: Lane(shelf.work)) is kept
    with pytest.raises(Refusal, match=r"service\.unavailable"):
        await kept.put("b")
    back.set()
    await asyncio.gather(taken, closing)


async def test_what_a_batch_did_points_at_each_request_that_shared_it(lane: Lane[str, str]) -> None:
    tracer = trace.get_tracer("the tests")

    async def asked(name: str) -> int:
        with tracer.start_as_current_span(name) as span:
            await lane.put(name)
        return span.get_span_context().span_id

    with followed() as spans:
        requests = [await one for one in [asyncio.create_task(asked(name)) for name in "ab"]]
        batches = [span for span in spans.all if span.name == "lane shelf"]
    assert {link.context.span_id for batch in batches for link in batch.links} == set(requests)
    assert [batch.parent for batch in batches] == [None] * len(batches)


async def test_where_nobody_is_followed_a_batch_is_no_span(lane: Lane[str, str]) -> None:
    with followed() as spans:
        await lane.put("a")
        assert spans.all == []
