"""One redemption under decision: who acts, as of when, upon what; and how its next step is made."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.refusals import NotFound, Refusal
from services.standards.region import contains
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.posting import Posting, ReleaseEvent
from services.voucher.redemption.domain.orders import Actor, Verb
from services.voucher.redemption.domain.redemption import Form, Redemption, Side, State, Terms
from services.voucher.redemption.domain.states import CALLED_OFF, HOLDS, WAYS
from services.voucher.redemption.domain.tariff import Tariff, agreed
from services.voucher.redemption.domain.world import Ruling, Step, World, end_of_working_day, last_day
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher


@dataclass(frozen=True, slots=True)
class Case:
    """A redemption with the world around it. at: the instant as of which the step counts (UTC)."""

    redemption: Redemption
    world: World
    by: Actor
    side: Side
    at: datetime
    note: str | None = None

    @property
    def voucher(self) -> Voucher:
        """The voucher it draws on."""
        return self.world.voucher(self.redemption.terms.voucher_id)

    @property
    def scheme(self) -> Scheme:
        """The rules frozen on that voucher."""
        return self.world.scheme(self.voucher)

    @property
    def tariff(self) -> Tariff:
        """The rate by which it was authorised."""
        return agreed(self.world.facts.schemes, self.redemption)

    @property
    def instant(self) -> bool:
        """Whether it was redeemed at the counter, in one call."""
        return self.redemption.terms.kind is Form.INSTANT

    def step(
        self,
        event: str,
        *,
        posting: Posting | None = None,
        rulings: tuple[Ruling, ...] = (),
        document_id: UUID | None = None,
        nonce: UUID | None = None,
        **changes: Any,
    ) -> Step:
        """The transition that makes these changes; a new state starts its timer and forgets a request to void."""
        before = self.redemption
        state = changes.get("state", before.state)
        if state is not before.state or not before.steps:
            due_at = self._due(state)
            due_on = last_day(due_at, self.scheme) if due_at is not None else None
            changes |= {"void_asked_by": None, "due_at": due_at, "due_on": due_on}
        after = replace(before, steps=before.steps + 1, acted=_joined(before.acted, self.by), **changes)
        known = before if before.steps else None
        return Step(
            event,
            known,
            after,
            self.at,
            self.by,
            self.note,
            document_id,
            posting,
            rulings,
            claim_line_id=None,
            nonce=nonce,
        )

    def then(self, step: Step) -> "Case":
        """The same case once a step is taken."""
        return replace(self, redemption=step.after, world=self.world.after(step))

    def release(self, event: ReleaseEvent) -> Posting:
        """Rows 8 and 9: all that is held goes back to what is available."""
        voucher = self.voucher
        return postings.release(
            voucher_id=voucher.id, amount=self.redemption.held, funding=voucher.funding, event=event
        )

    def _due(self, state: State) -> datetime | None:
        """When a state that is entered now ends by itself; None for one that waits for a person."""
        validity, calendar = self.scheme.validity, self.world.facts.calendar
        if state is State.PROPOSED:
            lapse = end_of_working_day(self.at, validity.proposal_lapses.value, scheme=self.scheme, calendar=calendar)
            return min(lapse, self.voucher.ends_at)
        if state in HOLDS:
            # a milestone that was accepted late leaves a rest whose deadline has already passed
            return max(self.voucher.deliver_by_ends, self.at)
        if state is State.DELIVERED:
            silence = self.scheme.evidence.silence_accepts.value
            return end_of_working_day(self.at, silence, scheme=self.scheme, calendar=calendar)
        return max(self.voucher.claim_by_ends, self.at) if state is State.ACCEPTED else None


def _joined(acted: tuple[str, ...], by: Actor) -> tuple[str, ...]:
    return acted if by.person in acted else (*acted, by.person)


def side_of(by: Actor, terms: Terms) -> Side:
    """On which side somebody stands; NotFound ``redemption.unknown`` for one who has no part in it."""
    if by.region is not None and contains(by.region, terms.region):
        return Side.ARBITER
    if by.organization == terms.holder_id and "holder" in by.roles:
        return Side.HOLDER
    if by.organization == terms.payee_id and "provider" in by.roles:
        return Side.PROVIDER
    raise NotFound("redemption.unknown")


def admit(case: Case, verb: Verb) -> None:
    """Whether this side may give this order in this state. Refusal ``redemption.side`` or ``redemption.state``."""
    way = CALLED_OFF if verb is Verb.VOID and case.instant else WAYS[verb]
    if case.side not in way.sides:
        raise Refusal("redemption.side", rule=f"states.{verb}", numbers={"order": verb, "side": case.side})
    state = case.redemption.state
    if state not in way.sources:
        raise Refusal("redemption.state", rule=f"states.{verb}", numbers={"order": verb, "state": state})
