"""State aid counts over all schemes of a regime and all members of a group, under locks, and is told as a register."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.chassis import pages
from services.chassis.authorisation import Grant as Granting
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tokens import Caller
from services.voucher.oversight.operations import aid
from services.voucher.oversight.store.aid import Wanted
from services.voucher.redemption.domain import orders
from tests.conftest import SetClock
from tests.voucher.redemption.operations.test_counters import SISTER, ours, sisters
from tests.voucher.redemption.samples import HOLDER, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, all_at_once, audited, carry_out, hear

sister = orders.Actor("per_sister", "per_sister", SISTER, frozenset({"holder"}), request_id="req_9")
ALWAYS = Wanted(date.min, date.max)


def permit_of(organization: UUID) -> Permit:
    caller = Caller("per_holder", "per_holder", organization, frozenset({"holder"}), "test", "ses_1", "tok_1", 0)
    return Permit(caller, (Granting("holder", "own"),))


def ceiling(limit: str) -> dict[str, Any]:
    """A cap of the regime, as a scheme file says it."""
    return {
        "cap": "de-minimis",
        "counts": "authorised",
        "subject": "group",
        "period": "rolling",
        "months": 36,
        "regime": "de-minimis",
        "limit": limit,
        "source": "our default, not in the notice",
    }


@pytest.fixture
async def both(voucher_db: Database, set_clock: SetClock) -> list[Stored]:
    """A voucher of the holder and one of a firm related to it, of two schemes with one regime."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = [
        await a_stored_voucher(voucher_db, caps=[ceiling("7000.00")]),
        await a_stored_voucher(voucher_db, caps=[ceiling("7000.00")], holder_id=SISTER, quota_root_id=SISTER),
    ]
    await hear(voucher_db, ours(), sisters())
    return stored


async def test_two_grants_at_once_under_two_schemes_stay_under_the_ceiling(both: list[Stored]) -> None:
    offers = [(await one.propose(asked=4_000 * YUAN), by) for one, by in zip(both, (holder, sister), strict=True)]
    confirms = [orders.Confirm(redemption_id=one, by=by) for one, by in offers]
    won, lost = sorted(await all_at_once(both[0].database, confirms), key=lambda one: isinstance(one, Refusal))
    assert isinstance(won, Answer)
    assert isinstance(lost, Refusal)
    assert lost.reasons[0].numbers["left"] == "3000.00"
    await audited(both[0].database)


async def test_the_headroom_of_each_member_is_that_of_the_group(both: list[Stored]) -> None:
    await both[0].authorised(asked=4_000 * YUAN)
    for one in (HOLDER, SISTER):
        found = await aid.headroom(both[0].database, permit=permit_of(one), organization_id=one, on=None)
        assert [(room.cap.regime, room.used, room.left) for room in found] == [
            ("de-minimis", 4_000 * YUAN, 3_000 * YUAN)
        ] * 2


async def test_the_headroom_of_a_past_date_knows_nothing_of_later_grants(both: list[Stored]) -> None:
    await both[0].authorised(asked=4_000 * YUAN)
    found = await aid.headroom(both[0].database, permit=permit_of(HOLDER), organization_id=HOLDER, on=date(2020, 8, 31))
    assert {room.used for room in found} == {0}


async def test_a_stranger_is_told_of_no_undertaking(both: list[Stored]) -> None:
    with pytest.raises(NotFound):
        await aid.headroom(both[0].database, permit=permit_of(SISTER), organization_id=HOLDER, on=None)
    with pytest.raises(NotFound):
        await aid.headroom(both[0].database, permit=permit_of(UUID(int=404)), organization_id=UUID(int=404), on=None)


async def test_the_register_tells_what_still_stands_and_to_whom(both: list[Stored]) -> None:
    one = await both[0].authorised(asked=4_000 * YUAN)
    gone = await both[1].propose(asked=1_000 * YUAN)
    await carry_out(both[1].database, orders.Confirm(redemption_id=gone, by=sister))
    await carry_out(both[1].database, orders.Void(redemption_id=gone, by=provider, note="the bench is broken"))
    (grant,), cursor = await aid.list_grants(both[0].database, wanted=ALWAYS, after=None, limit=10)
    assert (grant.redemption_id, grant.holder_id, grant.amount, cursor) == (one, HOLDER, 4_000 * YUAN, None)
    assert (grant.regime, grant.granted_on, grant.bureau) == ("de-minimis", date(2020, 9, 21), "jiangmen-sme")
    assert grant.name is not None


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(date(2020, 9, 22), date.max),
        Wanted(date.min, date(2020, 9, 20)),
        Wanted(date.min, date.max, regime="agriculture"),
        Wanted(date.min, date.max, bureau="another"),
    ],
)
async def test_the_register_is_narrowed(both: list[Stored], wanted: Wanted) -> None:
    await both[0].authorised(asked=4_000 * YUAN)
    assert await aid.list_grants(both[0].database, wanted=wanted, after=None, limit=10) == ([], None)


async def test_the_register_is_read_page_by_page(both: list[Stored]) -> None:
    first = await both[0].authorised(asked=1_000 * YUAN)
    offered = await both[1].propose(asked=1_000 * YUAN)
    await carry_out(both[1].database, orders.Confirm(redemption_id=offered, by=sister))
    page, cursor = await aid.list_grants(both[0].database, wanted=ALWAYS, after=None, limit=1)
    rest, end = await aid.list_grants(both[0].database, wanted=ALWAYS, after=cursor, limit=1)
    assert {one.redemption_id for one in (*page, *rest)} == {first, offered}
    assert end is None


async def test_a_grant_under_two_regimes_stands_in_both_and_no_page_loses_one(
    voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    second = {**ceiling("7000.00"), "cap": "research", "regime": "research"}
    stored = await a_stored_voucher(voucher_db, caps=[ceiling("7000.00"), second])
    await stored.authorised(asked=1_000 * YUAN)
    page, cursor = await aid.list_grants(voucher_db, wanted=ALWAYS, after=None, limit=1)
    rest, end = await aid.list_grants(voucher_db, wanted=ALWAYS, after=cursor, limit=1)
    assert ([one.regime for one in (*page, *rest)], end) == (["de-minimis", "research"], None)


@pytest.mark.parametrize("cursor", ["x", pages.encode("no-id", "de-minimis")])
async def test_a_cursor_that_is_none_of_ours_is_refused(voucher_db: Database, cursor: str) -> None:
    with pytest.raises(Refusal, match=r"page\.cursor"):
        await aid.list_grants(voucher_db, wanted=ALWAYS, after=cursor, limit=1)
