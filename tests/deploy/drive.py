"""Plays a small round with the demonstration's own acts, through a gateway at a URL."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from rich.progress import Progress
from sqlalchemy import text

from migrations import runner
from services.standalone import callers
from services.standalone.caller import Caller
from services.standalone.demo import allocating, claiming, figures, opening, paying, spending
from services.standalone.demo.cast import Cast, category_of, draw
from services.standalone.demo.figures import Figures
from services.standalone.demo.house import BEGINS
from services.standalone.demo.playing import STAFF
from services.standalone.demo.spending import Story
from services.standalone.demo.stage import Stage
from services.standalone.installation import Installation
from services.standalone.logins import over
from tests import databases

PLAYED = 3
HEARD = text("SELECT heard_at FROM voucher.directory_feed")


@asynccontextmanager
async def opened(url: str, sandbox: Installation) -> AsyncGenerator[Stage]:
    """Demo callers in a sandbox in which it is the morning of 14 September 2020, logged in at a gateway."""
    await databases.set_clock(sandbox.main.owner, BEGINS)
    logins = await callers.seed(url, sandbox)
    assert logins is not None
    async with over(url) as http:
        staff = {role: await Caller(http).log_in(logins.by_role[role], logins.password) for role in STAFF}
        yield Stage(Caller(http), staff, small(draw(2020)), Progress(disable=True))


def small(cast: Cast) -> Cast:
    """Three firms that redeem to the end, each with another provider, one that is banned, and one that is related."""
    played = [firm for firm in cast.firms if firm.path == "accept"][: PLAYED + 2]
    firms = [
        replace(firm, provider=place % PLAYED, category=category_of(place % PLAYED))
        for place, firm in enumerate(played)
    ]
    providers = cast.providers[:PLAYED]
    return replace(cast, firms=tuple(firms), providers=providers, twice=(0, 1), sanctioned=PLAYED, related=PLAYED + 1)


async def issued(stage: Stage, sandbox: Installation) -> list[Story]:
    """From a budget line to vouchers; what the first firms will do with theirs."""
    await opening.open_house(stage)
    await all_heard(sandbox.main.owner)
    await allocating.allocate(stage)
    await stage.move_clock(spending.RESULTS)
    listed = stage.role("auditor").pages("/v1/vouchers", round_id=stage.round_id)
    by_holder = {voucher["holder_id"]: voucher async for voucher in listed}
    return [
        Story(stage, firm, by_holder[stage.organizations[firm.organization.login]], spending.RESULTS.date())
        for firm in stage.cast.firms[:PLAYED]
    ]


async def settled(stage: Stage) -> Figures:
    """From what was captured to a bank that agrees; what the auditor reads then."""
    await claiming.claim(stage)
    await paying.pay(stage)
    return await figures.read(stage.role("auditor"), stage.round_id)


async def all_heard(owner_url: str) -> None:
    """Wait until the directory knows what the registry knew when this was called.

    A page that was asked for before may be stored after it: only the next one was surely asked for later.
    """
    async with runner.connected(owner_url) as connection:
        last = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        for _ in range(2):
            while (heard := (await connection.execute(HEARD)).scalar_one()) is None or heard <= last:
                await connection.rollback()
                await asyncio.sleep(0.1)
            last = heard
