"""A payee's new account waits, is confirmed by another person, and takes the old one's place when time has come."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import AsyncMock
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis import decisions, events
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.payout.domain.bank_account import AccountState, BankAccount
from services.voucher.payout.domain.particulars import Particulars
from services.voucher.payout.operations import bank_accounts as operations
from services.voucher.payout.operations.bank_accounts import ActivationTimer
from services.voucher.payout.store import bank_accounts
from tests.conftest import SetClock
from tests.voucher.payout.steps import (
    BANK_CODE,
    CHECKER,
    NOW,
    House,
    a_house,
    activate,
    audited,
    by,
    change_account,
    decide_account,
    keyed,
    open_tasks,
    refused,
    submit_account,
)
from tests.voucher.redemption.stored import CALENDAR, hear

LATER = NOW + timedelta(days=30)


@pytest.fixture
async def house(voucher_db: Database, set_clock: SetClock) -> House:
    await set_clock(NOW)
    await hear(voucher_db)
    return await a_house(voucher_db)


async def accounts(house: House) -> list[BankAccount]:
    """All accounts there are, oldest first."""
    async with house.database.read() as connection:
        return (await bank_accounts.find(connection, bank_accounts.Wanted(), before=None, limit=9))[::-1]


async def locked_accounts(house: House, payee: UUID) -> dict[UUID, tuple[BankAccount, ...]]:
    async with house.database.begin() as connection:
        return await bank_accounts.lock_of(connection, [payee])


async def states(house: House) -> list[AccountState]:
    return [one.state for one in await accounts(house)]


async def test_a_new_account_cools_and_finance_is_asked_to_confirm_it(house: House) -> None:
    account_id = await change_account(house)
    assert await states(house) == [AccountState.ACTIVE, AccountState.COOLING]
    assert await open_tasks(house.database, account_id) == [("bank_account.confirm", "finance_checker")]
    await audited(house.database)


async def test_a_confirmed_account_becomes_active_when_it_has_cooled(house: House, set_clock: SetClock) -> None:
    account_id = await change_account(house)
    await decide_account(house, account_id, "confirm")
    assert await activate(house) == 0
    await set_clock(LATER)
    assert await activate(house) == 1
    old, new = await accounts(house)
    assert (old.state, new.state) == (AccountState.RETIRED, AccountState.ACTIVE)
    assert old.retired_at == new.active_at == new.cooling_ends
    assert await activate(house) == 0
    await audited(house.database)


async def test_what_another_worker_has_made_active_is_not_done_again(
    house: House, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = await change_account(house)
    await decide_account(house, account_id, "confirm")
    due = (await accounts(house))[1:]
    await set_clock(LATER)
    await activate(house)
    monkeypatch.setattr(bank_accounts, "cooled", AsyncMock(return_value=due))
    assert await activate(house) == 1
    async with house.database.read() as connection:
        assert len(await decisions.of_subject(connection, account_id)) == 2


async def test_an_account_that_fails_keeps_no_other_waiting(
    house: House, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = await change_account(house)
    await decide_account(house, account_id, "confirm")
    (due,) = (await accounts(house))[1:]
    await set_clock(LATER)
    both = [replace(due, organization_id=new_id()), due]
    monkeypatch.setattr(bank_accounts, "cooled", AsyncMock(return_value=both))
    locked = await locked_accounts(house, due.organization_id)
    monkeypatch.setattr(bank_accounts, "lock_of", AsyncMock(side_effect=[RuntimeError("no lock"), locked]))
    assert await activate(house) == 1
    assert await states(house) == [AccountState.RETIRED, AccountState.ACTIVE]


async def test_a_payee_changes_again_once_its_account_has_cooled(house: House, set_clock: SetClock) -> None:
    await decide_account(house, await change_account(house), "confirm")
    await set_clock(LATER)
    await submit_account(house.database, number="6222000000000002")
    assert await states(house) == [AccountState.RETIRED, AccountState.ACTIVE, AccountState.COOLING]
    await audited(house.database)


async def test_the_timer_knows_when_the_next_account_has_cooled(house: House) -> None:
    async with house.database.read() as connection:
        assert await ActivationTimer().next_due(connection) is None
    await decide_account(house, await change_account(house), "confirm")
    async with house.database.read() as connection:
        due = await ActivationTimer().next_due(connection)
    assert due == (await accounts(house))[-1].cooling_ends


async def test_an_account_that_is_confirmed_late_is_active_at_once(house: House, set_clock: SetClock) -> None:
    account_id = await change_account(house)
    await set_clock(LATER)
    await decide_account(house, account_id, "confirm")
    assert await states(house) == [AccountState.RETIRED, AccountState.ACTIVE]
    assert await open_tasks(house.database, account_id) == []


async def test_a_rejected_account_leaves_the_old_one_active(house: House) -> None:
    await decide_account(house, await change_account(house), "reject")
    assert await states(house) == [AccountState.ACTIVE, AccountState.REJECTED]
    await audited(house.database)


async def test_who_submitted_an_account_does_not_confirm_it(house: House) -> None:
    account_id = await change_account(house)
    assert await refused(decide_account(house, account_id, "confirm", "per_provider")) == ["bank_account.same_person"]


async def test_one_change_is_made_at_a_time(house: House) -> None:
    await change_account(house)
    assert await refused(change_account(house)) == ["bank_account.pending"]


async def test_an_account_in_another_name_is_not_taken(house: House) -> None:
    assert await refused(submit_account(house.database, name="单位二")) == ["bank_account.name_differs"]


async def submit_as(
    house: House, person: str = "per_provider", *, client_ref: str | None = None, **bound: object
) -> object:
    who = by(person, "provider", "submit_bank_account", **{"organization": house.account.organization_id, **bound})
    asked = Particulars(name="单位2", number="6222000000000001", bank_code=BANK_CODE, bank_name="中行")
    request = keyed(who, "submit_bank_account")
    return await operations.submit(house.database, request, permit=who, asked=asked, client_ref=client_ref)


async def test_who_acts_for_no_organisation_has_no_account(house: House) -> None:
    assert await refused(submit_as(house, organization=None)) == ["bank_account.no_organization"]


async def test_a_client_ref_names_one_account(house: House) -> None:
    await submit_as(house, client_ref="account")
    await decide_account(house, (await accounts(house))[-1].id, "reject")
    assert await refused(submit_as(house, client_ref="account")) == ["client_ref.taken"]


async def test_cooling_is_never_guessed(house: House, superuser_url: str) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("DELETE FROM directory_facts WHERE kind = 'calendar'"))
        await connection.execute(text("UPDATE directory_feed SET cursor = 'another'"))
    await root.dispose()
    assert CALENDAR.kind == "calendar"
    assert await refused(change_account(house)) == ["calendar.not_loaded"]


async def test_every_step_answers_its_own_key_again(house: House) -> None:
    account_id = await change_account(house)
    who = by(CHECKER, "finance_checker", "confirm_bank_account")
    request = keyed(who, "confirm_bank_account", "twice")
    answers = [await operations.confirm(house.database, request, permit=who, account_id=account_id) for _ in range(2)]
    assert [answer.replayed for answer in answers] == [False, True]


async def test_a_submission_and_a_rejection_answer_their_keys_again(house: House) -> None:
    provider = by("per_provider", "provider", "submit_bank_account", organization=house.account.organization_id)
    asked = Particulars(name="单位2", number="6222000000000001", bank_code=BANK_CODE, bank_name="中行")
    request = keyed(provider, "submit_bank_account", "twice")
    made = [
        await operations.submit(house.database, request, permit=provider, asked=asked, client_ref=None)
        for _ in range(2)
    ]
    who = by(CHECKER, "finance_checker", "reject_bank_account")
    request, account_id = keyed(who, "reject_bank_account", "twice"), (await accounts(house))[-1].id
    ended = [
        await operations.reject(house.database, request, permit=who, account_id=account_id, reason="no")
        for _ in range(2)
    ]
    assert [answer.replayed for answer in (*made, *ended)] == [False, True, False, True]


async def test_why_it_was_decided_is_kept_and_the_payee_is_told_each_step(house: House, set_clock: SetClock) -> None:
    account_id = await change_account(house)
    await decide_account(house, account_id, "confirm")
    await set_clock(LATER)
    await activate(house)
    async with house.database.read() as connection:
        kept = await decisions.of_subject(connection, account_id)
        told = await events.read(connection, after=None, limit=99, audience=house.account.organization_id)
    assert [(one.outcome, one.actor, one.clause) for one in kept] == [
        ("confirmed", CHECKER, "house rule"),
        ("active", "timer:payout.activate_bank_account", "house rule"),
    ]
    assert [one.event.type.partition(".")[2] for one in told] == ["submitted", "confirmed", "activated", "retired"]
