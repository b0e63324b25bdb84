"""The books are shown to the auditor whole and to finance as far as its treasury's money goes."""

from datetime import timedelta

import httpx2
import pytest

from services.chassis.database import Database
from services.voucher.ledger.domain.budget import ChangeKind
from services.voucher.ledger.domain.posting import Funding, issue
from services.voucher.ledger.store import journals
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger.samples import AT, MAKER, journal
from tests.voucher.ledger.steps import a_change_of_a_round, a_filled_line, cny, propose

AUDITOR = calls("per_a", "auditor", treasury=None)
FINANCE = calls(MAKER, "finance_maker")
STRANGER = calls("per_x", "finance_maker", treasury="tianshui")


async def test_empty_books_are_at_zero(voucher_api: httpx2.AsyncClient) -> None:
    shown = await voucher_api.get("/v1/ledger/accounts", headers=AUDITOR)
    assert shown.json() == {"as_of": None, "accounts": [], "imbalance": []}


async def test_the_trial_balance_shows_each_kind_of_place_on_its_side(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 400, approved=True)
    shown = (await voucher_api.get("/v1/ledger/accounts", headers=AUDITOR)).json()
    assert [(one["place"], one["side"], one["balance"]["amount"]) for one in shown["accounts"]] == [
        ("appropriation", "credit", "10.00"),
        ("line_free", "debit", "6.00"),
        ("round_pool", "debit", "4.00"),
    ]
    assert (shown["accounts"][1]["debits"], shown["accounts"][1]["credits"]) == (cny("10.00"), cny("4.00"))
    assert shown["imbalance"] == [cny("0.00")]


async def test_the_trial_balance_goes_back_to_an_instant_and_a_day(
    voucher_api: httpx2.AsyncClient, set_clock: SetClock
) -> None:
    """The clock of a test runs on from the start of its worker: set, or the half hour below is over in a long suite."""
    await set_clock(AT)
    await a_filled_line(voucher_api, "10.00")
    await set_clock(AT + timedelta(days=2))
    moments = ["2020-09-14T00:59:59Z", "2020-09-14T09:30:00+08:00", "2020-09-13", "2020-09-14"]
    found = [
        (await voucher_api.get("/v1/ledger/accounts", headers=AUDITOR, params={"as_of": moment})).json()
        for moment in moments
    ]
    assert [bool(one["accounts"]) for one in found] == [False, True, False, True]
    assert (found[1]["as_of"], found[3]["as_of"]) == ("2020-09-14T01:30:00Z", "2020-09-14")


@pytest.mark.parametrize("moment", ["2020-13-01", "yesterday", "2020-09-14T01:00:00", "1600000000"])
async def test_what_is_no_moment_is_refused(voucher_api: httpx2.AsyncClient, moment: str) -> None:
    answer = await voucher_api.get("/v1/ledger/accounts", headers=AUDITOR, params={"as_of": moment})
    assert answer.status_code == 422


async def test_finance_sees_its_lines_their_rounds_and_the_vouchers_of_these(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    round_id = await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 400, approved=True)
    issued = issue(
        voucher_id=round_id, pool_class="general", amount=100, funding=Funding("CNY", "江门市财政局", round_id)
    )
    async with voucher_db.begin() as connection:
        await journals.append(connection, [journal(issued)])
    own, foreign = [
        (await voucher_api.get("/v1/ledger/accounts", headers=who)).json()["accounts"] for who in (FINANCE, STRANGER)
    ]
    assert [one["place"] for one in own] == ["appropriation", "line_free", "round_pool", "available"]
    assert foreign == []
    own, foreign = [
        (await voucher_api.get("/v1/ledger/journals", headers=who)).json()["items"] for who in (FINANCE, STRANGER)
    ]
    assert ([one["row"] for one in own], foreign) == ([4, 2, 1], [])


async def test_a_journal_shows_its_entries_and_who_stands_behind_it(voucher_api: httpx2.AsyncClient) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    (shown,) = (await voucher_api.get("/v1/ledger/journals", headers=AUDITOR)).json()["items"]
    assert (shown["row"], shown["event"], shown["actor"], shown["value_on"]) == (
        1,
        "allotted",
        "per_checker",
        "2020-09-14",
    )
    assert [(entry["place"], entry["debit"], entry["credit"]) for entry in shown["entries"]] == [
        ("appropriation", None, cny("10.00")),
        ("line_free", cny("10.00"), None),
    ]
    assert {entry["budget_line_id"] for entry in shown["entries"]} == {line["id"]}


async def test_journals_are_found_by_row_round_and_subject(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    round_id = await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 400, approved=True)
    everything = (await voucher_api.get("/v1/ledger/journals", headers=AUDITOR)).json()["items"]
    filters = [
        {"row": "2"},
        {"round_id": f"rnd_{round_id.hex}"},
        {"subject_id": everything[1]["subject_id"]},
        {"row": "4"},
    ]
    found = [
        (await voucher_api.get("/v1/ledger/journals", headers=AUDITOR, params=one)).json()["items"] for one in filters
    ]
    assert found == [[everything[0]], [everything[0]], [everything[1]], []]


async def test_journals_are_turned_over_from_the_newest(voucher_api: httpx2.AsyncClient) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    await propose(voucher_api, line["id"], "1.00")
    page = (await voucher_api.get("/v1/ledger/journals?limit=1", headers=AUDITOR)).json()
    assert (len(page["items"]), page["next_cursor"]) == (1, None)


async def test_a_page_goes_on_after_the_last_journal_shown(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 400, approved=True)
    first = (await voucher_api.get("/v1/ledger/journals?limit=1", headers=AUDITOR)).json()
    rest = await voucher_api.get(f"/v1/ledger/journals?limit=1&after={first['next_cursor']}", headers=AUDITOR)
    assert ([one["row"] for one in first["items"]], [one["row"] for one in rest.json()["items"]]) == ([2], [1])


@pytest.mark.parametrize("role", ["holder", "provider", "operator", "reviewer", "admin"])
async def test_nobody_else_sees_the_books(voucher_api: httpx2.AsyncClient, role: str) -> None:
    paths = ("/v1/ledger/accounts", "/v1/ledger/journals")
    answers = [await voucher_api.get(path, headers=calls("per_o", role)) for path in paths]
    assert [answer.status_code for answer in answers] == [403, 403]
