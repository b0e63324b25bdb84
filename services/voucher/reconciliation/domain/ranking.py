"""Decides which payouts and fundings a person is shown for an exception, the likeliest first, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.standards.calendar import local_date
from services.standards.printed import compact
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.reconciliation.domain.line import MatchKind, StatementLine
from services.voucher.reconciliation.domain.matching import words

SHOWN = 10
WEIGHTS: Mapping[str, int] = MappingProxyType({"reference": 50, "amount": 25, "name": 15, "account": 10})
"""What each thing that fits counts for."""

NEAREST = 10
"""What the same day counts for; each day of distance takes one off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a line may be: a score (higher is likelier), what of it fits, and the days between the two."""

    kind: MatchKind
    id: UUID
    reference: str
    name: str
    amount: int
    currency: str
    days: int
    score: int
    fits: tuple[str, ...]


def rank(
    line: StatementLine, *, payouts: Iterable[Payout], fundings: Iterable[AccountFunding]
) -> tuple[Candidate, ...]:
    """Up to ten for which something speaks: for a debit what was sent, for a credit what was paid or granted."""
    if line.amount < 0:
        found = [_sent(line, one) for one in payouts if one.state is PayoutState.SENT]
    else:
        found = [_returned(line, one) for one in payouts if one.state is PayoutState.SETTLED]
        found += [_granted(line, one) for one in fundings if one.state is FundingState.APPROVED]
    return tuple(sorted((one for one in found if one.fits), key=lambda one: (-one.score, one.reference))[:SHOWN])


def _sent(line: StatementLine, payout: Payout) -> Candidate:
    sent = line.booked_on if payout.sent_at is None else local_date(payout.sent_at, HOUSE_ZONE)
    return _payout(line, payout, MatchKind.PAYOUT, sent)


def _returned(line: StatementLine, payout: Payout) -> Candidate:
    return _payout(line, payout, MatchKind.RETURN, payout.settled_on or line.booked_on)


def _payout(line: StatementLine, payout: Payout, kind: MatchKind, since: date) -> Candidate:
    fits = {
        "reference": payout.reference in words(line),
        "amount": abs(line.amount) == payout.amount,
        "name": compact(line.counterparty_name) == compact(payout.payee_name),
        "account": line.counterparty_account == payout.account_number,
    }
    days = abs((line.booked_on - since).days)
    return Candidate(
        kind=kind,
        id=payout.id,
        reference=payout.reference,
        name=payout.payee_name,
        amount=payout.amount,
        currency=payout.currency,
        days=days,
        score=_score(fits, days),
        fits=_fitting(fits),
    )


def _granted(line: StatementLine, funding: AccountFunding) -> Candidate:
    fits = {"reference": funding.reference in words(line), "amount": line.amount == funding.amount}
    granted = line.booked_on if funding.decided_at is None else local_date(funding.decided_at, HOUSE_ZONE)
    days = abs((line.booked_on - granted).days)
    return Candidate(
        kind=MatchKind.FUNDING,
        id=funding.id,
        reference=funding.reference,
        name=funding.funding_source,
        amount=funding.amount,
        currency=funding.currency,
        days=days,
        score=_score(fits, days),
        fits=_fitting(fits),
    )


def _fitting(fits: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, fitting in fits.items() if fitting)


def _score(fits: Mapping[str, bool], days: int) -> int:
    return sum(WEIGHTS[name] for name in _fitting(fits)) + max(0, NEAREST - days)
