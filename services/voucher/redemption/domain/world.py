"""What an order is decided upon: the locked rows, the facts and the instant; and how a step changes it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from services.chassis.refusals import NotFound, Refusal
from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day, local_date
from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.offering import Offering
from services.voucher.directory.domain.party import Party
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.domain.posting import Posting
from services.voucher.redemption.domain.leftover import without_change
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.redemption import ContractIdentity, Measure, Redemption, State, Terms
from services.voucher.scheme.domain.scheme import Rulebook, Scheme
from services.voucher.scheme.domain.versions import Dated
from services.voucher.wallet.domain.voucher import Voucher


class NotLocked(LookupError):
    """A counter is needed that was not locked, such as when the year turned while waiting: play the orders again."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Why a step was allowed: the rule, its clause and its numbers, kept in the decision log."""

    kind: str
    outcome: str
    rule: str | None = None
    clause: str | None = None
    numbers: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One transition. event: its past participle; at: the instant as of which it counts; posting: what it moves.

    claim_line_id: the claim line whose decision it follows from, which also books that posting. nonce: of the code
    that it uses up.
    """

    event: str
    before: Redemption | None
    after: Redemption
    at: datetime
    by: Actor
    note: str | None = None
    document_id: UUID | None = None
    posting: Posting | None = None
    rulings: tuple[Ruling, ...] = ()
    claim_line_id: UUID | None = None
    nonce: UUID | None = None

    @property
    def lost(self) -> int:
        """What was held and ended without any delivery by the provider's doing, in fen: it gave up alone, or let a date
        pass. What both gave up is lost by nobody.
        """
        after, before = self.after, self.before
        ended = after.state in {State.LAPSED, State.VOIDED} and before is not None and before.state is not after.state
        asked = before is not None and before.void_asked_by is not None
        agreed = after.state is State.VOIDED and (asked or self.event == "replaced")
        return after.authorised if ended and not agreed and not after.settled else 0

    def counter_changes(self) -> dict[CounterKey, int]:
        """What each counter that the redemption uses goes up (positive) or down by."""
        before = self.before
        changes = {}
        for take in self.after.takes:
            earlier = before.counted(take.measure) if before is not None else 0
            change = self.after.counted(take.measure) - earlier
            if change:
                changes[take.key] = change
        return changes


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that an order names: the organisation it belongs to, if any, and the account that sent it."""

    organization: UUID | None
    sent_by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the directory and the schemes say. payees: provider → its organisation.

    documents and offerings: those that exist. redeemed: the redemptions, as stored, that use value for a contract the
    orders speak of; named: the client references of the orders, each with its client, that some redemption already
    has. used: the nonces of shown codes that have passed; real: real time, UTC, by which codes live, None where none
    is shown. published: by scheme all versions that are or were published, which one of them is in force on a
    day is told by their effective dates.
    """

    schemes: Mapping[UUID, Scheme]
    parties: Mapping[UUID, Party]
    payees: Mapping[UUID, UUID]
    categories: CategoryTree
    calendar: WorkingDays
    age: Age
    documents: Mapping[UUID, Evidence]
    offerings: Mapping[UUID, Offering] = field(default_factory=dict)
    redeemed: Mapping[UUID, ContractIdentity] = field(default_factory=dict)
    named: Collection[tuple[str, str]] = ()
    used: frozenset[UUID] = frozenset()
    real: datetime | None = None
    published: Mapping[str, Sequence[Dated]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """Business time and everything locked, as the orders decided so far have left it."""

    now: datetime
    facts: Facts
    vouchers: Mapping[UUID, Voucher]
    redemptions: Mapping[UUID, Redemption]
    counters: Mapping[CounterKey, Counter]

    def voucher(self, voucher_id: UUID) -> Voucher:
        """A voucher; NotFound ``voucher.unknown``."""
        try:
            return self.vouchers[voucher_id]
        except KeyError:
            raise NotFound("voucher.unknown", pointer="/voucher_id") from None

    def redemption(self, redemption_id: UUID) -> Redemption:
        """A redemption; NotFound ``redemption.unknown``."""
        try:
            return self.redemptions[redemption_id]
        except KeyError:
            raise NotFound("redemption.unknown") from None

    def redeemed(self, terms: Terms) -> UUID | None:
        """The redemption that already uses value for the contract of these terms, under whatever voucher."""
        contract, holder_id = terms.identity, terms.holder_id
        stored = {one for one, identity in self.facts.redeemed.items() if identity == contract}
        # of a large batch hardly any is the holder's, and to compare one id is far less than to compare three
        here = {
            one.id
            for one in self.redemptions.values()
            if one.terms.holder_id == holder_id and one.terms.identity == contract and one.counted(Measure.TIMES)
        }
        return min(here | (stored - self.redemptions.keys()), default=None)

    def named(self, client: str, client_ref: str | None) -> bool:
        """Whether a client has a redemption of this name already, stored or made by an earlier order."""
        if client_ref is None:
            return False
        here = any((one.client, one.client_ref) == (client, client_ref) for one in self.redemptions.values())
        return here or (client, client_ref) in self.facts.named

    def counter(self, key: CounterKey) -> Counter:
        """A locked counter; NotLocked."""
        try:
            return self.counters[key]
        except KeyError:
            raise NotLocked(str(key)) from None

    def after(self, step: Step) -> "World":
        """The world once a step is taken: redemption, voucher and counters follow its posting, its code has passed."""
        voucher_id = step.after.terms.voucher_id
        vouchers = self.vouchers
        if step.posting is not None:
            before = self.voucher(voucher_id)
            moved = without_change(before.after(step.posting, at=step.at), self.scheme(before), at=step.at)
            moved = replace(moved, lost_by_provider=before.lost_by_provider + step.lost) if step.lost else moved
            vouchers = {**vouchers, voucher_id: moved}
        counters = dict(self.counters)
        for key, change in step.counter_changes().items():
            counter = self.counter(key)
            counters[key] = counter.take(change) if change > 0 else counter.give(-change)
        redemptions = {**self.redemptions, step.after.id: step.after}
        facts = self.facts
        if step.nonce is not None:
            facts = replace(facts, used=facts.used | {step.nonce})
        return replace(self, facts=facts, vouchers=vouchers, redemptions=redemptions, counters=counters)

    def after_all(self, steps: Iterable[Step]) -> "World":
        """The world once steps are taken, one upon the other."""
        world = self
        for step in steps:
            world = world.after(step)
        return world

    def scheme(self, voucher: Voucher) -> Scheme:
        """The rules frozen on a voucher."""
        return self.facts.schemes[voucher.scheme_version_id]


def end_of_working_day(start: datetime, working_days: int, *, scheme: Rulebook, calendar: WorkingDays) -> datetime:
    """The instant at which the n-th working day after an instant's local date is over.

    Refusal ``calendar.not_loaded`` when the way leads through a year that is not loaded.
    """
    try:
        day = calendar.add(local_date(start, scheme.zone), working_days)
    except CalendarNotLoaded as missing:
        raise Refusal("calendar.not_loaded", numbers={"year": missing.year}) from missing
    return end_of_day(day, scheme.zone)


def last_day(ends: datetime, scheme: Rulebook) -> date:
    """The local date that a deadline includes, from the instant at which it is over."""
    return date.fromordinal(local_date(ends, scheme.zone).toordinal() - 1)
