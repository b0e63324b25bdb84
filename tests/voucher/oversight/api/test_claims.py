"""A claim over HTTP through every wing: what its links say and rest upon, what its timeline tells, and whom."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.ids import new_id, show
from tests.voucher.oversight.played import (
    BOOKED_ON,
    CITY,
    DISTRICT,
    PAID_AGAIN_ON,
    PAYEE_NUMBER,
    RETURNED_ON,
    SENT,
    Body,
    Play,
    cny,
    the,
)
from tests.voucher.settlement.claimed import CLAIMED, SETTLEMENT

OWN_SHARE = SETTLEMENT - CLAIMED
READERS: list[tuple[str, Body]] = [
    ("provider", {}),
    ("holder", {}),
    ("reviewer", DISTRICT),
    ("reviewer", CITY),
    ("finance_maker", {}),
    ("finance_checker", {}),
    ("auditor", {"treasury": None}),
]
STRANGERS: list[tuple[str, Body]] = [
    ("provider", {"org": show("org", new_id())}),
    ("holder", {"org": None}),
    ("reviewer", {"region": "440300"}),
    ("finance_maker", {"treasury": "shenzhen"}),
]


def links(shown: Body) -> dict[str, Body]:
    (line,) = shown["lines"]
    return {one["link"]: one for one in line["links"]}


def evidence(shown: Body, link: str) -> list[Body]:
    found: list[Body] = links(shown)[link]["evidence"]
    return found


async def test_a_paid_claim_says_the_same_from_redemption_to_bank_line(play: Play) -> None:
    await play.paid()
    shown = await play.match()
    assert (shown["reconciliation_status"], shown["lines"][0]["status"]) == ("reconciled", "reconciled")
    assert {link: (one["state"], one["actual"]) for link, one in links(shown).items()} == {
        "redemption": ("ok", cny(CLAIMED)),
        "delivery": ("ok", cny(SETTLEMENT)),
        "invoice": ("ok", cny(SETTLEMENT)),
        "own_share": ("ok", cny(OWN_SHARE)),
        "decision": ("ok", cny(CLAIMED)),
        "payout": ("ok", cny(CLAIMED)),
        "bank_line": ("ok", cny(CLAIMED)),
    }


async def test_each_figure_names_what_it_rests_upon(play: Play) -> None:
    await play.paid()
    shown, captured = await play.match(), play.captured
    named = {one["kind"]: one for link in links(shown) for one in evidence(shown, link)}
    assert named["capture"]["capture_id"] == show("cap", captured.capture_id)
    assert named["delivery"]["result_document_id"] == show("doc", captured.stored.result)
    assert (named["invoice_line"]["fapiao"], named["invoice_line"]["line"]) == (captured.invoice.fapiao.key, 1)
    assert named["bank_slip"]["serial"] == captured.slip.serial
    assert (named["leg"]["state"], named["leg"]["treasury"]) == ("paid", "jiangmen")
    assert (named["payout"]["state"], named["payout"]["settled_on"]) == ("settled", BOOKED_ON.isoformat())
    assert (named["statement_line"]["payout_id"], named["statement_line"]["how"]) == (
        named["payout"]["payout_id"],
        "reference",
    )


async def test_a_decision_is_explained_stage_by_stage(play: Play) -> None:
    await play.submit()
    await play.approve()
    district, city, leg = evidence(await play.match(), "decision")
    assert (district["outcome"], district["numbers"]["stage"]) == ("passed_on", "district")
    assert (city["outcome"], city["numbers"]["approved"], leg["amount"]) == ("approved", "15000.00", cny(CLAIMED))
    assert (city["rule"], city["clause"]) == ("settlement.review", "our default, not in the notice")


async def test_of_an_account_only_the_last_digits_are_shown(play: Play) -> None:
    await play.paid()
    for role, bound in READERS:
        (payout,) = evidence(await play.match(role, **bound), "payout")
        assert payout["account_number"] == "*" * (len(PAYEE_NUMBER) - 4) + PAYEE_NUMBER[-4:]


async def test_a_return_is_open_until_it_is_paid_again(play: Play) -> None:
    await play.paid()
    await play.book(CLAIMED, RETURNED_ON)
    shown = await play.match()
    assert (shown["reconciliation_status"], links(shown)["payout"]["state"]) == ("open", "missing")
    assert [one["amount"] for one in evidence(shown, "bank_line")] == [cny(CLAIMED), cny(-CLAIMED)]
    await play.send()
    await play.book(-CLAIMED, PAID_AGAIN_ON)
    again = await play.match()
    assert (again["reconciliation_status"], len(evidence(again, "payout"))) == ("reconciled", 2)


async def test_the_timeline_tells_every_stage_until_it_is_paid(play: Play) -> None:
    await play.paid()
    await play.set_clock(SENT + timedelta(days=2))
    line = await play.timeline()
    assert [(one["state"], one["stage"]) for one in line["stages"]] == [
        ("in_review", "district"),
        ("in_review", "city"),
        ("approved", None),
        ("disclosed", None),
        ("released", None),
        ("paid", None),
    ]
    assert [one["breached"] for one in line["stages"]] == [False] * 6
    assert (line["state"], line["queue_ahead"]) == ("paid", None)
    assert (line["disclosure"]["closes_on"], line["payment_expected_by"]) == ("2020-10-19", "2020-11-10")


async def test_the_timeline_tells_how_far_a_payment_is(play: Play) -> None:
    await play.released()
    assert (await play.timeline())["payments"] == []
    await play.prepare()
    assert steps_of(await play.timeline()) == [("prepared", False, None, None)]


async def test_the_timeline_tells_that_a_payment_came_back(play: Play) -> None:
    await play.paid()
    assert steps_of(await play.timeline()) == [("settled", True, BOOKED_ON.isoformat(), None)]
    await play.book(CLAIMED, RETURNED_ON)
    line = await play.timeline()
    assert steps_of(line) == [("returned", True, BOOKED_ON.isoformat(), RETURNED_ON.isoformat())]
    assert line["state"] == "released"


def steps_of(line: Body) -> list[tuple[Any, ...]]:
    return [(one["state"], one["sent_at"] is not None, one["paid_on"], one["returned_on"]) for one in line["payments"]]


@pytest.mark.parametrize("what", ["match", "timeline"])
async def test_whoever_may_read_the_claim_is_told_and_nobody_else(play: Play, what: str) -> None:
    await play.submit()
    path = f"/v1/claims/{play.claim_id}/{what}"
    for role, bound in READERS:
        told = await play.api.get(path, headers=the(role, **bound))
        assert [line["claim_line_id"] for line in told.json()["lines"]] == [play.line_id]
    for role, bound in STRANGERS:
        refused = await play.api.get(path, headers=the(role, **bound))
        assert (refused.status_code, refused.json()["code"]) == (404, "claim.unknown")
    assert (await play.api.get(path, headers=the("operator"))).status_code == 403


@pytest.mark.parametrize("what", ["match", "timeline"])
async def test_a_claim_that_is_not_there_is_unknown(play: Play, what: str) -> None:
    answer = await play.api.get(f"/v1/claims/{show('clm', new_id())}/{what}", headers=the("auditor"))
    assert (answer.status_code, answer.json()["code"]) == (404, "claim.unknown")
