"""Plays the demonstration from an empty sandbox to a table of figures that an auditor read back."""

import asyncio
import json
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx2
import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.standalone import callers
from services.standalone.caller import Caller, Json
from services.standalone.compose import inhabited
from services.standalone.demo import allocating, figures, house, opening, spending
from services.standalone.demo.cast import draw
from services.standalone.demo.figures import Figures
from services.standalone.demo.stage import Stage
from services.standalone.installation import Installation, Unusable
from services.standalone.settings import StandaloneSettings

CALL_SECONDS = 30
STAFF = ("admin", "operator", "reviewer", "finance_maker", "finance_checker", "auditor")


@dataclass(frozen=True)
class Ending:
    """What the auditor read: the round's figures, and the trial balance of both books."""

    figures: Figures
    books: Json

    @property
    def faults(self) -> list[str]:
        """The equations that do not hold."""
        return self.figures.faults(Decimal(allocating.BUDGET) / 100)


def play(settings: StandaloneSettings, *, seed: int, as_json: bool) -> int:
    """Play the round of a seed; 0 when every equation holds. With as_json the last line is one JSON object."""
    began = time.monotonic()
    told = Console(stderr=as_json)
    with house.sandbox(settings) as installation, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ending = runner.run(_play(installation, seed, told))
    _show(told, ending)
    told.print(f"played in {time.monotonic() - began:.1f} s, seed {seed}")
    if as_json:
        typer.echo(json.dumps(ending.figures.as_json(), ensure_ascii=False))
    return 1 if ending.faults else 0


async def _play(installation: Installation, seed: int, told: Console) -> Ending:
    async with inhabited(installation) as apps, house.served(apps.gateway) as url:
        logins = await callers.seed(apps.gateway, installation)
        if logins is None:
            raise Unusable("the demo plays in a sandbox of its own, and this one has accounts already")
        async with httpx2.AsyncClient(base_url=url, timeout=CALL_SECONDS) as http:
            with _progress(told) as progress:
                stage = Stage(Caller(http), await _staff(http, logins), draw(seed), progress)
                await opening.open_house(stage)
                await allocating.allocate(stage)
                await spending.spend(stage)
            auditor = (await _staff(http, logins))["auditor"]
            return Ending(await figures.read(auditor, stage.round_id), await auditor.get("/v1/ledger/accounts"))


async def _staff(http: httpx2.AsyncClient, logins: callers.DemoLogins) -> dict[str, Caller]:
    return {role: await Caller(http).log_in(logins.by_role[role], logins.password) for role in STAFF}


def _progress(told: Console) -> Progress:
    columns: tuple[Any, ...] = (TextColumn("{task.description:44}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=told)


def _show(told: Console, ending: Ending) -> None:
    result = Table("figure", "value", title="The round, as the auditor reads it")
    for name, value in ending.figures.as_json().items():
        result.add_row(name, str(value), style=None)
    balance = Table("book", "place", "debits", "credits", "balance", title="Trial balance of both books (CNY)")
    for account in ending.books["accounts"]:
        amounts = (account[side]["amount"] for side in ("debits", "credits", "balance"))
        balance.add_row(account["book"], account["place"], *amounts)
    for table in (result, balance):
        for column in table.columns[-3:] if table is balance else table.columns[-1:]:
            column.justify = "right"
        told.print(table)
    for fault in ending.faults:
        told.print(f"[red]does not hold: {fault}")
