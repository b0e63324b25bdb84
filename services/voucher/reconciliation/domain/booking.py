"""Decides what a line that was looked at leaves behind: its journal, and what became of the leg that it paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.chart import Place
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Posting
from services.voucher.payout.domain.deposit import Deposit
from services.voucher.payout.domain.funding import AccountFunding
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.reconciliation.domain.escrow import OfHolder
from services.voucher.reconciliation.domain.line import Doubt, Match, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.matching import Understanding
from services.voucher.settlement.domain.claim import Leg, LegState

SUBJECT = "statement_line"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who understood lines, when (business instant, UTC), by which request, and why where a person says so."""

    by: str
    at: datetime
    request_id: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A line after it was looked at with its journal, and what else that moved."""

    line: StatementLine
    journal: Journal
    payout: Payout | None
    leg: Leg | None
    funding: AccountFunding | None
    held: OfHolder | None = None


def book(found: Understanding, *, account: PayerAccount, leg: Leg | None, journal_id: UUID, hand: Hand) -> Booked:
    """What an understanding leaves behind. leg: the one that its payout pays.

    What is understood at once is booked against the account; what waited in suspense is taken out of it.
    """
    line, meaning = found.line, found.meaning
    waited = line.state is StatementLineState.EXCEPTION
    cash = paying.suspense(line.id) if waited else paying.bank(account.id)
    subject_kind, subject_id = (SUBJECT, line.id) if waited else _subject(found)
    journal = Journal(
        id=journal_id,
        posting=_posting(found, meaning, account, cash) if isinstance(meaning, Match) else _suspended(line, account),
        booked_at=hand.at,
        value_on=line.booked_on,
        actor=hand.by,
        request_id=hand.request_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
    )
    return Booked(
        line=_after(found, hand, journal_id),
        journal=journal,
        payout=found.payout,
        leg=None if leg is None or found.payout is None else _paid(leg, found.payout),
        funding=found.funding,
        held=found.held,
    )


def book_all(
    found: Sequence[Understanding],
    *,
    account: PayerAccount,
    legs: Mapping[UUID, Leg],
    ids: Sequence[UUID],
    hand: Hand,
) -> list[Booked]:
    """What several leave behind, each seeing what became of a leg before it.

    legs: those that their payouts pay; ids: one for the journal of each.
    """
    standing, booked = dict(legs), []
    for one, journal_id in zip(found, ids, strict=True):
        leg = None if one.payout is None else standing[one.payout.leg_id]
        after = book(one, account=account, leg=leg, journal_id=journal_id, hand=hand)
        if after.leg is not None:
            standing[after.leg.id] = after.leg
        booked.append(after)
    return booked


def _after(found: Understanding, hand: Hand, journal_id: UUID) -> StatementLine:
    if isinstance(found.meaning, Doubt):
        return found.line.doubted(found.meaning, journal_id=journal_id)
    return found.line.understood(found.meaning, by=hand.by, at=hand.at, journal_id=journal_id)


def _subject(found: Understanding) -> tuple[str, UUID]:
    """To what a line that was understood at once happened."""
    if found.payout is not None:
        return "payout", found.payout.id
    if found.funding is not None:
        return "funding", found.funding.id
    if found.held is not None:
        return ("deposit" if isinstance(found.held, Deposit) else "deposit_refund"), found.held.id
    return SUBJECT, found.line.id


def _suspended(line: StatementLine, account: PayerAccount) -> Posting:
    return paying.suspend(
        statement_line_id=line.id, payer_account_id=account.id, amount=line.amount, funding=account.funding
    )


def _posting(found: Understanding, match: Match, account: PayerAccount, cash: Place) -> Posting:
    line, payout = found.line, found.payout
    if payout is not None and match.kind is MatchKind.PAYOUT:
        return paying.settle(payout_id=payout.id, cash=cash, amount=payout.amount, funding=payout.funding)
    if payout is not None:
        return paying.take_return(
            claim_line_id=payout.claim_line_id,
            part=payout.part,
            cash=cash,
            amount=payout.amount,
            funding=payout.funding,
        )
    if found.funding is not None:
        return paying.fund_account(cash=cash, amount=line.amount, funding=found.funding.funding)
    if found.held is not None:
        return _of_holder(found.held, cash)
    if match.kind is MatchKind.CHARGE:
        return paying.charge(payer_account_id=account.id, cash=cash, amount=-line.amount, funding=account.funding)
    return paying.set_apart(payer_account_id=account.id, cash=cash, amount=line.amount, funding=account.funding)


def _of_holder(one: OfHolder, cash: Place) -> Posting:
    if isinstance(one, Deposit):
        amount = one.received or 0
        return paying.take_deposit(redemption_id=one.redemption_id, cash=cash, amount=amount, funding=one.funding)
    return paying.settle_refund(refund_id=one.id, cash=cash, amount=one.amount, funding=one.funding)


def _paid(leg: Leg, payout: Payout) -> Leg:
    """A leg once its payout was settled; owed again once that came back."""
    if payout.state is PayoutState.SETTLED:
        return replace(leg, state=LegState.PAID, paid_on=payout.settled_on)
    return replace(leg, state=LegState.PAYABLE, payout_id=None, sent_at=None, paid_on=None)
