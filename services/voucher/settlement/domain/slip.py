"""Decides what a bank slip is, whether it may be registered as printed, and who voids it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.calendar import local_date
from services.standards.holding import Kind
from services.standards.money import format_amount
from services.standards.printed import compact, same_name
from services.voucher.directory.domain.party import Party
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.redemption.domain.orders import Actor


class SlipState(StrEnum):
    """registered → void."""

    REGISTERED = "registered"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class SlipParty:
    """Who paid or was paid, an organisation, a team or a person, with name and account number as the bank prints them.

    name: empty where a person's account paid, whose name is not kept here.
    """

    id: UUID
    name: str
    account: str
    kind: Kind = Kind.ORGANIZATION


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipAsked:
    """A transfer as its slip prints it, amount in fen: payer is the holder, payee the provider."""

    bank: str
    serial: str
    paid_on: date
    payer: SlipParty
    payee: SlipParty
    currency: str
    amount: int
    document_id: UUID
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSlip:
    """One transfer from a holder to a provider, in fen. allocated: what claims have drawn of it; region: the payer's.

    registrant_id: which of the two registered it; decided_by, decided_at and reason: who voided it, when and why.
    """

    id: UUID
    bank: str
    serial: str
    paid_on: date
    payer: SlipParty
    payee: SlipParty
    region: str
    currency: str
    amount: int
    document_id: UUID
    state: SlipState
    registrant_id: UUID
    registered_by: str
    registered_at: datetime
    client: str
    client_ref: str | None
    allocated: int = 0
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        """What makes a transfer one and the same: its payer and the letters and digits of its serial.

        Bank, day and amount are left out: what is written a second time, with one of them changed, is no second one.
        """
        return f"{self.payer.id} {serial_key(self.serial)}"

    @property
    def left(self) -> int:
        """What claims may still draw, in fen."""
        return self.amount - self.allocated

    @property
    def last_at(self) -> datetime:
        """When it was last decided upon, or else registered (UTC)."""
        return self.decided_at or self.registered_at

    @property
    def parties(self) -> tuple[UUID, UUID]:
        """Payer and payee."""
        return self.payer.id, self.payee.id


def serial_key(serial: str) -> str:
    """The letters and digits of a serial, whatever its width, case, blanks and dashes."""
    return "".join(filter(str.isalnum, compact(serial).casefold()))


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """The two organisations as the directory knows them, and to whom the document belongs, if there is one."""

    parties: Mapping[UUID, Party]
    document_of: UUID | None


def register(asked: SlipAsked, *, facts: SlipFacts, by: Actor, slip_id: UUID, at: datetime) -> BankSlip:
    """The slip, registered by its payer as a holder or by its payee as a provider.

    Refusals ``bank_slip.not_a_party`` alone, else every one of ``bank_slip.party_unknown``, ``.third_party`` (a name
    that was not the organisation's on the day of payment), ``.same_party``, ``.same_account``, ``.serial`` (a letter
    that no bank prints), ``.paid_in_future`` and ``document.unknown``.
    """
    if not _is_party(by, asked):
        raise Refusal("bank_slip.not_a_party", rule="bank_slip.parties")
    faults = [
        *_side("payer", asked.payer, facts, asked.paid_on),
        *_side("payee", asked.payee, facts, asked.paid_on),
        *_beside(asked, facts, by, at),
    ]
    refuse_all(faults)
    return BankSlip(
        id=slip_id,
        bank=asked.bank,
        serial=asked.serial,
        paid_on=asked.paid_on,
        payer=_kept(asked.payer),
        payee=asked.payee,
        region=facts.parties[asked.payer.id].region,
        currency=asked.currency,
        amount=asked.amount,
        document_id=asked.document_id,
        state=SlipState.REGISTERED,
        registrant_id=asked.payer.id if by.organization == asked.payer.id else asked.payee.id,
        registered_by=by.person,
        registered_at=at,
        client=by.client,
        client_ref=asked.client_ref,
    )


def void(slip: BankSlip, reason: str, *, by: Actor, at: datetime) -> BankSlip:
    """The slip taken back by the organisation that registered it; its serial is free again.

    Refusals ``bank_slip.not_registrant``, ``bank_slip.state``, and ``bank_slip.allocated`` while a claim draws on it.
    """
    if by.organization != slip.registrant_id:
        raise Refusal("bank_slip.not_registrant", rule="bank_slip.void")
    if slip.state is not SlipState.REGISTERED:
        raise Refusal("bank_slip.state", rule="bank_slip.states", numbers={"state": slip.state.value})
    if slip.allocated:
        numbers = {"allocated": format_amount(slip.allocated, slip.currency)}
        raise Refusal("bank_slip.allocated", rule="bank_slip.void", numbers=numbers)
    return replace(slip, state=SlipState.VOID, decided_by=by.person, decided_at=at, reason=reason)


def _kept(payer: SlipParty) -> SlipParty:
    """A team pays from the account of one of its people, as a person does from his own."""
    return payer if payer.kind is Kind.ORGANIZATION else replace(payer, name="")


def _is_party(by: Actor, asked: SlipAsked) -> bool:
    mine = {"holder": asked.payer.id, "provider": asked.payee.id}
    return any(by.organization == mine[role] for role in by.roles & mine.keys())


def _side(side: str, printed: SlipParty, facts: SlipFacts, day: date) -> Iterator[Reason]:
    """Money that a third party paid or received proves nothing: the name printed is the organisation's own that day.

    Whose account a team's or a person's money came from, the reviewer sees on the slip.
    """
    party = facts.parties.get(printed.id)
    if party is None or party.kind is not printed.kind:
        yield Reason("bank_slip.party_unknown", "bank_slip.parties", f"/{side}/organization_id")
    elif party.kind is Kind.ORGANIZATION and not same_name(printed.name, called := party.name_on(day)):
        numbers = {"printed": printed.name, "registered": called}
        yield Reason("bank_slip.third_party", "bank_slip.parties", f"/{side}/name", numbers)


def _beside(asked: SlipAsked, facts: SlipFacts, by: Actor, at: datetime) -> Iterator[Reason]:
    """Two sides, a serial that no other letter imitates, a day that has come, and a document of the caller's own."""
    if asked.payer.id == asked.payee.id:
        yield Reason("bank_slip.same_party", "bank_slip.parties", "/payee/organization_id")
    if asked.payer.account == asked.payee.account:
        yield Reason("bank_slip.same_account", "bank_slip.parties", "/payee/account")
    if not (key := serial_key(asked.serial)) or not key.isascii():
        yield Reason("bank_slip.serial", "bank_slip.serial", "/serial")
    today = local_date(at, HOUSE_ZONE)
    if asked.paid_on > today:
        numbers = {"paid_on": asked.paid_on.isoformat(), "today": today.isoformat()}
        yield Reason("bank_slip.paid_in_future", "bank_slip.paid_on", "/paid_on", numbers)
    if facts.document_of is None or facts.document_of != by.organization:
        yield Reason("document.unknown", "bank_slip.document", "/document_id")
