"""A contract changes its scope or its provider: what it held goes to another one, at once or not at all."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.chassis.tasks import TASKS
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.redemption import State
from tests.conftest import SetClock
from tests.voucher.oversight.operations.test_aid import ceiling
from tests.voucher.redemption.samples import YUAN, a_contract, arbiter, holder, provider
from tests.voucher.redemption.stored import (
    Stored,
    a_stored_voucher,
    all_at_once,
    attempt,
    audited,
    carry_out,
    hear,
    organization,
)

OTHER, OTHER_PROVIDER = UUID(int=501), UUID(int=502)
other = Actor("per_other", "cli_other", OTHER, frozenset({"provider"}), request_id="req_2")
AFTER = a_contract(20_000 * YUAN)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    """A voucher under a cap that one contract uses up, and a second provider beside the first."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    one = await a_stored_voucher(voucher_db, caps=[ceiling("15000.00")])
    admissions = [{"category": name, "from": "2020-01-01", "until": None} for name in ("testing", "design")]
    admitted = {"id": show("prv", OTHER_PROVIDER), "state": "admitted", "admissions": admissions}
    await hear(voucher_db, organization(OTHER, provider=admitted))
    return one


async def refused(stored: Stored, order: orders.Order) -> list[str]:
    found = await attempt(stored.database, order)
    assert isinstance(found, Refusal)
    return [reason.code for reason in found.reasons]


def confirm(one: UUID, by: Actor) -> orders.Confirm:
    return orders.Confirm(redemption_id=one, by=by)


def let_go(one: UUID, by: Actor = arbiter) -> orders.LetGo:
    return orders.LetGo(redemption_id=one, by=by, note="原服务机构已停业")


async def test_another_scope_is_decided_upon_anew_and_frozen_in_one_step(stored: Stored) -> None:
    old = await stored.authorised()
    held = (await stored.redemption(old)).held
    new = await stored.propose(replaces=old, category="design", contract=AFTER)
    assert ((await stored.redemption(old)).held, (await stored.redemption(new)).state) == (held, State.PROPOSED)
    await carry_out(stored.database, confirm(new, holder))
    before, after = await stored.redemption(old), await stored.redemption(new)
    assert (before.state, before.held, after.state) == (State.VOIDED, 0, State.AUTHORISED)
    assert (after.terms.replaces, after.terms.category, after.held) == (old, "design", 10_000 * YUAN)
    voucher = await stored.now()
    assert (voucher.held, voucher.lost_by_provider) == (after.held, 0)
    await audited(stored.database)


async def test_the_same_contract_is_changed_without_its_number(stored: Stored) -> None:
    contract = a_contract()
    old = await stored.authorised(contract=contract)
    assert await refused(stored, stored.proposal(contract=contract)) == ["contract.already_redeemed"]
    new = await stored.propose(holder, replaces=old, category="design", contract=contract)
    await carry_out(stored.database, confirm(new, provider))
    assert (await stored.redemption(new)).held == 15_000 * YUAN
    await audited(stored.database)


async def test_a_change_that_the_rules_refuse_leaves_the_old_contract_as_it_was(stored: Stored) -> None:
    old = await stored.authorised()
    assert await refused(stored, stored.proposal(replaces=old, category="training")) == [
        "category.unlisted",
        "provider.category",
    ]
    assert (await stored.redemption(old)).held == 15_000 * YUAN


async def test_another_provider_takes_over_once_the_region_lets_the_holder_go(stored: Stored) -> None:
    old = await stored.authorised()
    new = await stored.propose(holder, replaces=old, provider_id=OTHER_PROVIDER)
    assert await refused(stored, confirm(new, other)) == ["replaces.let_go"]
    assert await waits(stored.database, new) == {"redemption.confirm", "redemption.let_go"}
    await carry_out(stored.database, let_go(new))
    assert await waits(stored.database, new) == {"redemption.confirm"}
    await carry_out(stored.database, confirm(new, other))
    after = await stored.redemption(new)
    assert (after.let_go_by, after.held, (await stored.redemption(old)).state) == (
        arbiter.person,
        15_000 * YUAN,
        State.VOIDED,
    )
    await audited(stored.database)


async def test_a_provider_who_gave_up_himself_is_left_without_leave(stored: Stored) -> None:
    old = await stored.authorised()
    new = await stored.propose(holder, replaces=old, provider_id=OTHER_PROVIDER)
    await carry_out(stored.database, orders.Void(redemption_id=old, by=provider, note="no capacity"))
    await carry_out(stored.database, confirm(new, other))
    assert (await stored.redemption(new)).held == 15_000 * YUAN
    await audited(stored.database)


async def test_nobody_needs_leave_to_stay_and_leave_is_given_once(stored: Stored) -> None:
    old = await stored.authorised()
    same = await stored.propose(replaces=old, contract=AFTER)
    assert await refused(stored, let_go(same)) == ["replaces.nobody_left"]
    assert await refused(stored, let_go(same)) == ["replaces.nobody_left"]
    new = await stored.propose(holder, replaces=old, provider_id=OTHER_PROVIDER)
    await carry_out(stored.database, let_go(new))
    assert await refused(stored, let_go(new)) == ["replaces.nobody_left"]


async def test_only_a_contract_of_the_same_voucher_and_of_ones_own_is_replaced(stored: Stored) -> None:
    old = await stored.authorised()
    theirs = stored.proposal(other, replaces=old, provider_id=OTHER_PROVIDER)
    assert await refused(stored, theirs) == ["replaces.unknown"]
    assert await refused(stored, stored.proposal(replaces=UUID(int=9))) == ["replaces.unknown"]
    another = await a_stored_voucher(stored.database)
    assert await refused(stored, another.proposal(replaces=old)) == ["replaces.unknown"]


async def test_what_was_handed_in_is_decided_first(stored: Stored) -> None:
    old = await stored.authorised()
    new = await stored.propose(replaces=old, contract=AFTER)
    await carry_out(stored.database, stored.delivery(old))
    assert await refused(stored, confirm(new, holder)) == ["replaces.state"]
    assert await refused(stored, stored.proposal(replaces=old)) == ["replaces.state"]


async def test_what_a_milestone_earned_stays_and_the_rest_is_frozen_anew(stored: Stored) -> None:
    old = await stored.accepted(10_000 * YUAN, last=False)
    capture = orders.Capture(redemption_id=old, by=provider, capture_id=UUID(int=77))
    await carry_out(stored.database, capture)
    new = await stored.propose(replaces=old, contract=AFTER)
    await carry_out(stored.database, confirm(new, holder))
    before, after = await stored.redemption(old), await stored.redemption(new)
    assert (before.captured, before.held, after.held) == (5_000 * YUAN, 0, 10_000 * YUAN)
    await audited(stored.database)


@pytest.mark.parametrize("racing", ["deliver", "void", "confirm"])
async def test_of_a_change_and_what_else_happens_at_once_nothing_is_lost(stored: Stored, racing: str) -> None:
    old = await stored.authorised()
    new = await stored.propose(replaces=old, contract=AFTER)
    rival = {
        "deliver": stored.delivery(old),
        "void": orders.Void(redemption_id=old, by=provider, note="no capacity"),
        "confirm": confirm(new, holder),
    }[racing]
    results = await all_at_once(stored.database, [confirm(new, holder), rival])
    before, after, voucher = await stored.redemption(old), await stored.redemption(new), await stored.now()
    assert any(isinstance(one, Answer) for one in results)
    assert voucher.held == before.held + after.held
    assert (before.held == 0) == (after.state is State.AUTHORISED) or before.state is State.VOIDED
    await audited(stored.database)


async def waits(database: Database, redemption_id: UUID) -> set[str]:
    """The kinds of the open tasks of a redemption."""
    async with database.read() as connection:
        open_ones = TASKS.c.subject_id == redemption_id, TASKS.c.closed_at.is_(None)
        return set((await connection.execute(select(TASKS.c.kind).where(*open_ones))).scalars())


async def test_what_no_scheme_says_cites_none_of_its_clauses(stored: Stored) -> None:
    old = await stored.authorised()
    new = await stored.propose(holder, replaces=old, provider_id=OTHER_PROVIDER)
    await carry_out(stored.database, let_go(new))
    await carry_out(stored.database, confirm(new, other))
    async with stored.database.read() as connection:
        said = [one for of in (old, new) for one in await decisions.of_subject(connection, of)]
    by_house = [(one.kind, one.clause) for one in said if one.rule == "redemption.replaces"]
    assert sorted(by_house) == [("let_go", None), ("replace", None)]
