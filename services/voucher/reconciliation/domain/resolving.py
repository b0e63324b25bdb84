"""Decides whether a person may say what an exception was for: its figures must bear it, and he had no hand in it.

Whoever brought the line in, or made, approved or sent what it names, does not. A person may overlook a name or a lost
reference, never an amount, a side, a state, the year of the bank's date, or what the line itself says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.money import format_amount
from services.standards.printed import compact
from services.voucher.payout.domain.deposit import Deposit
from services.voucher.payout.domain.funding import AccountFunding
from services.voucher.payout.domain.payout import Payout
from services.voucher.reconciliation.domain import escrow
from services.voucher.reconciliation.domain.escrow import OfHolder
from services.voucher.reconciliation.domain.line import Doubt, How, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.matching import (
    Understanding,
    doubt_of_funding,
    doubt_of_payment,
    doubt_of_return,
    matched,
    named,
    of_holder,
)

OUT = frozenset({MatchKind.PAYOUT, MatchKind.REFUND, MatchKind.CHARGE})
IN = frozenset({MatchKind.RETURN, MatchKind.FUNDING, MatchKind.DEPOSIT})
"""What can only have left the account, and what can only have come in; what is not ours may be either."""


_CODES: Mapping[Doubt, str] = MappingProxyType(
    {
        Doubt.AMOUNT_DIFFERS: "statement_line.amount_differs",
        Doubt.RETURN_OF_ANOTHER_YEAR: "statement_line.other_year",
    }
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a person says that a line was for; the id is that of what the kind names, where it names one."""

    kind: MatchKind
    id: UUID | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What the resolution names, as it stands under its lock.

    acted: who imported the line, and who made, approved or sent the batch, or proposed or approved what is named.
    slips: what other deposits of the same redemption are known by: the rest is often paid under the slip of the first.
    """

    payout: Payout | None = None
    funding: AccountFunding | None = None
    held: OfHolder | None = None
    acted: frozenset[str] = frozenset()
    slips: frozenset[str] = frozenset()


def resolve(line: StatementLine, said: Resolution, meant: Meant) -> Understanding:
    """What an exception was for.

    Refusals: `statement_line.state`, `statement_line.side`; `statement_line.same_person` together
    with `.amount_differs`, `.other_year`, `.other_state`, `.names_another` or `.names_neither`.
    """
    if line.state is not StatementLineState.EXCEPTION:
        raise Refusal("statement_line.state", rule="statement_line.states", numbers={"state": line.state.value})
    if said.kind in (OUT if line.amount > 0 else IN):
        raise Refusal("statement_line.side", pointer="/as", numbers={"as": said.kind.value})
    refuse_all([*_of_person(said, meant), *_of_figures(line, said.kind, meant), *_of_words(line, meant)])
    if meant.held is not None:
        return of_holder(line, meant.held, How.BY_HAND)
    return matched(line, said.kind, How.BY_HAND, payout=meant.payout, funding=meant.funding)


def _of_person(said: Resolution, meant: Meant) -> Iterator[Reason]:
    if said.by in meant.acted:
        yield Reason("statement_line.same_person", rule="four_eyes")


def _of_figures(line: StatementLine, kind: MatchKind, meant: Meant) -> Iterator[Reason]:
    if meant.payout is not None:
        judge = doubt_of_payment if kind is MatchKind.PAYOUT else doubt_of_return
        yield from _reasons(judge(line, meant.payout), line, meant.payout)
    if meant.funding is not None:
        yield from _reasons(doubt_of_funding(line, meant.funding), line, meant.funding)
    if meant.held is not None:
        yield from _reasons(escrow.doubt_of(line, meant.held), line, meant.held)


def _of_words(line: StatementLine, meant: Meant) -> Iterator[Reason]:
    """A person may add to what the line says, never say the opposite: a payout is named by reference or by payee."""
    meaning = meant.payout or meant.funding or meant.held
    told = named(line)
    if meaning is None or meaning.reference in told or (told and told <= meant.slips):
        return
    if told:
        numbers = {"named": min(told), "reference": meaning.reference}
        yield Reason("statement_line.names_another", rule="line_not_contradicted", pointer="/id", numbers=numbers)
    elif (party := _party(meant)) and compact(line.counterparty_name) != compact(party):
        yield Reason("statement_line.names_neither", rule="line_not_contradicted", pointer="/id")


def _party(meant: Meant) -> str | None:
    """By whose name a line without a reference is known; a treasury and a natural person have none that we know."""
    if meant.payout is not None:
        return meant.payout.payee_name
    return None if meant.held is None else escrow.party_of(meant.held)


def _reasons(doubt: Doubt | None, line: StatementLine, other: Payout | AccountFunding | OfHolder) -> Iterator[Reason]:
    """A doubt as a refusal, with the figures that tell a person what to look at."""
    if doubt is not None:
        numbers = {
            "doubt": doubt.value,
            "state": other.state.value,
            "amount": format_amount(other.asked if isinstance(other, Deposit) else other.amount, other.currency),
            "line_amount": format_amount(abs(line.amount), line.currency),
        }
        yield Reason(_CODES.get(doubt, "statement_line.other_state"), rule=doubt.value, pointer="/id", numbers=numbers)
