"""A provider is rewarded at the year's end for the work that it was paid for, and less when less of it stands."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.awards.domain.claiming import SERVICES
from services.voucher.awards.operations.recomputing import ShrinkTimer
from services.voucher.awards.store import fundings, services
from services.voucher.directory.store import named, parties, policies
from services.voucher.scheme.operations.versions import Beside, Withdrawal, withdraw
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.objection import Outcome
from tests.conftest import Begin, SetClock
from tests.voucher.awards.operations.test_claiming import audited
from tests.voucher.awards.steps import CALENDARS, Office, allotted, caller, keyed, refused
from tests.voucher.redemption.samples import NOW as CAPTURED
from tests.voucher.redemption.samples import PAYEE, YUAN
from tests.voucher.redemption.stored import a_stored_voucher, admitted, hear, organization
from tests.voucher.settlement.approved import CLAIMED, PUBLISHED, Case, approved_on, decide, disclosed, object_to
from tests.voucher.settlement.claimed import NOW as CLAIMED_AT
from tests.voucher.settlement.operations.test_ways_of_payment import a_reimbursed_capture, claimed, firm

NEW_YEAR = datetime(2021, 1, 4, 2, 0, tzinfo=UTC)
REWARD: dict[str, Any] = {
    "award": "provider-reward",
    "title": {"zh": "服务机构奖补", "en": "Reward of providers"},
    "mode": {"value": "business_award", "source": "row shandong-2015"},
    "payee": {"value": "provider", "source": "row shandong-2015"},
    "base": "services",
    "share": "0.10",
    "limit": {"value": "2000000.00", "source": "row shandong-2015"},
    "period": "year",
    "as_of": "completion",
    "source": "row shandong-2015",
}


@dataclass(frozen=True)
class Rewarding:
    """A provider whose work of 10 000.00 was approved and is on display, and the office that rewards it."""

    office: Office
    case: Case


async def a_rewarding_office(database: Any, set_clock: SetClock) -> Rewarding:
    await set_clock(CAPTURED)
    stored = await a_stored_voucher(database, rules={"awards": [REWARD]})
    case = await approved_on(stored)
    async with database.read() as connection:
        version = await versions.get(connection, stored.voucher.scheme_version_id)
    office = Office(database, version, {"1": await allotted(database, version.bureau, "jiangmen", fiscal_year=2021)})
    await hear(database, *CALENDARS)
    await set_clock(PUBLISHED)
    await office.fund("provider-reward", "1", "440700")
    return Rewarding(office, case)


@pytest.fixture
async def rewarding(begin: Begin) -> Rewarding:
    return await begin(a_rewarding_office)


async def test_a_provider_is_rewarded_for_what_it_was_paid_for_in_the_year(
    rewarding: Rewarding, set_clock: SetClock
) -> None:
    await set_clock(NEW_YEAR)
    claim = await rewarding.office.claim("provider-reward", payee=PAYEE, facts={"year": "2020"})
    assert (claim.figures[SERVICES], claim.amount) == (CLAIMED * 2, 1_000 * YUAN)
    assert (claim.on, claim.known["holder"]) == (date(2020, 12, 31), ("provider",))
    again = rewarding.office.claim("provider-reward", payee=PAYEE, facts={"year": "2020"})
    assert await refused(again) == ["award.given"]


async def test_a_year_is_rewarded_for_the_work_of_the_scheme_before_as_well(
    rewarding: Rewarding, set_clock: SetClock
) -> None:
    office = rewarding.office
    before = office.version
    document = {**before.document, "scheme": "jiangmen-service-2021"}
    after = replace(before, id=new_id(), scheme_id="jiangmen-service-2021", document=document, root=before.scheme_id)
    async with office.database.begin() as connection:
        await versions.add(connection, after)
    following = replace(office, version=after)
    await following.fund("provider-reward", "1", "440700")
    await set_clock(NEW_YEAR)
    claim = await following.claim("provider-reward", payee=PAYEE, facts={"year": "2020"})
    assert claim.figures[SERVICES] == CLAIMED * 2
    assert await ShrinkTimer().run(office.database, NEW_YEAR) == 0


async def test_a_provider_is_rewarded_for_its_work_also_where_the_holder_was_reimbursed(
    voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(CLAIMED_AT)
    (line,) = await claimed(voucher_db, await a_reimbursed_capture(voucher_db), permit=firm)
    async with voucher_db.read() as connection:
        version = await versions.get(connection, line.scheme_version_id)
        of_provider = await services.by_year(connection, PAYEE, version.scheme_id)
        of_holder = await services.by_year(connection, line.payee_id, version.scheme_id)
    assert (of_provider, of_holder) == ({2020: line.settlement}, {})


async def test_a_version_whose_awards_are_funded_is_not_withdrawn(rewarding: Rewarding) -> None:
    office = rewarding.office
    by = caller("per_op_1", "operator", "withdraw_scheme", bureau=office.bureau)
    with pytest.raises(Refusal, match=r"scheme\.in_use") as refusal:
        await withdraw(
            office.database,
            keyed(by, "withdraw_scheme"),
            permit=by,
            asked=Withdrawal(office.version.id, "另行起草"),
            beside=Beside(parties.working_days, policies.statuses, named.heard_of, no_rounds, fundings.standing),
        )
    assert refusal.value.reasons[0].numbers == {"rounds": 0, "awards": 1}


async def no_rounds(_: AsyncConnection, __: str) -> int:
    return 0


async def test_a_year_that_is_not_over_and_no_year_are_not_rewarded(rewarding: Rewarding) -> None:
    office = rewarding.office
    codes = await refused(office.claim("provider-reward", payee=PAYEE, facts={"year": "2020"}))
    assert codes == ["award.year_not_over"]
    missing = await refused(office.claim("provider-reward", payee=PAYEE))
    assert "award.fact_missing" in missing


async def test_a_year_that_is_none_is_not_rewarded(rewarding: Rewarding, set_clock: SetClock) -> None:
    await set_clock(NEW_YEAR)
    codes = await refused(rewarding.office.claim("provider-reward", payee=PAYEE, facts={"year": "0"}))
    assert codes == ["award.year", "award.figure_unknown"]


async def test_whoever_is_no_provider_is_not_rewarded(rewarding: Rewarding, set_clock: SetClock) -> None:
    await set_clock(NEW_YEAR)
    await hear(rewarding.office.database, organization(PAYEE, provider={**admitted("testing"), "state": "suspended"}))
    codes = await refused(rewarding.office.claim("provider-reward", payee=PAYEE, facts={"year": "2020"}))
    assert codes == ["award.payee"]


async def test_a_reward_shrinks_with_the_work_that_it_is_for(rewarding: Rewarding, set_clock: SetClock) -> None:
    office, case = rewarding.office, rewarding.case
    shown = await disclosed(office.database, case)
    objection = await object_to(case, shown)
    await set_clock(NEW_YEAR)
    claim = await office.claim("provider-reward", payee=PAYEE, facts={"year": "2020"})
    await office.approve(claim)
    await decide(case, objection, Outcome.UPHELD)
    assert await ShrinkTimer().run(office.database, NEW_YEAR) == 1
    assert (await office.line(claim)).state == "rejected"
    await audited(office)
