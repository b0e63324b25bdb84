"""Three files written from the guide and a city's text alone say what the text says, and run as they are."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from services.voucher.scheme.domain.explaining.explain import rules
from services.voucher.scheme.operations import reading
from tests.conftest import SetClock
from tests.voucher.awards.steps import OPERATOR, SPACE, Office, an_office, hear_space
from tests.voucher.conftest import calls
from tests.voucher.payout.steps import BANK_CODE
from tests.voucher.scheme.asking import quoted
from tests.voucher.wallet.steps import (
    a_filled_line,
    all_is_well,
    apply,
    approve_funding,
    codes,
    done,
    draft,
    hear,
    operator,
    propose_funding,
)

HERE = Path(__file__).parent / "written"
CASES: dict[str, list[dict[str, Any]]] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
ASKED = [(name, one) for name, cases in CASES.items() for one in cases]
BUREAUS = {"jiaojiang-voucher-2026": "jiaojiang-science", "moushi-design-2026": "moushi-science"}
DAYS = {
    "jiaojiang-voucher-2026": datetime(2026, 2, 2, 2, tzinfo=UTC),
    "moushi-design-2026": datetime(2026, 3, 3, 2, tzinfo=UTC),
}
"""A day in the window of each."""
ESCROW = ("moushi-design-2026",)
YEARS = [Change("calendar", str(year), {"year": year, "off": [], "worked": []}, "1") for year in (2026, 2027)]
YUAN = 100


async def hear_years(database: Database) -> None:
    async with database.begin() as connection:
        await feed.keep(connection, YEARS, cursor=new_id().hex, complete=True)


def file_of(name: str) -> Path:
    return HERE / f"{name}.yaml"


@pytest.mark.parametrize("name", CASES)
def test_it_has_no_fault_and_is_told_without_a_word_of_the_format(name: str) -> None:
    read = reading.read(file_of(name).read_text(encoding="utf-8"))
    assert not read.faults
    told = "".join(one.text for one in rules(read.document, "zh-CN"))
    assert not [word for word in told.split() if word.isascii() and word.isalpha()]


@pytest.mark.parametrize(("name", "asked"), ASKED, ids=[f"{name}-{place}" for place, (name, _) in enumerate(ASKED)])
def test_it_answers_as_the_citys_text_says(name: str, asked: dict[str, Any]) -> None:
    found = quoted(file_of(name), asked["case"])
    assert {word: found.get(word) for word in asked["answer"]} == asked["answer"]
    assert [one["code"] for one in found.get("refused", [])] == asked.get("refused", [])


async def open_escrow(api: httpx2.AsyncClient) -> None:
    body = {"kind": "escrow", "name": "创新券托管户", "number": "44001670101059000999", "bank_code": BANK_CODE}
    named = {**body, "bank_name": "建行江门分行", "funding_source": "持券人"}
    done(await api.post("/v1/payer-accounts", headers=calls("per_maker", "finance_maker"), json=named), 201)


async def a_round_of(api: httpx2.AsyncClient, name: str, amount: str) -> str:
    """The file, published over HTTP as it is, with a round that has money and is open."""
    by = {"bureau": BUREAUS[name]}
    body = {"file": file_of(name).read_text(encoding="utf-8")}
    kept = done(await api.post("/v1/schemes", headers=operator(**by), json=body), 201)
    done(await api.post(f"/v1/schemes/{kept['id']}/publish", headers=operator(**by), json={}))
    named = {"scheme_version_id": kept["id"], "name": "第一批"}
    round_id: str = done(await api.post("/v1/rounds", headers=operator(**by), json=named), 201)["id"]
    if name in ESCROW:
        await open_escrow(api)
    line = await a_filled_line(api, amount, fiscal_year=2026, **by)
    change = done(await propose_funding(api, round_id, line, amount), 201)
    done(await approve_funding(api, round_id, change["id"]))
    done(await api.post(f"/v1/rounds/{round_id}/publish", headers=operator(**by)))
    return round_id


async def an_open_round(api: httpx2.AsyncClient, database: Database, set_clock: SetClock, name: str) -> str:
    """A round of the file, published before its year begins, in its window."""
    await hear_years(database)
    await set_clock(datetime(2025, 12, 30, 2, tzinfo=UTC))
    round_id = await a_round_of(api, name, "100000.00")
    await set_clock(DAYS[name])
    return round_id


async def test_who_comes_first_is_served_first(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock, "jiaojiang-voucher-2026")
    made = await apply(voucher_api, round_id, await hear(voucher_db, region="331002"), "30000.00")
    assert made["state"] == "issued"
    await all_is_well(voucher_db)


async def test_who_takes_part_in_the_lottery_is_reviewed(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock, "moushi-design-2026")
    made = await apply(voucher_api, round_id, await hear(voucher_db), "20000.00")
    assert made["state"] == "in_review"


async def test_a_face_value_is_not_applied_for_in_parts(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock, "moushi-design-2026")
    refused = await draft(voucher_api, round_id, await hear(voucher_db), "15000.00")
    assert codes(refused) == ["application.not_the_face"]


async def test_an_award_of_it_is_claimed_and_shared_as_its_settlement_says(
    voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(datetime(2022, 3, 7, 2, 0, tzinfo=UTC))
    written = "../tests/voucher/scheme/written/moushi-spaces-2026"
    office: Office = await an_office(voucher_db, written, treasuries={"city": "moushi", "district": "moushi-district"})
    for part in ("city", "district"):
        await office.fund("recognition", part, "110112")
    await hear_space(voucher_db)
    claim = await office.claim("recognition", payee=OPERATOR, space_id=SPACE, facts={"level": "national"})
    assert (claim.amount, claim.on) == (400_000 * YUAN, date(2020, 11, 2))
    await office.approve(claim)
    assert [leg.amount for leg in await office.legs(claim)] == [160_000 * YUAN, 240_000 * YUAN]
