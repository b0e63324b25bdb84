"""What outlives a year is counted over the schemes that follow each other, and over no others."""

import re

import httpx2
import pytest

from services.chassis.database import Database
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from tests.conftest import SetClock
from tests.voucher.wallet.methods import a_file
from tests.voucher.wallet.samples import BEFORE, CLOSED, OPEN
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_filled_line,
    a_round,
    all_is_well,
    apply,
    approve_funding,
    codes,
    done,
    draft,
    hear,
    issue,
    operator,
    propose_funding,
    rank,
)

Api = httpx2.AsyncClient
SOURCE = '"our default, not in the notice"'
ONCE = f"""  - cap: applications-ever
    counts: applications
    subject: holder
    period: once
    limit: "1"
    source: {SOURCE}
"""
NAME = "scheme: jiangmen-service-2020\n"
FOLLOWS = f"follows: {{value: jiangmen-service-2020, source: {SOURCE}}}\n"
UNUSED = ("under_use: {value: null,", 'under_use: {value: "0.70",')


def named_anew(file: str, *, follows: bool) -> str:
    assert NAME in file
    return file.replace(NAME, f"scheme: jiangmen-service-2021\n{FOLLOWS if follows else ''}")


def a_year_later(file: str) -> str:
    return re.sub(r"20(19|20|21)(-\d\d-\d\d)", lambda day: f"{int(day[1]) + 2001}{day[2]}", file)


@pytest.mark.parametrize(("follows", "told"), [(True, ["application.too_many"]), (False, [])])
async def test_what_is_once_is_once_over_all_that_follow(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, follows: bool, told: list[str]
) -> None:
    await set_clock(BEFORE)
    file = a_file(caps=ONCE)
    rounds = [
        await a_round(voucher_api, voucher_db, file=file),
        await a_round_of(voucher_api, named_anew(file, follows=follows), "江财工〔2020〕59号"),
    ]
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    await apply(voucher_api, rounds[0], firm)
    again = await draft(voucher_api, rounds[1], firm)
    assert (codes(again) if told else []) == told
    assert again.status_code == (422 if told else 201)
    await all_is_well(voucher_db)


@pytest.mark.parametrize(("follows", "told"), [(True, ["application.suspended_for_under_use"]), (False, [])])
async def test_who_used_too_little_is_suspended_by_the_scheme_that_follows(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, follows: bool, told: list[str]
) -> None:
    await set_clock(BEFORE)
    file = a_file(UNUSED)
    first = await a_round(voucher_api, voucher_db, file=file)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    await apply(voucher_api, first, firm)
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, first)
    await issue(voucher_api, voucher_db, first)
    await hear_year(voucher_db, 2021)
    await set_clock(BEFORE.replace(year=2021))
    after = a_year_later(named_anew(file, follows=follows))
    second = await a_round_of(voucher_api, after, "江财工〔2021〕1号", year=2021)
    await set_clock(OPEN.replace(year=2021))
    again = await draft(voucher_api, second, firm)
    assert (codes(again) if told else []) == told
    assert again.status_code == (422 if told else 201)


async def a_round_of(api: Api, file: str, document: str, *, year: int = 2020) -> str:
    """A published and funded round of another scheme."""
    made = await a_draft_round(api, file)
    line = await a_filled_line(api, "40000.00", allotment_document=document, fiscal_year=year)
    change = done(await propose_funding(api, made, line, "40000.00"), 201)
    done(await approve_funding(api, made, change["id"]))
    done(await api.post(f"/v1/rounds/{made}/publish", headers=operator()))
    return made


async def hear_year(database: Database, year: int) -> None:
    async with database.begin() as connection:
        calendar = Change("calendar", str(year), {"year": year, "off": [], "worked": []}, "1")
        await feed.keep(connection, [calendar], cursor=f"year-{year}", complete=True)
