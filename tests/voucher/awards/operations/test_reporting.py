"""An award that may be spent on some things only owes a report; what is misspent or not spent is proposed back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.domain.clawback import Ban, ClawbackCase
from services.voucher.awards.domain.spending import Item, ReportState, Ruling, SpendingReport
from services.voucher.awards.operations import reading, recomputing, reporting
from services.voucher.awards.operations.reporting import Seen, SpendingTimer
from services.voucher.awards.store import proposals, reports
from services.voucher.settlement.store import legs
from tests.conftest import Begin, SetClock
from tests.voucher.awards.operations.test_claiming import audited
from tests.voucher.awards.operations.test_recomputing import proposed
from tests.voucher.awards.paid import LATER, RELEASED, disclose, paid_in_full
from tests.voucher.awards.steps import (
    FIRM,
    MATCH,
    NOW,
    OPERATOR,
    YUAN,
    Office,
    a_document,
    a_match_office,
    caller,
    keyed,
    refused,
)

COUNTS = Ruling(frozenset(), None)


async def a_report(match: Office, set_clock: SetClock) -> SpendingReport:
    """The report of a match of 300 000.00 that was paid."""
    claim = await match.claim("match", **MATCH)
    await paid_in_full(match, claim, set_clock)
    await SpendingTimer().run(match.database, LATER)
    return await the_report(match)


async def the_report(match: Office) -> SpendingReport:
    async with match.database.read() as connection:
        (found,) = await reports.find(connection, reports.Wanted(), before=None, limit=9)
    return found


async def an_item(match: Office, amount: int, number: int = 1, **changes: Any) -> Item:
    document = await a_document(match.database, OPERATOR)
    said = Item(
        number=number,
        item="running_costs",
        amount=amount,
        spent_on=LATER.date(),
        said="房租",
        document_id=document,
    )
    return replace(said, **changes)


async def submit(
    match: Office,
    report: SpendingReport,
    items: Sequence[Item],
    *,
    payee: UUID = OPERATOR,
    key: str | None = None,
    currency: str = "CNY",
) -> None:
    who = caller("per_accountant", "space", "submit_spending_report", organization=payee)
    request = keyed_of(who, "submit_spending_report", key)
    await reporting.submit_report(
        match.database, request, permit=who, report_id=report.id, items=items, currency=currency
    )


async def decide(
    match: Office,
    report: SpendingReport,
    ruling: Ruling = COUNTS,
    person: str = "per_reviewer",
    key: str | None = None,
) -> None:
    who = caller(person, "reviewer", "decide_spending_report", region="330400")
    request = keyed_of(who, "decide_spending_report", key)
    await reporting.decide_report(match.database, request, permit=who, report_id=report.id, ruling=ruling)


def keyed_of(who: Any, operation: str, key: str | None = None) -> Any:
    return replace(keyed(who, operation, key), render=lambda seen: {"id": str(seen.id)})


async def waiting(match: Office, report: SpendingReport) -> list[tuple[str, str]]:
    async with match.database.read() as connection:
        found, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=200)
    return [(one.kind, one.role) for _, one in found if one.subject_id == report.id]


async def listed(match: Office, *, overdue: bool) -> list[Seen]:
    who = caller("per_reviewer", "reviewer", "list_spending_reports", region="330400")
    return await reporting.list_reports(match.database, permit=who, state=None, overdue=overdue, before=None, limit=9)


async def test_a_report_is_owed_from_the_release_on_and_its_payee_is_told(match: Office, set_clock: SetClock) -> None:
    claim = await match.claim("match", **MATCH)
    await match.approve(claim)
    async with match.database.read() as connection:
        assert await SpendingTimer().next_due(connection) is None
    await disclose(match, claim, set_clock)
    async with match.database.read() as connection:
        released = (await match.line(claim)).entered_at
        assert await SpendingTimer().next_due(connection) == released
    assert await SpendingTimer().run(match.database, RELEASED) == 1
    report = await the_report(match)
    assert (report.state, report.owed, report.opened_at) == (ReportState.OWED, 300_000 * YUAN, released)
    assert await waiting(match, report) == [("spending.report", "space")]


async def test_a_payee_is_reminded_once_and_a_late_report_is_on_the_list(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    async with match.database.read() as connection:
        assert await SpendingTimer().next_due(connection) == report.remind_at
    assert await SpendingTimer().run(match.database, report.due_at) == 1
    assert await SpendingTimer().run(match.database, report.due_at) == 0
    assert await listed(match, overdue=True) == []
    await set_clock(report.due_at + timedelta(hours=1))
    assert [one.id for one in await listed(match, overdue=True)] == [report.id]


async def test_who_owes_a_late_report_claims_nothing_more_until_it_is_there(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    next_one = {**MATCH, "facts": {"level": "national"}}
    assert "award.report_overdue" not in [one.code for one in (await match.check("match", **next_one)).faults]
    await set_clock(report.due_at)
    late = [one for one in (await match.check("match", **next_one)).faults if one.code == "award.report_overdue"]
    assert [one.numbers["due_on"] for one in late] == [report.due_on.isoformat()]
    await submit(match, report, [await an_item(match, 300_000 * YUAN)])
    assert "award.report_overdue" not in [one.code for one in (await match.check("match", **next_one)).faults]


async def test_what_was_spent_as_it_should_be_leaves_nothing_to_ask_back(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    await submit(match, report, [await an_item(match, 300_000 * YUAN)])
    assert await waiting(match, report) == [("spending.decide", "reviewer")]
    await decide(match, report)
    decided = await the_report(match)
    assert (decided.state, decided.spent, decided.misspent) == (ReportState.DECIDED, 300_000 * YUAN, 0)
    assert (await waiting(match, report), await proposed(match, await of(match, report))) == ([], [])
    async with match.database.read() as connection:
        said = await decisions.of_subject(connection, report.id)
    assert [one.clause for one in said] == [
        "our default, not in the notice",
        "our default, not in the notice",
        "policy jiaxing-2015-90五（二）",
    ]
    await audited(match)


async def of(match: Office, report: SpendingReport) -> AwardClaim:
    return await match.read(report.award_claim_id)


async def test_what_was_misspent_and_what_is_left_are_proposed_back(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    items = [
        await an_item(match, 100_000 * YUAN),
        await an_item(match, 50_000 * YUAN, 2, item="banquet"),
        await an_item(match, 30_000 * YUAN, 3),
    ]
    await submit(match, report, items)
    await decide(match, report, Ruling(frozenset({3}), "与运营无关"))
    unspent, misspent = sorted(await proposed(match, await of(match, report)), key=lambda one: one.case, reverse=True)
    assert (misspent.case, misspent.amount, misspent.after) == (ClawbackCase.MISSPENT, 80_000 * YUAN, 220_000 * YUAN)
    assert (unspent.case, unspent.amount, unspent.after) == (ClawbackCase.UNSPENT, 120_000 * YUAN, 100_000 * YUAN)
    who = caller("per_finance", "finance_maker", "list_clawback_proposals", treasury="jiaxing")
    wanted = proposals.Wanted()
    seen = await reading.list_proposals(match.database, permit=who, wanted=wanted, before=None, limit=9)
    assert {one.id for one in seen} == {unspent.id, misspent.id}


async def test_a_report_says_all_that_is_wrong_with_it_at_once(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    early = await an_item(match, 1, spent_on=date(2019, 1, 1))
    foreign = await an_item(match, 1, 2, document_id=new_id())
    assert await refused(submit(match, report, [early, foreign])) == ["spending.day", "document.unknown"]
    assert await refused(submit(match, report, [], payee=FIRM)) == ["spending_report.unknown"]


async def test_a_report_is_handed_in_once_and_decided_once_by_another_person(
    match: Office, set_clock: SetClock
) -> None:
    report = await a_report(match, set_clock)
    assert await refused(decide(match, report)) == ["spending_report.state"]
    await submit(match, report, [])
    assert await refused(submit(match, report, [])) == ["spending_report.state"]
    assert await refused(decide(match, report, person="per_accountant")) == ["spending_report.same_person"]
    unknown, silent = Ruling(frozenset({1}), "其他"), Ruling(frozenset({1}), None)
    assert await refused(decide(match, report, unknown)) == ["spending_report.item_unknown"]
    assert await refused(decide(match, report, silent)) == ["spending_report.item_unknown"]
    await decide(match, report)
    assert [one.amount for one in await proposed(match, await of(match, report))] == [300_000 * YUAN]


async def test_items_that_do_not_count_need_a_reason(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    await submit(match, report, [await an_item(match, 300_000 * YUAN)])
    assert await refused(decide(match, report, Ruling(frozenset({1}), None))) == ["spending_report.reason_missing"]


async def test_the_same_key_hands_in_and_decides_once(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    for _ in range(2):
        await submit(match, report, [], key="k-1")
    for _ in range(2):
        await decide(match, report, key="k-2")
    assert len(await proposed(match, await of(match, report))) == 1


async def test_a_report_is_opened_once_whoever_is_faster(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    await reporting._open(match.database, {report.award_claim_id: RELEASED}, report.award_claim_id)
    assert await the_report(match) == report


async def recomputed(match: Office, report: SpendingReport, upper: int) -> None:
    """What the match rests on is less by now."""
    who = caller("per_controller", "reviewer", "recompute_award_claim", region="330400")
    asked = recomputing.Asked({"upper_award": upper}, "CNY", "上级奖励已部分退回", None)
    request = keyed(who, "recompute_award_claim")
    await recomputing.recompute_award(
        match.database, request, permit=who, award_claim_id=report.award_claim_id, asked=asked
    )


async def test_items_in_another_currency_are_refused(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    dollars = submit(match, report, [await an_item(match, 1)], currency="USD")
    assert await refused(dollars) == ["award.currency"]


async def test_a_report_is_about_no_more_than_is_left_of_its_award(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    await recomputed(match, report, 100_000 * YUAN)
    assert (await the_report(match)).owed == 100_000 * YUAN
    await submit(match, report, [await an_item(match, 80_000 * YUAN)])
    await decide(match, report)
    amounts = {one.case: one.amount for one in await proposed(match, await of(match, report))}
    assert amounts == {ClawbackCase.RECOMPUTED: 200_000 * YUAN, ClawbackCase.UNSPENT: 20_000 * YUAN}
    await audited(match)


async def test_what_was_not_spent_is_not_asked_back_twice(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    await submit(match, report, [await an_item(match, 180_000 * YUAN)])
    await decide(match, report)
    await recomputed(match, report, 60_000 * YUAN)
    asked_back = [one.amount for one in await proposed(match, await of(match, report))]
    assert sorted(asked_back) == [120_000 * YUAN, 120_000 * YUAN]
    await audited(match)


async def test_on_nothing_no_report_is_owed(match: Office, set_clock: SetClock) -> None:
    claim = await match.claim("match", **MATCH)
    await match.approve(claim)
    await disclose(match, claim, set_clock)
    await SpendingTimer().run(match.database, RELEASED)
    report = await the_report(match)
    await recomputed(match, report, 0)
    dropped = await the_report(match)
    assert (dropped.state, dropped.owed, await waiting(match, report)) == (ReportState.DROPPED, 0, [])
    assert await refused(submit(match, report, [])) == ["spending_report.state"]
    await audited(match)


async def an_office_that_bans(database: Database, set_clock: SetClock) -> Office:
    """The match, and two years without for whoever misspends it."""

    def banning(text: str) -> str:
        return text + 'sanctions: {value: {years: 2}, source: "our default, not in the notice"}\n'

    return await a_match_office(database, set_clock, change=banning)


async def test_who_misspent_is_proposed_to_be_banned_as_the_scheme_says(begin: Begin, set_clock: SetClock) -> None:
    match = await begin(an_office_that_bans)
    report = await a_report(match, set_clock)
    await submit(match, report, [await an_item(match, 300_000 * YUAN, item="banquet")])
    await decide(match, report)
    (one,) = await proposed(match, await of(match, report))
    assert (one.case, one.ban) == (ClawbackCase.MISSPENT, Ban(2, "our default, not in the notice"))


async def test_a_report_on_what_is_not_paid_is_not_decided(match: Office, set_clock: SetClock) -> None:
    claim = await match.claim("match", **MATCH)
    await match.approve(claim)
    await disclose(match, claim, set_clock)
    await SpendingTimer().run(match.database, RELEASED)
    report = await the_report(match)
    await submit(match, report, [])
    assert await refused(decide(match, report)) == ["spending_report.unpaid"]


async def two_reports(match: Office, set_clock: SetClock) -> list[SpendingReport]:
    """Those of two awards of one payee."""
    first = await match.claim("match", **MATCH)
    other = await match.claim("match", **MATCH)
    for claim in (first, other):
        await match.approve(claim)
    await disclose(match, first, set_clock)
    await set_clock(NOW)
    await disclose(match, other, set_clock)
    await SpendingTimer().run(match.database, LATER)
    await set_clock(LATER)
    async with match.database.read() as connection:
        return await reports.find(connection, reports.Wanted(), before=None, limit=9)


async def test_what_another_report_told_is_not_told_again(match: Office, set_clock: SetClock) -> None:
    one, two = await two_reports(match, set_clock)
    item = await an_item(match, 100)
    await submit(match, one, [item])
    assert await refused(submit(match, two, [replace(item, said="又一次")])) == ["spending.told_before"]
    await submit(match, two, [replace(item, amount=101)])


async def test_of_two_reports_that_tell_one_expense_at_once_one_is_taken(match: Office, set_clock: SetClock) -> None:
    one, two = await two_reports(match, set_clock)
    item = await an_item(match, 100)
    async with match.database.begin() as connection:
        await reports.lock_documents(connection, [item])
        late = asyncio.create_task(submit(match, two, [item]))
        assert await asyncio.wait([late], timeout=0.5) == (set(), {late})
        await reports.add_items(connection, one.id, [item])
    assert await refused(late) == ["spending.told_before"]


async def test_a_report_is_decided_once_nobody_else_moves_its_legs(match: Office, set_clock: SetClock) -> None:
    report = await a_report(match, set_clock)
    await submit(match, report, [])
    async with match.database.begin() as connection:
        await legs.lock_of_lines(connection, [report.claim_line_id])
        deciding = asyncio.create_task(decide(match, report))
        assert await asyncio.wait([deciding], timeout=0.5) == (set(), {deciding})
    await deciding
    assert (await the_report(match)).state is ReportState.DECIDED
