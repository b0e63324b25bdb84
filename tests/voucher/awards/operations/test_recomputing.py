"""What an award rests on shrinks: what is not paid is owed no more, what is paid is proposed to be asked back."""

from typing import Any
from uuid import UUID

from services.chassis import documents
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.ids import new_id
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.domain.clawback import ClawbackProposal
from services.voucher.awards.operations import recomputing
from services.voucher.awards.operations.recomputing import ShrinkTimer
from services.voucher.awards.store import proposals
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.stop import StopKind
from services.voucher.settlement.operations import stopping
from tests.conftest import Begin, SetClock
from tests.voucher.awards.operations.test_claiming import REJECT, audited
from tests.voucher.awards.paid import LATER, disclose, paid_in_full
from tests.voucher.awards.steps import MILLION, TOP_UP, YUAN, Office, a_top_up_office, caller, keyed, refused

UNEVEN = "{part: city, weight: 1}, {part: district, weight: 99}"


async def recompute(
    office: Office, claim: AwardClaim, upper: int, *, person: str = "per_controller", **asked: Any
) -> None:
    who = caller(person, "reviewer", "recompute_award_claim", region="440700")
    currency = asked.get("currency", "CNY")
    wanted = recomputing.Asked({"upper_award": upper}, currency, "省级补助已部分退回", asked.get("document_id"))
    await recomputing.recompute_award(
        office.database,
        keyed(who, "recompute_award_claim", asked.get("key")),
        permit=who,
        award_claim_id=claim.id,
        asked=wanted,
    )


async def proposed(office: Office, claim: AwardClaim) -> list[ClawbackProposal]:
    async with office.database.read() as connection:
        wanted = proposals.Wanted(award_claim_id=claim.id)
        return await proposals.find(connection, wanted, before=None, limit=9)


async def live(office: Office, claim: AwardClaim) -> list[tuple[str, int]]:
    return [(leg.part, leg.amount) for leg in await office.legs(claim) if leg.state is not LegState.DROPPED]


async def test_of_an_award_that_is_not_paid_less_is_owed(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await recompute(office, claim, 20_000 * YUAN)
    assert await live(office, claim) == [("city/2", 3_000 * YUAN), ("district/2", 7_000 * YUAN)]
    assert [MILLION - await office.free(part) for part in ("city", "district")] == [3_000 * YUAN, 7_000 * YUAN]
    assert ((await office.line(claim)).approved, await proposed(office, claim)) == (10_000 * YUAN, [])
    await audited(office)


async def test_what_was_released_is_shown_to_the_public_again_with_what_is_left(
    office: Office, set_clock: SetClock
) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await disclose(office, claim, set_clock)
    await recompute(office, claim, 20_000 * YUAN)
    assert (await office.line(claim)).state is LineState.APPROVED
    await audited(office)


async def test_what_is_left_of_nothing_has_ended(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await recompute(office, claim, 0)
    assert ((await office.line(claim)).state, await live(office, claim)) == (LineState.REJECTED, [])
    assert await office.free("district") == MILLION
    await audited(office)


async def test_of_what_is_paid_the_difference_is_proposed_with_both_numbers(
    office: Office, set_clock: SetClock
) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await paid_in_full(office, claim, set_clock)
    await recompute(office, claim, 20_000 * YUAN)
    await recompute(office, claim, 18_000 * YUAN)
    later, first = await proposed(office, claim)
    assert (first.amount, first.before, first.after) == (5_000 * YUAN, 15_000 * YUAN, 10_000 * YUAN)
    assert (later.amount, later.before, later.after) == (1_000 * YUAN, 10_000 * YUAN, 9_000 * YUAN)
    await audited(office)


async def test_what_has_not_shrunk_is_not_computed_again(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    assert await refused(recompute(office, claim, 0)) == ["award.recompute_state"]
    await office.approve(claim)
    assert await refused(recompute(office, claim, 30_000 * YUAN)) == ["award.not_shrunk"]
    assert await refused(recompute(office, claim, 0, person="per_city")) == ["award.took_part"]
    assert await refused(recompute(office, claim, 0, document_id=new_id())) == ["document.unknown"]


async def test_a_stop_holds_what_is_owed_as_it_is(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await stop(office, claim)
    assert await refused(recompute(office, claim, 0)) == ["award.stopped"]


async def stop(office: Office, claim: AwardClaim) -> None:
    """The city's finance stops its leg."""
    leg = (await office.legs(claim))[0]
    who = caller("per_third", "finance_maker", "set_stop", treasury="jiangmen")
    asked = stopping.Asked(leg.id, StopKind.MANUAL, "Wait a moment.", None, None)
    await stopping.set_stop(office.database, keyed(who, "set_stop"), permit=who, asked=asked)


async def test_figures_in_another_currency_are_not_computed_with(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    assert await refused(recompute(office, claim, 20_000 * YUAN, currency="USD")) == ["award.currency"]


async def test_one_that_is_stopped_waits_and_starves_no_other(office: Office) -> None:
    upper = await office.claim("top-up", **TOP_UP)
    lower = await resting(office, upper.id)
    await office.approve(lower)
    await stop(office, lower)
    await office.review(upper, REJECT, stage="district")
    async with office.database.read() as connection:
        assert await ShrinkTimer().next_due(connection) is None
    assert await ShrinkTimer().run(office.database, LATER) == 0


async def an_uneven_office(database: Database, set_clock: SetClock) -> Office:
    """The top-up, of which the city bears a hundredth."""

    def uneven(text: str) -> str:
        return text.replace("{part: city, weight: 3}, {part: district, weight: 7}", UNEVEN)

    return await a_top_up_office(database, set_clock, change=uneven)


async def test_a_share_of_nothing_takes_no_name_from_a_later_leg(begin: Begin) -> None:
    office = await begin(an_uneven_office)
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await recompute(office, claim, 98)
    assert await live(office, claim) == [("district/2", 49)]
    await recompute(office, claim, 80, person="per_second")
    assert await live(office, claim) == [("district/3", 40)]
    await audited(office)


async def test_an_award_that_rests_on_another_of_ours_follows_it(office: Office, set_clock: SetClock) -> None:
    upper = await office.claim("top-up", **TOP_UP)
    lower = await resting(office, upper.id)
    await office.approve(lower)
    await office.review(upper, REJECT, stage="district")
    async with office.database.read() as connection:
        assert await ShrinkTimer().next_due(connection) is not None
    assert await ShrinkTimer().run(office.database, LATER) == 1
    async with office.database.read() as connection:
        assert await ShrinkTimer().next_due(connection) is None
    assert (await office.line(lower)).state is LineState.REJECTED
    await audited(office)


async def resting(office: Office, upper_id: UUID) -> AwardClaim:
    figures = {"deal": 100_000 * YUAN, "upper_award": 15_000 * YUAN}
    return await office.claim("top-up", figures=figures, on=TOP_UP["on"], rests_on=upper_id)


async def test_the_same_key_computes_again_once_and_may_rest_on_a_paper_of_ones_own(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    async with office.database.begin() as connection:
        sent = Sent(b"the notice of the province", "text/plain", "notice.txt")
        paper = await documents.keep(connection, sent, organization=None, sent_by="per_controller")
    for _ in range(2):
        await recompute(office, claim, 20_000 * YUAN, key="k-1", document_id=paper.id)
    assert await live(office, claim) == [("city/2", 3_000 * YUAN), ("district/2", 7_000 * YUAN)]
