"""A payee takes claim lines back that nobody decided; captures and evidence are free at once."""

from services.chassis.database import Database
from services.voucher.redemption.domain import orders
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.operations.withdrawing import Withdrawal, withdraw_claim
from tests.conftest import SetClock
from tests.voucher.redemption.samples import YUAN, provider
from tests.voucher.redemption.stored import audited, carry_out
from tests.voucher.settlement.claimed import CLAIMED, NOW, Captured, a_capture, a_claim, keyed, lines_of, payee
from tests.voucher.settlement.reviewed import APPROVE, REJECT, RETURN, approve, claimed, refused, review, withdraw
from tests.voucher.settlement.waiting import tasks_of


async def test_a_withdrawn_line_frees_its_capture_and_its_papers(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await withdraw(captured.database, claim_id, 1)
    (line,) = await lines_of(captured.database, claim_id)
    assert (line.state, await tasks_of(captured.database, line.id)) == (LineState.WITHDRAWN, [])
    again = await claimed(captured)
    assert (await lines_of(captured.database, again))[0].state is LineState.IN_REVIEW
    await audited(captured.database)


async def test_what_was_withdrawn_may_be_refunded(captured: Captured) -> None:
    claim_id = await claimed(captured)
    refund = orders.Refund(
        redemption_id=captured.redemption_id, by=provider, amount=CLAIMED, currency="CNY", note="开错"
    )
    assert await refused(carry_out(captured.database, refund)) == ["refund.on_claim"]
    await withdraw(captured.database, claim_id)
    await carry_out(captured.database, refund)
    await audited(captured.database)


async def test_a_returned_line_may_be_withdrawn(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    await withdraw(captured.database, claim_id)
    assert (await lines_of(captured.database, claim_id))[0].state is LineState.WITHDRAWN


async def test_without_lines_all_that_nobody_decided_are_withdrawn(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(NOW)
    first = await a_capture(voucher_db, 10_000 * YUAN)
    second = await a_capture(voucher_db, 10_000 * YUAN, first.stored)
    claim_id, _ = await a_claim(voucher_db, first.asked, second.asked)
    await review(voucher_db, claim_id, REJECT)
    await withdraw(voucher_db, claim_id)
    assert [line.state for line in await lines_of(voucher_db, claim_id)] == ["rejected", "withdrawn"]
    await audited(voucher_db)


async def test_an_approved_line_is_not_withdrawn(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await approve(captured.database, claim_id, APPROVE)
    assert await refused(withdraw(captured.database, claim_id, 1)) == ["claim.state"]
    assert await refused(withdraw(captured.database, claim_id)) == ["claim.state"]


async def test_a_withdrawal_under_the_same_key_is_answered_and_not_repeated(captured: Captured) -> None:
    claim_id = await claimed(captured)
    answers = [
        await withdraw_claim(
            captured.database,
            keyed("withdraw_claim", key="k"),
            permit=payee,
            claim_id=claim_id,
            withdrawal=Withdrawal("开错发票"),
        )
        for _ in range(2)
    ]
    assert [answer.replayed for answer in answers] == [False, True]
