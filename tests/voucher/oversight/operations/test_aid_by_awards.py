"""State aid is counted by vouchers and awards together, under one ceiling, and told in one register."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.oversight.domain.aid import Grant
from services.voucher.oversight.operations import aid
from services.voucher.redemption.domain import orders
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from tests.conftest import Begin, SetClock
from tests.voucher.awards.steps import CALENDARS, Office, allotted
from tests.voucher.awards.store.test_audit import found
from tests.voucher.oversight.operations.test_aid import ALWAYS, ceiling, permit_of, sister
from tests.voucher.redemption.operations.test_counters import SISTER, ours, sisters
from tests.voucher.redemption.samples import HOLDER, YUAN
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited, carry_out, hear

CALLED_ON = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
OURS = "our default, not in the notice"
BONUS: dict[str, Any] = {
    "award": "bonus",
    "title": {"zh": "奖励", "en": "Bonus"},
    "mode": {"value": "grant", "source": OURS},
    "payee": {"value": "holder", "source": OURS},
    "base": "fixed",
    "amount": "4000.00",
    "regime": {"value": {"name": "de-minimis", "months": 36, "limit": "7000.00"}, "source": "de-minimis 3(2)"},
    "as_of": "submission",
    "source": OURS,
}


@dataclass(frozen=True)
class Both:
    """The voucher of a firm that is related to the holder, and an award that the holder may claim, of one regime."""

    stored: Stored
    office: Office

    async def claim(self) -> AwardClaim:
        return await self.office.claim("bonus", payee=HOLDER)

    async def reviewed(self, claim: AwardClaim, verdict: Verdict) -> None:
        stages = self.office.version.said.settlement.review.value
        for stage in stages[:-1]:
            await self.office.review(claim, Verdict(decision=Decision.APPROVE), stage=stage)
        await self.office.review(claim, verdict, stage=stages[-1])

    async def used(self) -> set[int]:
        """What the group used under each ceiling, in fen."""
        found = await aid.headroom(self.stored.database, permit=permit_of(HOLDER), organization_id=HOLDER, on=None)
        return {one.used for one in found}

    async def register(self) -> list[Grant]:
        found, _ = await aid.list_grants(self.stored.database, wanted=ALWAYS, after=None, limit=10)
        return found


async def a_both(database: Any, set_clock: SetClock) -> Both:
    await set_clock(CALLED_ON)
    rules = {"awards": [BONUS]}
    stored = await a_stored_voucher(
        database, caps=[ceiling("7000.00")], rules=rules, holder_id=SISTER, quota_root_id=SISTER
    )
    await hear(database, ours(), sisters(), *CALENDARS)
    async with database.read() as connection:
        version = await versions.get(connection, stored.voucher.scheme_version_id)
    office = Office(database, version, {"1": await allotted(database, version.bureau, "jiangmen", fiscal_year=2020)})
    await office.fund("bonus", "1", "440700")
    return Both(stored, office)


@pytest.fixture
async def both(begin: Begin) -> Both:
    return await begin(a_both)


async def test_a_voucher_and_an_award_at_once_stay_under_one_ceiling(both: Both) -> None:
    offered = await both.stored.propose(asked=4_000 * YUAN)
    confirm = orders.Confirm(redemption_id=offered, by=sister)
    outcomes = await asyncio.gather(attempt(both.stored.database, confirm), both.claim(), return_exceptions=True)
    match outcomes:
        case [Refusal() as lost, AwardClaim() as won]:
            assert (lost.reasons[0].numbers["left"], won.amount) == ("3000.00", 4_000 * YUAN)
        case [_, AwardClaim() as won]:
            assert won.amount == 3_000 * YUAN
        case _:
            pytest.fail(f"both or neither were given: {outcomes}")
    assert await both.used() <= {4_000 * YUAN, 7_000 * YUAN}
    await audited(both.stored.database)


async def test_an_award_gets_what_the_vouchers_of_its_group_left(both: Both) -> None:
    offered = await both.stored.propose(asked=5_000 * YUAN)
    await carry_out(both.stored.database, orders.Confirm(redemption_id=offered, by=sister))
    claim = await both.claim()
    assert (claim.amount, await both.used()) == (2_000 * YUAN, {7_000 * YUAN})
    refused = (await both.office.check("bonus", payee=HOLDER)).faults
    assert [(one.code, one.numbers["award.regime"]) for one in refused] == [("award.nothing_left", "0.00")]


@pytest.mark.parametrize(
    ("verdict", "left"),
    [
        (Verdict(decision=Decision.REJECT, reason="不符合条件"), 0),
        (Verdict(decision=Decision.APPROVE, amount=1_500 * YUAN, currency="CNY", reason="只认可一部分"), 1_500 * YUAN),
    ],
)
async def test_what_is_not_approved_goes_back_to_its_regime(both: Both, verdict: Verdict, left: int) -> None:
    claim = await both.claim()
    assert await both.used() == {4_000 * YUAN}
    await both.reviewed(claim, verdict)
    assert await both.used() == {left}
    assert [one.amount for one in await both.register()] == [left] * bool(left)
    await audited(both.stored.database)


async def test_the_register_tells_awards_beside_vouchers(both: Both) -> None:
    offered = await both.stored.propose(asked=3_000 * YUAN)
    await carry_out(both.stored.database, orders.Confirm(redemption_id=offered, by=sister))
    claim = await both.claim()
    assert [one.redemption_id for one in await both.register()] == [offered]
    await both.reviewed(claim, Verdict(decision=Decision.APPROVE))
    voucher, award = await both.register()
    assert (voucher.redemption_id, voucher.award_claim_id, voucher.holder_id) == (offered, None, SISTER)
    assert (award.redemption_id, award.award_claim_id, award.holder_id) == (None, claim.id, HOLDER)
    assert (award.amount, award.regime, award.granted_on) == (4_000 * YUAN, "de-minimis", date(2020, 9, 21))


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE cap_counters SET used = used + 1 WHERE starts_with(cap, 'aid:')",
        "DELETE FROM claim_line_takes WHERE starts_with(cap, 'aid:')",
    ],
)
async def test_aid_that_nobody_was_given_is_found(both: Both, superuser_url: str, harm: str) -> None:
    await both.claim()
    assert await found(superuser_url, harm) == {"counter.aid"}
