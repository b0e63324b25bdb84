"""A bank's file is sent as it is; what disagrees is told in words; finance of another treasury hears nothing of it."""

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.payout.steps import CHECKER, MAKER
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import NOVEMBER, PAID_ON, Desk, a_desk

STATEMENTS = "/v1/statements"
CAME = movement(50_000, booked_on=PAID_ON, bank_reference="B1")
FINANCE = calls(MAKER, "finance_maker")
AUDITOR = calls("per_a", "auditor", treasury=None)
ENPING = calls("per_e", "finance_maker", treasury="enping")


@pytest.fixture
async def desk(voucher_db: Database, set_clock: SetClock) -> Desk:
    await set_clock(NOVEMBER)
    return await a_desk(voucher_db)


async def send(api: httpx2.AsyncClient, desk: Desk, content: bytes, profile: str = "csv-utf8") -> httpx2.Response:
    headers = {**calls(CHECKER, "finance_checker"), "Content-Type": "text/csv"}
    asked = {"payer_account_id": show("pac", desk.account.id), "profile": profile}
    return await api.post(STATEMENTS, headers=headers, params=asked, content=content)


async def test_a_file_is_taken_in_and_shown(voucher_api: httpx2.AsyncClient, desk: Desk) -> None:
    answer = await send(voucher_api, desk, desk.file([CAME]))
    made = answer.json()
    assert (answer.status_code, made["state"], made["lines"], made["added"]) == (201, "imported", 1, 1)
    assert (made["opening"]["amount"], made["closing"]["amount"], made["faults"]) == ("0.00", "500.00", [])
    assert (made["from_on"], made["until_on"], made["imported_by"]) == ("2020-10-01", "2020-11-30", CHECKER)
    shown = await voucher_api.get(f"{STATEMENTS}/{made['id']}", headers=AUDITOR)
    assert shown.json() == made


async def test_a_file_in_chinese_is_taken_in(voucher_api: httpx2.AsyncClient, desk: Desk) -> None:
    rows = f"账号,{desk.account.number}\n币种,CNY\n起始日期,20201101\n截止日期,20201130\n期初余额,0\n期末余额,0\n\n"
    content = rows + "记账日期,银行流水号,借贷标志,金额,对方户名,对方账号,摘要\n"
    assert (await send(voucher_api, desk, content.encode("gbk"), "csv-gbk")).json()["lines"] == 0


async def test_what_disagrees_is_told_in_words_of_both_languages(voucher_api: httpx2.AsyncClient, desk: Desk) -> None:
    made = (await send(voucher_api, desk, desk.file([CAME], closing=40_000))).json()
    (fault,) = made["faults"]
    assert (made["state"], fault["code"], fault["pointer"]) == ("disagrees", "statement.arithmetic", "/closing")
    assert fault["message"] == "Opening and lines lead to 500.00, the closing says 400.00."
    assert fault["message_zh"] == "期初余额与各笔合计为 500.00，期末余额为 400.00。"
    assert fault["numbers"] == {"expected": "500.00", "stated": "400.00", "difference": "-100.00"}


async def test_every_fault_of_a_file_is_told_at_once(voucher_api: httpx2.AsyncClient, desk: Desk) -> None:
    content = desk.file([CAME]) + b"x,,out,1\r\n"
    answer = await send(voucher_api, desk, content)
    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [
        ("statement.day", "/lines/2/booked_on"),
        ("statement.side", "/lines/2/side"),
    ]


async def test_a_file_has_a_layout_that_we_know_and_a_size(voucher_api: httpx2.AsyncClient, desk: Desk) -> None:
    assert (await send(voucher_api, desk, b"", "camt.053")).status_code == 422
    assert (await send(voucher_api, desk, b"x" * (1024 * 1024 + 1))).status_code == 413


async def test_statements_are_listed_page_by_page_for_whom_they_concern(
    voucher_api: httpx2.AsyncClient, desk: Desk
) -> None:
    for content in (desk.file([CAME]), desk.file([CAME], closing=1)):
        assert (await send(voucher_api, desk, content)).status_code == 201
    first = (await voucher_api.get(f"{STATEMENTS}?limit=1", headers=FINANCE)).json()
    asked = {"limit": 1, "after": first["next_cursor"]}
    second = (await voucher_api.get(STATEMENTS, headers=FINANCE, params=asked)).json()
    assert [one["state"] for one in first["items"] + second["items"]] == ["disagrees", "imported"]
    assert second["next_cursor"] is None
    only = {"state": "imported", "payer_account_id": show("pac", desk.account.id)}
    assert len((await voucher_api.get(STATEMENTS, headers=AUDITOR, params=only)).json()["items"]) == 1
    assert (await voucher_api.get(STATEMENTS, headers=ENPING)).json()["items"] == []


async def test_a_statement_of_another_treasury_is_not_known(voucher_api: httpx2.AsyncClient, desk: Desk) -> None:
    made = (await send(voucher_api, desk, desk.file([CAME]))).json()
    for path, headers in ((made["id"], ENPING), (show("sta", new_id()), FINANCE)):
        answer = await voucher_api.get(f"{STATEMENTS}/{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "statement.unknown")
