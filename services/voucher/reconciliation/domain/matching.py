"""Decides what a line of a statement was for: by our reference in it, else by the one payout that fits, else nothing.

A reference counts as a whole word only: one that lies inside another is not found. Where it is found and amount or
payee differ, the line is an exception and nobody guesses: a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from services.standards import references
from services.standards.calendar import local_date
from services.standards.printed import compact
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.reconciliation.domain import escrow
from services.voucher.reconciliation.domain.escrow import OfHolder
from services.voucher.reconciliation.domain.line import Doubt, How, Match, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.movement import Movement

WINDOW = timedelta(days=10)
"""How long after it was sent a payout may be recognised by amount and name alone; a house rule."""

_WORD = re.compile("[0-9A-Z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A line with what it is for, or with why that is in doubt; what else it moved as that stands after it."""

    line: StatementLine
    meaning: Match | Doubt
    payout: Payout | None = None
    funding: AccountFunding | None = None
    held: OfHolder | None = None


def words(movement: Movement) -> frozenset[str]:
    """The words of letters and digits, in capitals, in which a reference of ours may stand."""
    told = unicodedata.normalize("NFKC", f"{movement.bank_reference} {movement.text}").upper()
    return frozenset(_WORD.findall(told))


def named(movement: Movement) -> frozenset[str]:
    """Those of its words that can only be references of ours, whether or not we know them."""
    return frozenset(word for word in words(movement) if references.is_ours(word))


def understand(
    lines: Iterable[StatementLine],
    *,
    payouts: Iterable[Payout],
    fundings: Iterable[AccountFunding],
    held: Iterable[OfHolder] = (),
    beside: Iterable[StatementLine] = (),
) -> list[Understanding]:
    """What each of these lines of one account is for, each seeing what the earlier ones left.

    held: deposits of holders and what goes back to them.

    Lines are taken by booking date, debits before credits, so that a payment stands before its own return. beside:
    lines that are not looked at now; what they name is theirs all the same. Of these a debit that is an exception may
    be a payout's second: the credit that names the same payout then takes back one of two, and nobody guesses which.
    """
    ordered = sorted(lines, key=lambda line: (line.booked_on, line.amount > 0, line.id))
    aside = list(beside)
    desk = _Desk([*ordered, *aside], payouts, fundings, held)
    desk.doubted.update(
        *(words(line) for line in aside if line.amount < 0 and line.state is StatementLineState.EXCEPTION)
    )
    return [desk.take(line) for line in ordered]


class _Desk:
    """What lies before whoever goes through the lines, as it stands by now."""

    def __init__(
        self,
        lines: Iterable[StatementLine],
        payouts: Iterable[Payout],
        fundings: Iterable[AccountFunding],
        held: Iterable[OfHolder],
    ) -> None:
        self.payouts = {one.reference: one for one in payouts}
        self.fundings = {one.reference: one for one in fundings}
        self.held = {one.reference: one for one in held}
        self.named = frozenset[str]().union(*(words(line) for line in lines))
        self.doubted: set[str] = set()

    def take(self, line: StatementLine) -> Understanding:
        """Understand one line, and remember what it moved."""
        found = self._understood(line)
        if found.payout is not None:
            self.payouts[found.payout.reference] = found.payout
        if found.funding is not None:
            self.fundings[found.funding.reference] = found.funding
        if found.held is not None:
            self.held[found.held.reference] = found.held
        if isinstance(found.meaning, Doubt) and line.amount < 0:
            self.doubted |= words(line)
        return found

    def _understood(self, line: StatementLine) -> Understanding:
        told = words(line)
        payouts, fundings, held = (told & known.keys() for known in (self.payouts, self.fundings, self.held))
        if len(payouts | fundings | held) > 1 or (line.amount > 0 and payouts & self.doubted):
            return Understanding(line=line, meaning=Doubt.AMBIGUOUS)
        if payouts:
            return _by_reference(line, self.payouts[min(payouts)])
        if fundings:
            return _of_funding(line, self.fundings[min(fundings)])
        if held:
            return _of_holder(line, self.held[min(held)])
        if line.amount > 0:
            return Understanding(line=line, meaning=Doubt.UNKNOWN_CREDIT)
        if named(line):
            return Understanding(line=line, meaning=Doubt.UNKNOWN_DEBIT)
        return self._by_amount(line)

    def _by_amount(self, line: StatementLine) -> Understanding:
        """The one payout that fits; what a line of these names is that line's."""
        fitting = [one for one in self.payouts.values() if one.reference not in self.named and fits(line, one)]
        if len(fitting) == 1:
            return matched(line, MatchKind.PAYOUT, How.AMOUNT_NAME_WINDOW, payout=fitting[0])
        return Understanding(line=line, meaning=Doubt.AMBIGUOUS if fitting else Doubt.UNKNOWN_DEBIT)


def fits(line: Movement, payout: Payout) -> bool:
    """Whether a debit could be a sent payout by amount, payee and days, though it does not name it."""
    if payout.state is not PayoutState.SENT or line.amount != -payout.amount:
        return False
    return bool(line.counterparty_name) and pays(line, payout) and timedelta(0) <= _days_after(line, payout) <= WINDOW


def _days_after(line: Movement, payout: Payout) -> timedelta:
    """How long after the payout was sent the bank booked the line; nothing where it was not sent."""
    if payout.sent_at is None:
        return timedelta(0)
    return line.booked_on - local_date(payout.sent_at, HOUSE_ZONE)


def pays(line: Movement, payout: Payout) -> bool:
    """Whether what a debit says of its payee, if anything, is what the payout says."""
    name, account = compact(line.counterparty_name), line.counterparty_account
    return (not name or name == compact(payout.payee_name)) and (not account or account == payout.account_number)


def _by_reference(line: StatementLine, payout: Payout) -> Understanding:
    if line.amount > 0:
        doubt, kind = doubt_of_return(line, payout), MatchKind.RETURN
    else:
        doubt, kind = doubt_of_payment(line, payout), MatchKind.PAYOUT
    if doubt is None and kind is MatchKind.PAYOUT:
        doubt = _of_circumstances(line, payout)
    if doubt is not None:
        return Understanding(line=line, meaning=doubt)
    return matched(line, kind, How.REFERENCE, payout=payout)


def _of_circumstances(line: Movement, payout: Payout) -> Doubt | None:
    """What a person may overlook and the house may not: another payee, or a date before the payout was sent."""
    if not pays(line, payout):
        return Doubt.PAYEE_DIFFERS
    return Doubt.BEFORE_SENT if _days_after(line, payout) < timedelta(0) else None


def doubt_of_payment(line: Movement, payout: Payout) -> Doubt | None:
    """Why a debit is not that of a payout; None when it is, whoever the bank says was paid."""
    if payout.state in (PayoutState.SETTLED, PayoutState.RETURNED):
        return Doubt.ALREADY_SETTLED
    if payout.state is not PayoutState.SENT:
        return Doubt.NOT_SENT
    return None if line.amount == -payout.amount else Doubt.AMOUNT_DIFFERS


def doubt_of_return(line: Movement, payout: Payout) -> Doubt | None:
    """Why a credit is not the return of a payout; None when it is: all of it, in the year in which it was paid."""
    if payout.state is PayoutState.RETURNED:
        return Doubt.ALREADY_RETURNED
    if payout.state is not PayoutState.SETTLED or payout.settled_on is None:
        return Doubt.NOT_YET_SETTLED
    if line.amount != payout.amount:
        return Doubt.AMOUNT_DIFFERS
    return None if line.booked_on.year == payout.settled_on.year else Doubt.RETURN_OF_ANOTHER_YEAR


def _of_funding(line: StatementLine, funding: AccountFunding) -> Understanding:
    doubt = doubt_of_funding(line, funding)
    if doubt is not None:
        return Understanding(line=line, meaning=doubt)
    return matched(line, MatchKind.FUNDING, How.REFERENCE, funding=funding)


def _of_holder(line: StatementLine, one: OfHolder) -> Understanding:
    doubt = escrow.doubt_of(line, one) or escrow.doubt_of_party(line, one)
    if doubt is not None:
        return Understanding(line=line, meaning=doubt)
    return of_holder(line, one, How.REFERENCE)


def of_holder(line: StatementLine, one: OfHolder, how: How) -> Understanding:
    """A line as a holder's deposit, or what goes back to him, with what that makes of it."""
    return Understanding(line=line, meaning=Match(escrow.kind_of(one), one.id, how), held=escrow.after(line, one))


def doubt_of_funding(line: Movement, funding: AccountFunding) -> Doubt | None:
    """Why a line is not the credit of a funding; None when it is."""
    if line.amount < 0:
        return Doubt.UNKNOWN_DEBIT
    if funding.state is FundingState.RECEIVED:
        return Doubt.ALREADY_RECEIVED
    if funding.state is not FundingState.APPROVED:
        return Doubt.NOT_APPROVED
    return None if line.amount == funding.amount else Doubt.AMOUNT_DIFFERS


def matched(
    line: StatementLine,
    kind: MatchKind,
    how: How,
    *,
    payout: Payout | None = None,
    funding: AccountFunding | None = None,
) -> Understanding:
    """A line as what it was for, with what that makes of the payout or funding."""
    on = line.booked_on
    if payout is not None:
        after = payout.settled(on) if kind is MatchKind.PAYOUT else payout.returned(on)
        return Understanding(line=line, meaning=Match(kind, payout.id, how), payout=after)
    if funding is not None:
        return Understanding(line=line, meaning=Match(kind, funding.id, how), funding=funding.received(on))
    return Understanding(line=line, meaning=Match(kind, None, how))
