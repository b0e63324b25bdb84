"""What runs beside requests ends with its app, and its own end neither goes unseen nor keeps anything open."""

import asyncio

from structlog.testing import capture_logs

from services.chassis.background import alongside


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
