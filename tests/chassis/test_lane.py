"""The lane on a real table: what waits together is one transaction, and whatever happens each item has one effect."""

import asyncio
from collections.abc import Sequence

import pytest
from opentelemetry import trace
from prometheus_client import REGISTRY

from services.chassis import lane as lane_module
from services.chassis.database import Deposed
from services.chassis.lane import OVERRUNS, TRIES, Lane, Work
from services.chassis.refusals import Refusal
from tests.chassis.shelf import Lost, Shelf, all_of, told
from tests.spans import followed

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
