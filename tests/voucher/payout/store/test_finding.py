"""What a bank line may be about is found by its reference, or its amount while it is on its way."""

from services.chassis.database import Database
from services.voucher.ledger.store import lines
from services.voucher.payout.domain.funding import FundingState
from services.voucher.payout.store import fundings, payer_accounts, payouts
from tests.conftest import SetClock
from tests.voucher.ledger.samples import AT
from tests.voucher.payout.domain.test_funding import LINE, a_funding
from tests.voucher.payout.samples import PAYER
from tests.voucher.payout.steps import CHECKER, MAKER, NOW, a_house, a_released_line


async def test_a_payout_is_found_by_its_reference_in_any_state(voucher_db: Database, set_clock: SetClock) -> None:
    await a_released_line(voucher_db, set_clock)
    house = await a_house(voucher_db)
    (payout,) = await house.payouts(await house.prepare())
    async with voucher_db.read() as connection:
        found = await payouts.by_reference(connection, house.payer.id, [payout.reference, "P1"])
        elsewhere = await payouts.by_reference(connection, payout.id, [payout.reference])
    assert (found, elsewhere) == ({payout.reference: payout}, {})


async def test_only_what_was_sent_is_awaited(voucher_db: Database, set_clock: SetClock) -> None:
    await a_released_line(voucher_db, set_clock)
    house = await a_house(voucher_db)
    batch = await house.written()
    (payout,) = await house.payouts(batch)
    async with voucher_db.read() as connection:
        before = await payouts.candidates(connection, house.payer.id, [payout.amount])
    await house.send(batch)
    async with voucher_db.read() as connection:
        (sent,) = (await payouts.read(connection, [payout.id])).values()
        fitting = await payouts.candidates(connection, house.payer.id, [payout.amount])
        other = await payouts.candidates(connection, house.payer.id, [payout.amount - 1])
    assert (before, fitting, other) == ([], [sent], [])


async def test_a_funding_is_found_by_its_reference_and_awaited_once_approved(voucher_db: Database) -> None:
    proposed = a_funding(reference="F1")
    decided = {"state": FundingState.APPROVED, "decided_by": CHECKER, "decided_at": NOW}
    approved = a_funding(reference="F2", **decided)
    async with voucher_db.begin() as connection:
        await payer_accounts.add(connection, PAYER)
        await lines.create(connection, LINE, at=AT, by=MAKER)
        for one in (proposed, approved):
            await fundings.add(connection, one)
    async with voucher_db.read() as connection:
        found = await fundings.by_reference(connection, PAYER.id, ["F1", "F2", "F3"])
        awaited = await fundings.candidates(connection, PAYER.id, [100])
        page = await fundings.find(connection, fundings.Wanted(), before=max(proposed.id, approved.id), limit=9)
    assert (found, awaited) == ({"F1": proposed, "F2": approved}, [approved])
    assert page == [min(proposed, approved, key=lambda one: one.id)]
