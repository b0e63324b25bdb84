"""Race 45: what the registry tells after a capture. The capture stands; nothing is paid before somebody looked."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed, parties
from services.voucher.settlement.domain.claim import LegState
from services.voucher.settlement.operations.late_facts import follow, keep_following
from services.voucher.settlement.store import claim_lines, legs, noting, stops
from services.voucher.settlement.store import late_facts as store
from tests.conftest import SetClock
from tests.voucher.payout.steps import a_house, a_released_line
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.redemption.stored import admitted, audited, hear, organization
from tests.voucher.settlement.approved import Case, refused
from tests.voucher.settlement.claimed import Captured
from tests.voucher.settlement.operations.test_stopping import lift
from tests.voucher.settlement.reviewed import APPROVE, approve, claimed
from tests.voucher.settlement.waiting import tasks_of

SINCE = {"from": "2020-01-01", "until": None}
BAN = {"id": "san_1", "kind": "ban", "from": "2020-02-01", "until": "2022-02-01"}
MOTHER = UUID(int=4_711)
SENT = datetime(2020, 10, 20, 2, 0, tzinfo=UTC)
OF_PAYEE = {"provider": admitted("testing", "design")}


def owns(owner: UUID, held: UUID, other: UUID) -> dict[str, Any]:
    """A share as the document of one end tells it."""
    shares = {"share_basis_points": 6_000, "owner": show("org", owner)}
    return {"id": f"rel_{held.hex}", "organization": show("org", other), "kind": "ownership", **shares, **SINCE}


def sanctioned() -> Change:
    return organization(PAYEE, sanctions=[BAN], **OF_PAYEE)


def related() -> Change:
    link = {"id": "rel_1", "organization": show("org", PAYEE), "kind": "shared_officers", **SINCE}
    return organization(HOLDER, related_parties=[link])


def narrowed() -> Change:
    other = {"category": "testing", **SINCE, "schemes": ["another-scheme-2020"]}
    return organization(PAYEE, provider={**admitted(), "admissions": [other]})


def owned() -> Change:
    return organization(PAYEE, related_parties=[owns(MOTHER, PAYEE, MOTHER)], **OF_PAYEE)


def ended() -> Change:
    over = {"category": "testing", "from": "2020-01-01", "until": "2020-06-30"}
    return organization(PAYEE, provider={**admitted(), "admissions": [over]})


async def all_followed(database: Database) -> None:
    while await follow(database):
        pass


async def reasons(case: Case) -> list[str]:
    async with case.database.read() as connection:
        return [one.reason for one in (await stops.live(connection, [case.leg_id])).get(case.leg_id, ())]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (sanctioned, "late fact: sanction san_1"),
        (related, "late fact: relation rel_1"),
        (ended, f"late fact: admission prv_{UUID(admitted()['id'][4:]).hex} testing"),
        (narrowed, f"late fact: admission prv_{UUID(admitted()['id'][4:]).hex} testing"),
    ],
)
async def test_a_fact_dated_back_stops_what_is_owed_and_the_capture_stands(case: Case, told: Any, reason: str) -> None:
    before = await case.capture()
    await hear(case.database, told())
    await all_followed(case.database)
    assert (await case.stops(), await reasons(case)) == (["late_fact"], [reason])
    assert await case.capture() == before
    await audited(case.database)


async def test_a_fact_of_a_later_day_stops_nothing(case: Case) -> None:
    later = {**BAN, "from": "2020-12-01", "until": "2022-12-01"}
    await hear(case.database, organization(PAYEE, sanctions=[later], **OF_PAYEE))
    await all_followed(case.database)
    assert await case.stops() == []


async def test_more_owners_than_can_be_looked_through_wait_for_a_person(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties, "OWNERS_MAX", 0)
    await hear(case.database, owned())
    await all_followed(case.database)
    assert await reasons(case) == ["late fact: relation group.too_large"]
    await hear(case.database, sanctioned())
    await all_followed(case.database)
    assert await reasons(case) == ["late fact: relation group.too_large", "late fact: sanction san_1"]


async def test_whoever_has_too_many_owners_claims_and_is_stopped_once_it_is_approved(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties, "OWNERS_MAX", 0)
    await hear(captured.database, owned())
    claim_id = await claimed(captured)
    await approve(captured.database, claim_id, APPROVE)
    assert await stops_of(captured, claim_id) == ["late fact: relation group.too_large"]


async def test_what_cannot_be_looked_at_waits_for_a_person_and_keeps_nobody_waiting(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "note", poison(RuntimeError("poison")))
    await hear(case.database, sanctioned())
    assert await follow(case.database)
    assert (await reasons(case), await follow(case.database)) == (["late fact: relation not_looked_at"], False)


async def test_while_the_database_is_lost_nobody_is_set_aside(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "note", poison(ConnectionError("gone")))
    await hear(case.database, sanctioned())
    with pytest.raises(ConnectionError):
        await follow(case.database)
    assert await case.stops() == []


def poison(error: Exception) -> Any:
    async def raised(*_: Any, **__: Any) -> None:
        raise error

    return raised


async def test_a_line_of_which_one_treasury_has_paid_is_looked_at_until_the_others_have(
    case: Case, superuser_url: str
) -> None:
    leg = await case.leg()
    done: dict[str, Any] = {"state": LegState.PAID, "payout_id": new_id(), "sent_at": SENT, "paid_on": SENT.date()}
    paid = replace(leg, id=new_id(), part="province", **done)
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await legs.add(connection, [paid])
    await root.dispose()
    await hear(case.database, sanctioned())
    await all_followed(case.database)
    assert await case.stops() == ["late_fact"]


async def test_a_share_above_both_is_found_though_neither_document_was_told(case: Case) -> None:
    mother, held = organization(MOTHER, related_parties=[]), organization(PAYEE, **OF_PAYEE)
    await hear(case.database, mother, held)
    await all_followed(case.database)
    links = [owns(MOTHER, one, one) for one in (HOLDER, PAYEE)]
    await hear(
        case.database,
        organization(MOTHER, related_parties=links),
        organization(HOLDER, related_parties=[owns(MOTHER, HOLDER, MOTHER)]),
        organization(PAYEE, related_parties=[owns(MOTHER, PAYEE, MOTHER)], **OF_PAYEE),
    )
    await all_followed(case.database)
    (reason,) = await reasons(case)
    assert reason.startswith("late fact: relation common_owner org_")


async def test_the_treasury_has_a_task_and_the_line_a_decision_with_the_clause(case: Case) -> None:
    await hear(case.database, sanctioned())
    await all_followed(case.database)
    async with case.database.read() as connection:
        (stop,) = (await stops.live(connection, [case.leg_id]))[case.leg_id]
        noted = [one for one in await decisions.of_subject(connection, case.line_id) if one.kind == "late_fact"]
    assert await tasks_of(case.database, stop.id) == ["stop.lift"]
    assert [(one.rule, one.outcome, one.numbers["fact"]) for one in noted] == [("late_fact.sanction", "noted", "san_1")]


async def test_a_fact_stops_once_and_not_again_after_a_person_lifted_it(case: Case) -> None:
    await hear(case.database, sanctioned())
    await all_followed(case.database)
    async with case.database.read() as connection:
        (stop,) = (await stops.live(connection, [case.leg_id]))[case.leg_id]
    await lift(case, stop.id)
    await hear(case.database, organization(PAYEE, name="改名", sanctions=[BAN], **OF_PAYEE))
    await all_followed(case.database)
    assert await case.stops() == []


async def test_a_batch_that_falls_over_is_looked_at_again_to_no_further_effect(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hear(case.database, sanctioned())

    async def falls_over(*_: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(store, "move", falls_over)
        with pytest.raises(RuntimeError):
            await follow(case.database)
    await all_followed(case.database)
    assert await case.stops() == ["late_fact"]


async def test_what_is_claimed_later_is_stopped_when_it_is_approved(captured: Captured) -> None:
    await hear(captured.database, sanctioned())
    await all_followed(captured.database)
    claim_id = await claimed(captured)
    assert await stops_of(captured, claim_id) == []
    await approve(captured.database, claim_id, APPROVE)
    assert await stops_of(captured, claim_id) == ["late fact: sanction san_1"]
    await audited(captured.database)


async def test_a_fact_between_submission_and_approval_stops_what_is_then_owed(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await hear(captured.database, sanctioned())
    await all_followed(captured.database)
    await approve(captured.database, claim_id, APPROVE)
    assert await stops_of(captured, claim_id) == ["late fact: sanction san_1"]


async def stops_of(captured: Captured, claim_id: UUID) -> list[str]:
    async with captured.database.read() as connection:
        lines = (await claim_lines.of_claims(connection, [claim_id]))[claim_id]
        owed = await legs.read_of_lines(connection, [line.id for line in lines])
        live = await stops.live(connection, [leg.id for some in owed.values() for leg in some])
    return [stop.reason for some in live.values() for stop in some]


async def test_whether_fact_or_approval_comes_first_the_leg_is_stopped_once(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await hear(captured.database, sanctioned())
    await asyncio.gather(
        approve(captured.database, claim_id, APPROVE), follow(captured.database), follow(captured.database)
    )
    assert await stops_of(captured, claim_id) == ["late fact: sanction san_1"]
    await audited(captured.database)


async def test_a_fact_between_approval_and_sending_keeps_the_leg_out_of_the_bank(
    voucher_db: Database, set_clock: SetClock
) -> None:
    case = await a_released_line(voucher_db, set_clock)
    house = await a_house(voucher_db)
    batch = await house.written(case.leg_id)
    await hear(voucher_db, organization(PAYEE, name=house.account.name, sanctions=[BAN], **OF_PAYEE))
    await all_followed(voucher_db)
    assert await refused(house.send(batch)) == "payout_batch.blocked"
    assert (await case.leg()).sent_at is None


async def test_what_was_sent_goes_on(voucher_db: Database, set_clock: SetClock) -> None:
    case = await a_released_line(voucher_db, set_clock)
    house = await a_house(voucher_db)
    await house.sent(case.leg_id)
    await hear(voucher_db, organization(PAYEE, name=house.account.name, sanctions=[BAN], **OF_PAYEE))
    await all_followed(voucher_db)
    assert await case.stops() == []
    async with voucher_db.read() as connection:
        noted = await store.of_redemptions(connection, [(await case.line()).captured.redemption_id])
    assert [one.fact for one in noted] == ["san_1"]


async def test_one_who_is_no_longer_known_is_left_to_who_looks(case: Case, superuser_url: str) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("DELETE FROM directory_facts WHERE key = :key"), {"key": show("org", HOLDER)})
        await connection.execute(text("UPDATE directory_feed SET cursor = 'moved'"))
    await root.dispose()
    async with case.database.begin() as connection:
        await feed.keep(connection, [sanctioned()], cursor="further", complete=True)
    await all_followed(case.database)
    assert await case.stops() == []


async def test_it_follows_until_it_is_cancelled_and_outlives_a_failure(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[int] = []
    works = store.cursor

    async def once(connection: Any) -> int:
        if not failed:
            failed.append(1)
            raise RuntimeError("poison")
        return await works(connection)

    monkeypatch.setattr(store, "cursor", once)
    await hear(case.database, sanctioned())
    following = asyncio.create_task(keep_following(case.database, poll_seconds=0.01))
    for _ in range(200):
        await asyncio.sleep(0.02)
        if await case.stops():
            break
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert (await case.stops(), failed) == (["late_fact"], [1])
