"""Counters are kept for pairs, buckets and groups, under locks; and nothing on this path waits for a budget."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.voucher.directory.domain.change import Change
from services.voucher.directory.domain.groups import MEMBERS_MAX
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.operations.quoting import quote_voucher
from services.voucher.redemption.operations.redeem import Request, redeem_all
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, YUAN, holder, provider
from tests.voucher.redemption.stored import (
    Stored,
    a_stored_voucher,
    all_at_once,
    audited,
    carry_out,
    hear,
    organization,
)

SISTER = UUID(int=30)
OURS = "our default, not in the notice"
CAP = {"counts": "authorised", "period": "year", "year_of": "authorise", "limit": "7000.00", "source": OURS}
PAIR: dict[str, Any] = {**CAP, "cap": "pair", "subject": "pair"}
BUCKET: dict[str, Any] = {**CAP, "cap": "tests", "subject": "bucket", "categories": ["testing"]}
DESIGN: dict[str, Any] = {**BUCKET, "cap": "designs", "categories": ["design"]}
GROUP: dict[str, Any] = {**CAP, "cap": "group", "subject": "group"}


@pytest.fixture
async def clock(set_clock: SetClock) -> None:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))


def sisters() -> Change:
    """What the registry tells of a firm that is related to the holder; the holder's own document is older."""
    link = {"organization": show("org", HOLDER), "kind": "ownership", "from": "2020-01-01", "until": None}
    return organization(SISTER, related_parties=[link])


def ours() -> Change:
    link = {"organization": show("org", SISTER), "kind": "ownership", "from": "2020-01-01", "until": None}
    return organization(HOLDER, related_parties=[link])


async def two_of_a_group(database: Database) -> list[Stored]:
    """A voucher of the holder and one of a firm related to it, under one cap for both."""
    both = [
        await a_stored_voucher(database, caps=[GROUP]),
        await a_stored_voucher(database, caps=[GROUP], holder_id=SISTER, quota_root_id=SISTER),
    ]
    await hear(database, ours(), sisters())
    return both


@pytest.mark.usefixtures("clock")
async def test_a_quote_names_every_cap_that_applies_with_what_it_leaves(voucher_db: Database) -> None:
    stored = await a_stored_voucher(voucher_db, caps=[PAIR, BUCKET, DESIGN, GROUP])
    await stored.authorised(asked=3_000 * YUAN)
    quote = await quote_voucher(voucher_db, stored.proposal(holder))
    left = {(room.cap.id, room.cap.subject): room.left for room in quote.rooms or ()}
    shared = {("pair", "pair"), ("tests", "bucket"), ("group", "group")}
    assert left == {("authorised-per-year", "holder"): 17_000 * YUAN} | dict.fromkeys(shared, 4_000 * YUAN)
    await audited(voucher_db)


@pytest.mark.usefixtures("clock")
async def test_members_of_a_group_who_spend_at_once_stay_under_their_common_cap(voucher_db: Database) -> None:
    both = await two_of_a_group(voucher_db)
    sister = orders.Actor("per_sister", "per_sister", SISTER, frozenset({"holder"}), request_id="req_9")
    offers = [(await one.propose(asked=4_000 * YUAN), by) for one, by in zip(both, (holder, sister), strict=True)]
    confirms = [orders.Confirm(redemption_id=one, by=by) for one, by in offers]
    won, lost = sorted(await all_at_once(voucher_db, confirms), key=lambda one: isinstance(one, Refusal))
    assert isinstance(won, Answer)
    assert isinstance(lost, Refusal)
    assert lost.reasons[0].numbers["left"] == "3000.00"
    await audited(voucher_db)


@pytest.mark.usefixtures("clock")
async def test_of_a_group_too_large_to_be_counted_nothing_is_redeemed_and_of_others_it_is(voucher_db: Database) -> None:
    ours = await a_stored_voucher(voucher_db, caps=[GROUP])
    theirs = await a_stored_voucher(voucher_db, caps=[GROUP], holder_id=SISTER, quota_root_id=SISTER)
    daughters = [UUID(int=100 + number) for number in range(MEMBERS_MAX)]
    since = {"kind": "ownership", "from": "2020-01-01", "until": None}
    hub = organization(HOLDER, related_parties=[{"organization": show("org", one), **since} for one in daughters])
    await hear(voucher_db, hub, organization(SISTER), *map(organization, daughters))
    offers = [one.proposal() for one in (ours, theirs)]
    refused, done = await redeem_all(voucher_db, [Request(one) for one in offers])
    assert isinstance(refused, Refusal)
    assert refused.code == "group.too_large"
    assert isinstance(done, Outcome)


@pytest.mark.usefixtures("clock")
async def test_what_a_member_gives_back_the_group_may_spend(voucher_db: Database) -> None:
    ours, theirs = await two_of_a_group(voucher_db)
    spent = await theirs.propose(asked=7_000 * YUAN)
    sister = orders.Actor("per_sister", "per_sister", SISTER, frozenset({"holder"}), request_id="req_9")
    await carry_out(voucher_db, orders.Confirm(redemption_id=spent, by=sister))
    with pytest.raises(Refusal, match=r"cap\.reached"):
        await ours.propose(holder, asked=1)
    await carry_out(voucher_db, orders.Void(redemption_id=spent, by=provider, note="not needed"))
    await ours.authorised(asked=7_000 * YUAN)
    await audited(voucher_db)


@pytest.mark.usefixtures("clock")
async def test_a_whole_redemption_never_waits_for_a_budget_line_or_a_pool(voucher_db: Database) -> None:
    stored = await a_stored_voucher(voucher_db, caps=[PAIR, BUCKET, GROUP])
    async with voucher_db.begin() as connection, asyncio.timeout(30):
        await connection.execute(text("SELECT 1 FROM budget_lines FOR UPDATE"))
        await connection.execute(text("SELECT 1 FROM round_pools FOR UPDATE"))
        one = await stored.accepted()
        await carry_out(voucher_db, orders.Capture(redemption_id=one, by=provider, capture_id=SISTER, last=True))
        refund = orders.Refund(redemption_id=one, by=provider, amount=1, currency="CNY", note="one too many")
        await carry_out(voucher_db, refund)
    await audited(voucher_db)
