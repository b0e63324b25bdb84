"""Two transactions of a lane under way at once: what may leave with the second, and what waits for the first."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.chassis.lane import Lane
from tests.chassis.shelf import Shelf, all_of


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
