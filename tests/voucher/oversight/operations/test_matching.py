"""Where the links of a claim stop saying the same, on data that was played from its capture to the bank."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import event

from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.tokens import Caller
from services.voucher.oversight.domain.chain import Link, LinkState, ReconciliationStatus
from services.voucher.oversight.operations.matching import Match, match_claim
from services.voucher.oversight.operations.timelines import read_timeline
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store import claim_lines
from tests.voucher.oversight.played import CITY, DISTRICT, PAID_AGAIN_ON, RETURNED_ON, SENT, Play, cny, the
from tests.voucher.oversight.tampering import tamper
from tests.voucher.redemption.samples import HOLDER, YUAN
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.claimed import CLAIMED, a_capture, a_claim, lines_of

AUDITOR = Permit(
    Caller("per_a", "per_a", None, frozenset({"auditor"}), "test", "ses_1", "tok_1", 0), (Grant("auditor", "any"),)
)


async def matched(play: Play, permit: Permit = AUDITOR) -> Match:
    return await match_claim(play.database, permit=permit, claim_id=parse("clm", play.claim_id))


async def in_state(play: Play, state: LinkState) -> list[Link]:
    (line,) = (await matched(play)).lines
    return [one.link for one in line.links if one.state is state]


@pytest.mark.parametrize(
    ("tampered", "differing"),
    [
        ("captures SET refunded = 1", [Link.REDEMPTION]),
        ("captures SET settlement = settlement - 1", [Link.DELIVERY]),
        ("invoice_allocations SET amount = amount - 1", [Link.INVOICE]),
        ("slip_allocations SET amount = amount - 1", [Link.OWN_SHARE]),
        ("claim_lines SET approved = approved - 1", [Link.REDEMPTION, Link.DECISION]),
        ("legs SET amount = amount - 1", [Link.DECISION, Link.PAYOUT]),
        ("payouts SET amount = amount - 1", [Link.PAYOUT, Link.BANK_LINE]),
        ("statement_lines SET amount = amount + 1", [Link.BANK_LINE]),
    ],
)
async def test_one_fen_changed_by_hand_is_named_at_its_link(
    play: Play, superuser_url: str, tampered: str, differing: list[Link]
) -> None:
    await play.paid()
    assert (await matched(play)).status is ReconciliationStatus.RECONCILED
    await tamper(superuser_url, f"UPDATE {tampered}")
    assert await in_state(play, LinkState.DIFFERS) == differing
    assert (await matched(play)).status is ReconciliationStatus.DIFFERS


async def test_a_claim_that_was_paid_returned_and_paid_again_leaves_the_audit_nothing_to_say(play: Play) -> None:
    await play.paid()
    await play.book(CLAIMED, RETURNED_ON)
    await play.send()
    await play.book(-CLAIMED, PAID_AGAIN_ON)
    assert (await matched(play)).status is ReconciliationStatus.RECONCILED
    await audited(play.database)


async def test_money_that_came_back_in_part_and_waits_in_suspense_differs(play: Play) -> None:
    await play.paid()
    await play.book(CLAIMED - 1, RETURNED_ON)
    (line,) = (await matched(play)).lines
    assert (line.status, await in_state(play, LinkState.DIFFERS)) == (ReconciliationStatus.DIFFERS, [Link.BANK_LINE])
    assert [(one.kind, one.how, one.amount) for one in line.trail.doubted] == [
        ("exception", "amount_differs", CLAIMED - 1)
    ]
    shown = (await play.match())["lines"][0]["links"][-1]
    assert [one["match"] for one in shown["evidence"]] == ["payout", "exception"]


async def test_a_line_in_review_misses_its_decision(play: Play) -> None:
    await play.submit()
    assert await in_state(play, LinkState.MISSING) == [Link.DECISION]
    assert (await matched(play)).status is ReconciliationStatus.OPEN


async def test_what_is_owed_misses_its_payout(play: Play) -> None:
    await play.released()
    assert await in_state(play, LinkState.MISSING) == [Link.PAYOUT]
    await play.prepare()
    assert await in_state(play, LinkState.MISSING) == [Link.PAYOUT]


async def test_what_was_sent_misses_its_bank_line(play: Play) -> None:
    await play.released()
    await play.send()
    assert await in_state(play, LinkState.MISSING) == [Link.BANK_LINE]
    assert (await matched(play)).status is ReconciliationStatus.OPEN


async def test_what_was_approved_in_part_is_matched_to_that_part(play: Play) -> None:
    await play.submit()
    await play.judge("approve", DISTRICT)
    await play.judge("approve", CITY, amount=cny(CLAIMED - 1), reason="One fen too much.")
    (line,) = (await matched(play)).lines
    assert {one.link: one.actual for one in line.links}[Link.REDEMPTION] == CLAIMED - 1
    assert await in_state(play, LinkState.MISSING) == [Link.PAYOUT]


async def test_a_rejected_line_owes_nothing(play: Play) -> None:
    await play.submit()
    await play.judge("reject", DISTRICT, reason="No such machine.")
    assert await in_state(play, LinkState.OK) == [link for link in Link if link is not Link.AWARD]
    assert (await matched(play)).status is ReconciliationStatus.NOTHING_OWED


async def test_a_withdrawn_line_owes_nothing(play: Play) -> None:
    await play.submit()
    await play.post(f"claims/{play.claim_id}/withdraw", the("provider"), {"reason": "wrong invoice"})
    assert (await matched(play)).status is ReconciliationStatus.NOTHING_OWED


async def test_an_objection_upheld_ends_the_debt_and_is_told_as_a_decision(play: Play) -> None:
    await play.submit()
    await play.approve()
    await play.disclose()
    objection = await play.object()
    by = {**CITY, "sub": "per_arbiter", "per": "per_arbiter"}
    await play.post(
        f"objections/{objection}/decide", the("reviewer", **by), {"outcome": "upheld", "reason": "It is so."}
    )
    match = await matched(play)
    assert match.status is ReconciliationStatus.NOTHING_OWED
    assert [one.outcome for one in match.lines[0].trail.decisions] == ["passed_on", "approved", "rejected"]


async def test_a_correction_that_is_overdue_owes_nothing_before_the_timer_runs(play: Play) -> None:
    await play.submit()
    await play.judge("return", DISTRICT, reason="Which machine?")
    assert (await matched(play)).status is ReconciliationStatus.OPEN
    await play.set_clock(SENT)
    assert (await matched(play)).status is ReconciliationStatus.NOTHING_OWED


async def test_a_holder_sees_only_the_lines_that_pay_for_his_vouchers(play: Play) -> None:
    await play.submit()
    claim_id = parse("clm", play.claim_id)
    (line,) = await lines_of(play.database, claim_id)
    foreign = replace(line, id=new_id(), number=2, holder_id=new_id(), state=LineState.WITHDRAWN, stage=None)
    async with play.database.begin() as connection:
        await claim_lines.add(connection, [foreign])
    holder = Permit(replace(AUDITOR.caller, organization=HOLDER), (Grant("holder", "own"),))
    assert [one.trail.line.number for one in (await matched(play, holder)).lines] == [1]
    assert [one.trail.line.number for one in (await matched(play)).lines] == [1, 2]


async def test_many_lines_are_followed_with_as_many_queries_as_one(play: Play) -> None:
    two, three = [await a_capture(play.database, 2_000 * YUAN, stored=play.captured.stored) for _ in range(2)]
    single, _ = await a_claim(play.database, play.captured.asked)
    double, _ = await a_claim(play.database, two.asked, three.asked)
    for look in (match_claim, read_timeline):
        await look(play.database, permit=AUDITOR, claim_id=double)  # schemes are remembered from here on
        asked = [await queries(play.database, look, claim_id) for claim_id in (single, double)]
        assert asked[0] == asked[1]


async def queries(database: Database, look: Callable[..., Awaitable[object]], claim_id: UUID) -> int:
    said: list[str] = []
    engine = database.engine.sync_engine

    def count(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    await look(database, permit=AUDITOR, claim_id=claim_id)
    event.remove(engine, "before_cursor_execute", count)
    return len(said)
