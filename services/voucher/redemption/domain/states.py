"""Which orders a state takes, from whom, and who or which timer moves a state that is not final."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from services.voucher.redemption.domain.orders import Verb
from services.voucher.redemption.domain.redemption import Redemption, Side, State

PARTIES = frozenset({Side.HOLDER, Side.PROVIDER})
HOLDS = frozenset({State.AUTHORISED, State.PART_CAPTURED})
"""Value is frozen and the provider is at work."""

FINAL = frozenset({State.CAPTURED, State.REFUNDED, State.VOIDED, State.LAPSED, State.DECLINED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Way:
    """From which states an order may come, and from which sides."""

    sources: frozenset[State]
    sides: frozenset[Side]


WAYS: Mapping[Verb, Way] = MappingProxyType(
    {
        Verb.CONFIRM: Way(frozenset({State.PROPOSED}), PARTIES),
        Verb.DECLINE: Way(frozenset({State.PROPOSED}), PARTIES),
        Verb.WITHDRAW: Way(frozenset({State.PROPOSED}), PARTIES),
        Verb.DELIVER: Way(HOLDS, frozenset({Side.PROVIDER})),
        Verb.ACCEPT: Way(frozenset({State.DELIVERED}), frozenset({Side.HOLDER})),
        Verb.REWORK: Way(frozenset({State.DELIVERED}), frozenset({Side.HOLDER})),
        Verb.DISPUTE: Way(frozenset({State.DELIVERED}), frozenset({Side.HOLDER})),
        Verb.DECIDE: Way(frozenset({State.DISPUTED}), frozenset({Side.ARBITER})),
        Verb.CAPTURE: Way(frozenset({State.ACCEPTED}), frozenset({Side.PROVIDER})),
        Verb.VOID: Way(HOLDS | {State.DELIVERED}, PARTIES),
        Verb.LET_GO: Way(frozenset({State.PROPOSED}), frozenset({Side.ARBITER})),
        Verb.REFUND: Way(
            frozenset({State.PART_CAPTURED, State.CAPTURED, State.VOIDED, State.LAPSED}), frozenset({Side.PROVIDER})
        ),
    }
)

CALLED_OFF = Way(frozenset({State.CAPTURED}), frozenset({Side.PROVIDER}))
"""How an instant redemption is voided: it is captured when it begins, so that voiding it is giving it back."""

TIMERS: Mapping[State, str] = MappingProxyType(
    {
        State.PROPOSED: "proposal_lapse",
        State.AUTHORISED: "delivery_lapse",
        State.PART_CAPTURED: "delivery_lapse",
        State.DELIVERED: "silence",
        State.ACCEPTED: "capture_lapse",
    }
)
"""The timer of each state that time alone ends."""

CLAIM_LAPSE = "claim_lapse"
"""The timer of what was captured and nobody claims, whatever the state is."""

DUE: Mapping[State, State] = MappingProxyType(
    {
        State.PROPOSED: State.LAPSED,
        State.AUTHORISED: State.LAPSED,
        State.PART_CAPTURED: State.LAPSED,
        State.DELIVERED: State.ACCEPTED,
        State.ACCEPTED: State.LAPSED,
    }
)
"""Where its timer takes each of those states."""


def falls_due(redemption: Redemption) -> tuple[datetime, str] | None:
    """When (UTC) time acts next, and its timer: on the state, or on what was captured; None for never."""
    dues = [(one.claim_by_ends, CLAIM_LAPSE) for one in redemption.captures if one.refundable]
    if redemption.due_at is not None:
        dues.append((redemption.due_at, TIMERS[redemption.state]))
    return min(dues, default=None)


def is_due(redemption: Redemption, now: datetime) -> bool:
    """Whether time has acted on a redemption by an instant (UTC) though no timer has run yet."""
    due = falls_due(redemption)
    return due is not None and due[0] <= now


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose task a state is: the kind of task and the side; None for the side that did not propose."""

    task: str
    side: Side | None


OWNERS: Mapping[State, Owner] = MappingProxyType(
    {
        State.PROPOSED: Owner("redemption.confirm", None),
        State.AUTHORISED: Owner("redemption.deliver", Side.PROVIDER),
        State.PART_CAPTURED: Owner("redemption.deliver", Side.PROVIDER),
        State.DELIVERED: Owner("redemption.accept", Side.HOLDER),
        State.DISPUTED: Owner("redemption.decide", Side.ARBITER),
        State.ACCEPTED: Owner("redemption.capture", Side.PROVIDER),
    }
)
"""Who has something to do in each state that is not final."""
