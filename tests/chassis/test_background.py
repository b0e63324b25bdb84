"""What runs beside requests ends with its app, and its own end neither goes unseen nor keeps anything open."""

import asyncio

from structlog.testing import capture_logs

from services.chassis.background import alongside, over_and_over


class Work:
    """Runs until cancelled."""

    def __init__(self) -> None:
        self.cleaned = False

    async def forever(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.cleaned = True


async def dies() -> None:
    raise ArithmeticError


async def test_work_ends_with_the_block() -> None:
    work, fallen = Work(), list[str]()
    with capture_logs() as said:
        async with alongside([work.forever()], fallen):
            await asyncio.sleep(0)
            assert not work.cleaned
    assert work.cleaned
    assert (said, fallen) == ([], [])


async def test_work_that_dies_is_said_at_once_and_keeps_nothing_from_its_end() -> None:
    work, fallen = Work(), list[str]()
    with capture_logs() as said:
        async with alongside([dies(), work.forever()], fallen):
            await asyncio.sleep(0.01)
            assert [(line["event"], line["work"], line["log_level"]) for line in said] == [
                ("background.ended", "dies", "error")
            ]
    assert work.cleaned
    assert fallen == ["dies"]


LONG_SECONDS = 3_600


async def rounds_of(*comes_to: bool | Exception, pause_seconds: float) -> int:
    """How many rounds are soon done of what is done over and over, each of which comes to something."""
    left = list(comes_to)

    async def once() -> bool:
        if not left:
            await asyncio.Event().wait()
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async with alongside([over_and_over(once, failed="thing.failed", pause_seconds=pause_seconds)]):
        for _ in range(10 * len(comes_to)):
            await asyncio.sleep(0)
    return len(comes_to) - len(left)


async def test_it_goes_on_at_once_while_there_is_more_and_pauses_when_all_is_done() -> None:
    assert await rounds_of(False, False, True, True, pause_seconds=LONG_SECONDS) == 3


async def test_it_goes_on_after_the_pause() -> None:
    assert await rounds_of(True, False, True, pause_seconds=0) == 3


async def test_a_failure_is_logged_and_tried_again_after_the_pause() -> None:
    with capture_logs() as said:
        assert await rounds_of(False, ArithmeticError(), True, pause_seconds=LONG_SECONDS) == 2
        assert await rounds_of(False, ArithmeticError(), True, pause_seconds=0) == 3
    assert [(line["event"], line["log_level"]) for line in said] == [("thing.failed", "error")] * 2
