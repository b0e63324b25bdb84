"""Everybody reads his own: the two sides, the reviewers of the region, and the auditor all."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations.reading import list_redemptions, read_redemption
from services.voucher.redemption.store.redemptions import Wanted
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.redemption.stored import Stored, a_stored_voucher, permitted

NOBODY = UUID(int=99)
ALL = Wanted()
MAY_SEE = [
    permitted("holder"),
    permitted("provider", organization=PAYEE),
    permitted("reviewer", "region", None, region="440703"),
    permitted("reviewer", "region", None, region="440700"),
    permitted("auditor", "any", None),
]
MAY_NOT = [
    permitted("holder", organization=NOBODY),
    permitted("holder", organization=None),
    permitted("reviewer", "region", None, region="440704"),
]


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def listed(stored: Stored, permit: Permit, wanted: Wanted = ALL) -> int:
    found, _ = await list_redemptions(stored.database, permit=permit, wanted=wanted, after=None, limit=10)
    return len(found)


@pytest.mark.parametrize("permit", MAY_SEE)
async def test_who_has_to_do_with_it_reads_it(stored: Stored, permit: Permit) -> None:
    one = await stored.propose()
    whole = await read_redemption(stored.database, permit=permit, redemption_id=one)
    assert whole.redemption.id == one
    assert await listed(stored, permit) == 1


@pytest.mark.parametrize("permit", MAY_NOT)
async def test_everybody_else_is_told_that_there_is_none(stored: Stored, permit: Permit) -> None:
    one = await stored.propose()
    with pytest.raises(NotFound, match=r"redemption\.unknown"):
        await read_redemption(stored.database, permit=permit, redemption_id=one)
    assert await listed(stored, permit) == 0


async def test_one_that_does_not_exist_is_unknown_to_the_auditor_too(stored: Stored) -> None:
    with pytest.raises(NotFound, match=r"redemption\.unknown"):
        await read_redemption(stored.database, permit=MAY_SEE[-1], redemption_id=NOBODY)


async def test_a_list_is_narrowed_and_turned_over_page_by_page(stored: Stored) -> None:
    first = await stored.propose(client_ref="order-1")
    await stored.propose()
    third = await stored.authorised()
    auditor = MAY_SEE[-1]
    assert await listed(stored, auditor, Wanted(client_ref="order-1")) == 1
    assert await listed(stored, auditor, Wanted(state=State.AUTHORISED)) == 1
    assert await listed(stored, auditor, Wanted(voucher_id=stored.voucher.id)) == 3
    assert await listed(stored, auditor, Wanted(voucher_id=HOLDER)) == 0
    page, cursor = await list_redemptions(stored.database, permit=auditor, wanted=Wanted(), after=None, limit=2)
    rest, end = await list_redemptions(stored.database, permit=auditor, wanted=Wanted(), after=cursor, limit=2)
    assert (page[0].id, rest[0].id, end) == (third, first, None)


async def test_a_list_by_state_goes_by_what_has_fallen_due_and_not_by_which_timers_have_run(
    stored: Stored, set_clock: SetClock
) -> None:
    await stored.propose()
    await set_clock(datetime(2020, 10, 12, tzinfo=UTC))
    assert await listed(stored, MAY_SEE[-1], Wanted(state=State.PROPOSED)) == 0
    assert await listed(stored, MAY_SEE[-1], Wanted(state=State.LAPSED)) == 1
