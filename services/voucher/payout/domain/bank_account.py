"""Decides which account a payee is paid to: a new one cools, is confirmed by another person, then replaces the old."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person, refuse_all
from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day, local_date
from services.voucher.directory.domain.party import Party
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.payout.domain.particulars import Particulars, normalised

COOLING_WORKING_DAYS = 5
COOLING_SOURCE = "house rule"
"""How long a new account waits in which nobody is paid, so that the payee's own people can notice a false one."""


class AccountState(StrEnum):
    """cooling → confirmed → active → retired; cooling → active at once when confirmed late; cooling → rejected."""

    COOLING = "cooling"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


PENDING = frozenset({AccountState.COOLING, AccountState.CONFIRMED})
"""While an account is in one of these its payee is not paid at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """A payee's account. cooling_ends: the UTC instant at which the local date cooling_until is over."""

    id: UUID
    organization_id: UUID
    name: str
    number: str
    bank_code: str
    bank_name: str
    submitted_by: str
    submitted_at: datetime
    cooling_until: date
    cooling_ends: datetime
    client: str
    client_ref: str | None = None
    state: AccountState = AccountState.COOLING
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    active_at: datetime | None = None
    retired_at: datetime | None = None


SHOWN = 4
"""Last digits of a number that everybody sees who sees the account at all."""


def masked(number: str) -> str:
    """An account's number with its last digits only."""
    return "*" * (len(number) - SHOWN) + number[-SHOWN:]


def checked(asked: Particulars, *, party: Party | None, others: Sequence[BankAccount]) -> Particulars:
    """The particulars in the form in which they are kept, or everything that is wrong with them.

    party: the payee as last heard of; others: the accounts it has. Reasons: those of `particulars.normalised`,
    `bank_account.payee_unknown`, `bank_account.name_differs` (the bank would send the payment back),
    `bank_account.pending` (one is on its way already).
    """
    kept, faults = normalised(asked)
    if party is None:
        faults.append(Reason("bank_account.payee_unknown", rule="payee_is_heard_of"))
    elif kept.name != party.name:
        numbers = {"name": party.name}
        faults.append(Reason("bank_account.name_differs", rule="payee_name", pointer="/name", numbers=numbers))
    if is_changing(others):
        faults.append(Reason("bank_account.pending", rule="one_change_at_a_time"))
    refuse_all(faults)
    return kept


def cools_until(now: datetime, calendar: WorkingDays) -> tuple[date, datetime]:
    """The local date until which an account that is submitted now cools, and the UTC instant at which that day is over.

    Refusal `calendar.not_loaded` when the way leads through a year that is not loaded.
    """
    try:
        day = calendar.add(local_date(now, HOUSE_ZONE), COOLING_WORKING_DAYS)
    except CalendarNotLoaded as missing:
        raise Refusal("calendar.not_loaded", numbers={"year": missing.year}) from missing
    return day, end_of_day(day, HOUSE_ZONE)


def confirm(account: BankAccount, *, by: str, at: datetime) -> BankAccount:
    """Confirm by a second person: active at once when it has cooled, else when it will have.

    Refusals: `bank_account.state`, `bank_account.same_person`.
    """
    _decidable(account, by)
    confirmed = replace(account, state=AccountState.CONFIRMED, decided_by=by, decided_at=at)
    return activated(confirmed, at=at) if at >= account.cooling_ends else confirmed


def reject(account: BankAccount, *, by: str, at: datetime, reason: str) -> BankAccount:
    """Reject with a reason. Refusals as in `confirm`."""
    _decidable(account, by)
    return replace(account, state=AccountState.REJECTED, decided_by=by, decided_at=at, reason=reason)


def activated(account: BankAccount, *, at: datetime) -> BankAccount:
    """A confirmed account as of an instant (UTC) at which it has cooled."""
    return replace(account, state=AccountState.ACTIVE, active_at=at)


def retired(accounts: Sequence[BankAccount], *, by: BankAccount) -> list[BankAccount]:
    """The accounts that an activated one replaces, as of the instant at which it became active."""
    former = [one for one in accounts if one.state is AccountState.ACTIVE and one.id != by.id]
    return [replace(one, state=AccountState.RETIRED, retired_at=by.active_at) for one in former]


def has_cooled(account: BankAccount, *, at: datetime) -> bool:
    """Whether it was confirmed and is due to become active at an instant (UTC)."""
    return account.state is AccountState.CONFIRMED and account.cooling_ends <= at


def standing(accounts: Sequence[BankAccount], *, at: datetime) -> tuple[BankAccount, ...]:
    """All accounts of a payee as they stand at an instant (UTC), whether or not the timer has run."""
    active = [activated(one, at=one.cooling_ends) for one in accounts if has_cooled(one, at=at)]
    changed = {one.id: one for new in active for one in (new, *retired(accounts, by=new))}
    return tuple(changed.get(one.id, one) for one in accounts)


def paid_to(accounts: Sequence[BankAccount]) -> BankAccount | None:
    """The account that a payee is paid to, of all its accounts; None while it has none, or while one is pending."""
    if is_changing(accounts):
        return None
    return next((one for one in accounts if one.state is AccountState.ACTIVE), None)


def is_changing(accounts: Sequence[BankAccount]) -> bool:
    """Whether one of a payee's accounts is on its way to become the active one."""
    return any(one.state in PENDING for one in accounts)


def _decidable(account: BankAccount, by: str) -> None:
    if account.state is not AccountState.COOLING:
        raise Refusal("bank_account.state", rule="decided_once", numbers={"state": account.state.value})
    another_person(by, than=[account.submitted_by], otherwise="bank_account.same_person")
