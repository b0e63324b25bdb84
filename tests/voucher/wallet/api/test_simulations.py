"""A scheme file is tried over HTTP: on a population, on a file, on a round of one's own bureau; never on two."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.voucher.conftest import calls
from tests.voucher.scheme.asking import file_of
from tests.voucher.scheme.samples import FILE, spoilt
from tests.voucher.wallet.steps import a_draft_round, codes, done, hear_calendar, operator

Api = httpx2.AsyncClient
PEOPLE: dict[str, Any] = {
    "holders": 300,
    "asks_from": {"amount": "5000.00", "currency": "CNY"},
    "asks_to": {"amount": "20000.00", "currency": "CNY"},
    "step": {"amount": "500.00", "currency": "CNY"},
    "sizes": {"micro": 6, "small": 3, "large": 1},
    "regions": {"440703": 4, "310000": 1},
}
BUDGET = {"amount": "1000000.00", "currency": "CNY"}


async def asked(api: Api, **changes: Any) -> httpx2.Response:
    return await api.post("/v1/schemes:simulate", headers=operator(), json={"file": FILE, **changes})


async def sent(api: Api, content: str, headers: dict[str, str] | None = None) -> str:
    said = {**(headers or operator()), "Content-Type": "text/csv"}
    answer = await api.post("/v1/documents?name=holders.csv", headers=said, content=content.encode())
    return str(done(answer, 201)["id"])


async def test_a_population_is_tried(voucher_api: Api) -> None:
    found = done(await asked(voucher_api, population=PEOPLE, budget=BUDGET, as_of="2020-09-15"))
    assert found["applicants"] == 300 == found["refused"] + found["served"] + found["waiting"]
    assert {one["rule"] for one in found["refusals"]} == {"who.registered_in", "who.size_class"}
    assert [one["points"] for one in found["rate"]] == [-1, 0, 1]
    assert found["chart"].startswith("<svg")


async def test_the_same_seed_gives_the_same_answer(voucher_api: Api) -> None:
    first, again, other = [
        done(await asked(voucher_api, population=PEOPLE, budget=BUDGET, as_of="2020-09-15", seed=seed))
        for seed in ("a", "a", "b")
    ]
    assert first == again != other


async def test_the_table_speaks_chinese(voucher_api: Api) -> None:
    found = done(await asked(voucher_api, population=PEOPLE, lang="zh-CN"))
    assert found["table"][0]["what"] == "申领"


async def test_a_file_is_tried_and_the_columns_that_were_not_read_are_named(voucher_api: Api) -> None:
    file = await sent(voucher_api, "name,asked,region,size_class\n张三,20000.00,440703,small\n")
    found = done(await asked(voucher_api, holders_file=file))
    assert (found["served"], found["ignored"]) == (1, ["name"])
    assert "张三" not in str(found)


async def test_a_file_that_somebody_else_sent_is_not_there(voucher_api: Api) -> None:
    file = await sent(voucher_api, "asked\n1.00\n", calls("per_other", "operator", bureau="jiangmen-sme"))
    assert codes(await asked(voucher_api, holders_file=file)) == ["document.unknown"]


async def test_cells_that_cannot_be_read_are_told_all_at_once(voucher_api: Api) -> None:
    file = await sent(voucher_api, "asked,points\nmuch,many\n")
    assert codes(await asked(voucher_api, holders_file=file)) == ["roster.cell", "roster.cell"]


async def test_a_round_of_another_bureau_is_not_there(voucher_api: Api, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    body = {"file": FILE, "round_id": round_id}
    answer = await voucher_api.post("/v1/schemes:simulate", headers=operator(bureau="jiangmen-science"), json=body)
    assert (answer.status_code, codes(answer)) == (404, ["round.unknown"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"population": PEOPLE, "round_id": show("rnd", new_id())},
        {"population": {**PEOPLE, "holders": 100_001}},
        {"population": {**PEOPLE, "asks_from": BUDGET}},
        {"population": {**PEOPLE, "sizes": {}}},
    ],
    ids=["nobody", "two", "too-many", "order", "no-sizes"],
)
async def test_a_body_that_says_no_such_thing_is_refused(voucher_api: Api, body: dict[str, Any]) -> None:
    assert (await asked(voucher_api, **body)).status_code == 422


async def test_a_faulty_file_is_told_with_its_faults(voucher_api: Api) -> None:
    answer = await asked(voucher_api, file=spoilt("base: invoice", "base: steep"), population=PEOPLE)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/rate/base"


async def test_a_scheme_of_awards_alone_gives_out_no_vouchers(voucher_api: Api) -> None:
    file = file_of("jiaxing-match-2015").read_text(encoding="utf-8")
    assert codes(await asked(voucher_api, file=file, population=PEOPLE)) == ["scheme.no_vouchers"]


async def test_amounts_are_in_the_currency_of_the_scheme(voucher_api: Api) -> None:
    budget = {"amount": "5.00", "currency": "EUR"}
    assert codes(await asked(voucher_api, population=PEOPLE, budget=budget)) == ["application.currency"]


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
async def test_a_day_that_cannot_be_reckoned_with_is_refused(voucher_api: Api, day: str) -> None:
    people = {**PEOPLE, "months_from": 1200, "months_to": 1200}
    refused = await asked(voucher_api, population=people, as_of=day)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/as_of")
    done(await asked(voucher_api, population=people, as_of="2000-01-01"))
