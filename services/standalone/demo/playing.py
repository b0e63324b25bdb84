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
from services.standalone.demo import allocating, claiming, figures, house, opening, paying, spending
from services.standalone.demo.cast import draw
from services.standalone.demo.figures import Figures
from services.standalone.demo.stage import Stage
from services.standalone.installation import Installation, Unusable
from services.standalone.logins import DemoLogins
from services.standalone.settings import StandaloneSettings

CALL_SECONDS = 30
STAFF = ("admin", "second_admin", *callers.STAFF)
MEANINGS = {
    "vouchers": "issued in the first allocation, the last one for what was left",
    "waitlisted": "firms that had to wait",
    "backfilled": "of those, served with what came back",
    "issued": "CNY, face of both; what came back and went out again counts twice",
    "captured": "CNY earned by providers",
    "reclaimed": "CNY that came back unused",
    "open": "CNY still on vouchers",
    "pool": "CNY nobody holds: captured + open + pool is the budget of 4308980.00",
    "refused": "attempts: two second applications, a sanctioned firm, a related party, a fapiao used twice",
    "cost": "CNY approved to be paid; one line was objected to, and its quota went back",
    "paid": "CNY that reached the providers: debits of the bank less what it brought back",
    "returned": "CNY that came back from the bank, and was paid again",
    "bank": "CNY on the account: the ledger's balance, which is the bank's; some of it is not ours",
    "bank_lines": "lines in the bank's statements",
    "reconciled": "of those, explained",
    "exceptions_open": "of those, not yet",
    "trial_balance": "sum of all imbalances",
    "audit": "the audit's verdict",
}
"""What each figure says, for the table."""


@dataclass(frozen=True)
class Ending:
    """What the auditor read: the round's figures, and the trial balance of both books."""

    figures: Figures
    books: Json
    execution: Json

    @property
    def faults(self) -> list[str]:
        """The equations that do not hold."""
        return self.figures.faults(Decimal(allocating.BUDGET) / 100)


def play(settings: StandaloneSettings, *, seed: int, as_json: bool) -> int:
    """Play the round of a seed; 0 when every equation holds. With as_json the last line is one JSON object."""
    began = time.monotonic()
    told = Console(stderr=as_json)
    told.print(
        "The service voucher of Jiangmen, 2020, from its budget to the bank, in a sandbox that is gone afterwards."
    )
    with house.sandbox(settings) as installation, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ending = runner.run(_play(installation, seed, told))
    _show(told, ending)
    told.print(f"played in {time.monotonic() - began:.1f} s, seed {seed}")
    told.print("`make run` serves an empty one for you to try: see the tour in the README")
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
                await claiming.claim(stage)
                await paying.pay(stage)
            auditor = (await _staff(http, logins))["auditor"]
            return Ending(
                figures=await figures.read(auditor, stage.round_id),
                books=await auditor.get("/v1/ledger/accounts"),
                execution=await auditor.get("/v1/reports/budget-execution"),
            )


async def _staff(http: httpx2.AsyncClient, logins: DemoLogins) -> dict[str, Caller]:
    return {role: await Caller(http).log_in(logins.by_role[role], logins.password) for role in STAFF}


def _progress(told: Console) -> Progress:
    columns: tuple[Any, ...] = (TextColumn("{task.description:44}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=told)


def _show(told: Console, ending: Ending) -> None:
    result = Table("figure", "value", "is", title="What the auditor reads")
    for name, value in ending.figures.as_json().items():
        result.add_row(name, str(value), MEANINGS[name])
    result.columns[1].justify = "right"
    balance = Table("book", "place", title="Trial balance of both books (CNY)")
    for side in ("debits", "credits", "balance"):
        balance.add_column(side, justify="right")
    for account in ending.books["accounts"]:
        amounts = (account[side]["amount"] for side in ("debits", "credits", "balance"))
        balance.add_row(account["book"], account["place"], *amounts)
    execution = Table("budget execution", title="Budget execution by line (CNY)")
    for line in ending.execution["items"]:
        execution.add_column(f"{line['fiscal_year']} {line['project']}", justify="right")
    for name in ("allotted", "in_rounds", "cost", "payable", "in_transit", "paid", "drawn"):
        execution.add_row(name, *(line[name]["amount"] for line in ending.execution["items"]))
    told.print(result, balance, execution)
    for fault in ending.faults:
        told.print(f"[red]does not hold: {fault}")
