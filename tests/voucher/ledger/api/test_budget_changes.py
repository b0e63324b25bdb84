"""A change of a budget line is decided once, by another person, and leaves its trace."""

import asyncio

import httpx2
import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse, show
from services.voucher.ledger.domain.budget import ChangeKind
from tests.voucher.conftest import calls
from tests.voucher.ledger.samples import CHECKER, MAKER
from tests.voucher.ledger.steps import a_change_of_a_round, a_filled_line, approve, cny, make_line, propose

READER = calls(MAKER, "finance_maker")


async def test_a_proposal_waits_as_a_task_of_a_second_person(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    assert (change["state"], change["proposed_by"], change["decided_by"]) == ("proposed", MAKER, None)
    headers = calls(CHECKER, "finance_checker", treasury="jiangmen")
    (task,) = (await voucher_api.get("/v1/tasks", headers=headers)).json()["items"]
    assert (task["kind"], task["due_at"]) == ("budget_change.decide", change["decide_by"])


async def test_an_approval_names_who_decided_and_closes_the_task(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    approved = (await approve(voucher_api, change["id"])).json()
    assert (approved["state"], approved["decided_by"]) == ("approved", CHECKER)
    headers = calls(CHECKER, "finance_checker", treasury="jiangmen")
    assert (await voucher_api.get("/v1/tasks", headers=headers)).json()["items"] == []


@pytest.mark.parametrize("account", ["per_maker", "cli_of_the_maker"])
async def test_the_person_who_proposed_cannot_approve_through_any_account(
    voucher_api: httpx2.AsyncClient, account: str
) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    answer = await approve(voucher_api, change["id"], MAKER, sub=account)
    assert (answer.status_code, answer.json()["code"]) == (409, "budget_change.same_person")


async def test_a_maker_cannot_approve_at_all(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    path = f"/v1/budget-changes/{change['id']}/approve"
    assert (await voucher_api.post(path, headers=calls("per_other", "finance_maker"))).status_code == 403


async def test_another_treasurys_change_is_not_there(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    answer = await approve(voucher_api, change["id"], treasury="tianshui")
    shown = await voucher_api.get(
        f"/v1/budget-changes/{change['id']}", headers=calls("per_x", "finance_maker", treasury="tianshui")
    )
    assert [answer.status_code, shown.status_code] == [404, 404]


async def test_a_rejection_has_a_reason_and_moves_nothing(voucher_api: httpx2.AsyncClient) -> None:
    line = await make_line(voucher_api)
    change = await propose(voucher_api, line["id"], "10.00")
    answer = await voucher_api.post(
        f"/v1/budget-changes/{change['id']}/reject",
        headers=calls(CHECKER, "finance_checker", key="no"),
        json={"reason": "wrong paper"},
    )
    assert (answer.json()["state"], answer.json()["reason"]) == ("rejected", "wrong paper")
    assert (await voucher_api.get(f"/v1/budget-lines/{line['id']}", headers=READER)).json()["free"] == cny("0.00")


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_what_is_decided_is_not_decided_again(voucher_api: httpx2.AsyncClient, verb: str) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    await approve(voucher_api, change["id"])
    body = {"reason": "late"} if verb == "reject" else None
    answer = await voucher_api.post(
        f"/v1/budget-changes/{change['id']}/{verb}", headers=calls("per_third", "finance_checker"), json=body
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "budget_change.state")


@pytest.mark.parametrize("verb", ["allot", "approve", "reject"])
async def test_every_step_answers_its_own_key_again(voucher_api: httpx2.AsyncClient, verb: str) -> None:
    line = await make_line(voucher_api)
    change = await propose(voucher_api, line["id"], "10.00")
    path, role = f"/v1/budget-changes/{change['id']}/{verb}", "finance_checker"
    body: dict[str, object] | None = {"reason": "no"} if verb == "reject" else None
    if verb == "allot":
        path, role = f"/v1/budget-lines/{line['id']}/allot", "finance_maker"
        body = {"amount": cny("5.00"), "document": "x"}
    headers = calls(CHECKER, role, key="twice")
    first, second = [await voucher_api.post(path, headers=headers, json=body) for _ in range(2)]
    assert first.json() == second.json()
    assert "Idempotency-Replayed" in second.headers


async def test_of_many_approvals_at_once_one_has_an_effect(voucher_api: httpx2.AsyncClient) -> None:
    line = await make_line(voucher_api)
    change = await propose(voucher_api, line["id"], "10.00")
    answers = await asyncio.gather(*(approve(voucher_api, change["id"], f"per_{n}") for n in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    shown = (await voucher_api.get(f"/v1/budget-lines/{line['id']}", headers=READER)).json()
    assert shown["allotted"] == cny("10.00")


async def test_of_two_cuts_of_the_last_yuan_one_is_approved(voucher_api: httpx2.AsyncClient) -> None:
    line = await a_filled_line(voucher_api, "1.00")
    cuts = [(await propose(voucher_api, line["id"], "1.00", verb="cut"))["id"] for _ in range(2)]
    answers = await asyncio.gather(*(approve(voucher_api, cut) for cut in cuts))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_change_of_a_round_is_approved_at_its_round(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    round_id = await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 500)
    found = await voucher_api.get(f"/v1/budget-changes?round_id={show('rnd', round_id)}", headers=READER)
    (change,) = found.json()["items"]
    answer = await approve(voucher_api, change["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "budget_change.of_round")
    assert change["pool_class"] == "general"


async def test_changes_are_listed_newest_first_and_by_state_and_line(voucher_api: httpx2.AsyncClient) -> None:
    line = await make_line(voucher_api)
    first, second = [await propose(voucher_api, line["id"], amount) for amount in ("1.00", "2.00")]
    await approve(voucher_api, first["id"])
    pages = [
        (await voucher_api.get(f"/v1/budget-changes?budget_line_id={line['id']}{more}", headers=READER)).json()
        for more in ("", "&state=approved", "&limit=1")
    ]
    assert [[item["id"] for item in page["items"]] for page in pages] == [
        [second["id"], first["id"]],
        [first["id"]],
        [second["id"]],
    ]
    rest = await voucher_api.get(f"/v1/budget-changes?after={pages[2]['next_cursor']}", headers=READER)
    assert [item["id"] for item in rest.json()["items"]] == [first["id"]]


async def test_finance_of_another_treasury_lists_no_change(voucher_api: httpx2.AsyncClient) -> None:
    await propose(voucher_api, (await make_line(voucher_api))["id"], "1.00")
    stranger = calls("per_x", "finance_checker", treasury="tianshui")
    assert (await voucher_api.get("/v1/budget-changes", headers=stranger)).json()["items"] == []


async def test_one_change_is_shown_by_its_id(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "1.00")
    assert (await voucher_api.get(f"/v1/budget-changes/{change['id']}", headers=READER)).json() == change


async def test_the_feed_tells_each_step_with_its_figures(voucher_api: httpx2.AsyncClient) -> None:
    await a_filled_line(voucher_api, "10.00")
    feed = (await voucher_api.get("/v1/events", headers=calls("per_a", "auditor"))).json()["items"]
    assert [event["type"] for event in feed] == [
        "budget_line.created",
        "budget_change.proposed",
        "budget_line.allotted",
    ]
    assert (feed[2]["data"]["amount"], feed[2]["data"]["free"]) == ("10.00", "10.00")


async def test_the_decision_is_logged_with_its_rule(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "10.00")
    await approve(voucher_api, change["id"])
    async with voucher_db.read() as connection:
        (decision,) = await decisions.of_subject(connection, parse("bch", change["id"]))
    assert (decision.outcome, decision.rule, decision.actor) == ("approved", "four_eyes", CHECKER)
    assert decision.numbers["proposed_by"] == MAKER


@pytest.mark.parametrize(
    ("path", "code"),
    [("budget-lines/bln_", "budget_line.unknown"), ("budget-changes/bch_", "budget_change.unknown")],
)
async def test_what_was_never_made_is_not_there(voucher_api: httpx2.AsyncClient, path: str, code: str) -> None:
    answer = await voucher_api.get(f"/v1/{path}{'0' * 32}", headers=READER)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_the_auditor_lists_the_changes_of_every_treasury(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "1.00")
    listed = await voucher_api.get("/v1/budget-changes", headers=calls("per_a", "auditor", treasury=None))
    assert [item["id"] for item in listed.json()["items"]] == [change["id"]]


async def test_the_auditor_changes_nothing(voucher_api: httpx2.AsyncClient) -> None:
    change = await propose(voucher_api, (await make_line(voucher_api))["id"], "1.00")
    paths = (f"/v1/budget-changes/{change['id']}/approve", f"/v1/budget-changes/{change['id']}/reject")
    answers = [await voucher_api.post(path, headers=calls("per_a", "auditor"), json={"reason": "x"}) for path in paths]
    assert [answer.status_code for answer in answers] == [403, 403]
