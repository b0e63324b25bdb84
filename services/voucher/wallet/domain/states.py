"""Which states rounds and applications have, which of them are final, and how time alone changes what is shown."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from services.voucher.scheme.domain.scheme import Scheme


class RoundState(StrEnum):
    """A round. "Open" is no state: it is computed from the window."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class ListState(StrEnum):
    """A list of applications is taken until every row of it was looked at."""

    TAKEN = "taken"
    DONE = "done"


class ApplicationState(StrEnum):
    """An application, from draft to its end."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    ISSUED = "issued"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNSERVED = "unserved"


UNDER_REVIEW = frozenset({ApplicationState.IN_REVIEW, ApplicationState.RETURNED})
"""Applications that stand at a stage of the review."""

WAITING = UNDER_REVIEW | {
    ApplicationState.SUBMITTED,
    ApplicationState.REVIEWED,
    ApplicationState.APPROVED,
    ApplicationState.WAITLISTED,
}
"""Applications that allocate_until leaves unserved."""

LIVE = WAITING | {ApplicationState.DRAFT, ApplicationState.ISSUED}
"""Applications of which a party may have one in a round."""

PUBLISH, RANK, ISSUE, ACTIVATE = "round.publish", "round.rank", "round.issue", "round.activate"
RESUME, NOTICE, PRORATA, SETTLE = "round.resume", "round.notice", "round.prorata", "round.settle"
LIST, PROMISE = "list.take", "round.draw"
"""The tasks of a round's operator, one after the other."""

SAMPLE, SECOND_SAMPLE = "round.audit_sample", "round.second_review_sample"
"""The operator's tasks while applications wait for a draw that the scheme asks for."""

REVIEW, CORRECT, INSPECT = "application.review", "application.correct", "application.inspect"
"""The tasks on an application under review: a reviewer's at its stage, its holder's, an inspector's."""

DRAW, INSPECTION = "draw", "inspection"
"""The stages behind the reviewers' where a scheme has an audit sample: until it is drawn, and for who is in it."""

ROUND_AWAITS: Mapping[RoundState, str] = MappingProxyType(
    {
        RoundState.DRAFT: f"task {PUBLISH}, operator",
        RoundState.PUBLISHED: f"task {PROMISE} of a lottery and task {RANK}, operator; timer wallet.finish",
        RoundState.RUNNING: f"task {ISSUE}, operator; timer wallet.finish",
        RoundState.PAUSED: f"task {RESUME}, operator; timer wallet.finish",
        RoundState.FINISHED: f"task {SETTLE}, operator",
    }
)
"""Who or what moves each state of a round that is not final."""

APPLICATION_AWAITS: Mapping[ApplicationState, str] = MappingProxyType(
    {
        ApplicationState.DRAFT: "the holder submits or withdraws; timer wallet.finish",
        ApplicationState.SUBMITTED: f"task {RANK}, operator; timer wallet.finish",
        ApplicationState.IN_REVIEW: f"task {REVIEW}, task {INSPECT}, task {SAMPLE} or task {SECOND_SAMPLE}",
        ApplicationState.RETURNED: f"task {CORRECT}, holder; timer wallet.correction",
        ApplicationState.REVIEWED: f"task {RANK}, operator; timer wallet.finish",
        ApplicationState.APPROVED: f"task {ISSUE}, operator; timer wallet.finish",
        ApplicationState.WAITLISTED: "timer wallet.finish",
    }
)
"""The same of an application. An issued one lives on as its voucher."""

LIST_AWAITS: Mapping[ListState, str] = MappingProxyType({ListState.TAKEN: f"its job; task {LIST}, operator"})
"""The same of a list."""


def reviews(scheme: Scheme) -> bool:
    """Whether applications pass reviewers, or the draw of a sample, before anything is issued on them."""
    asks = scheme.applications
    return asks is not None and (bool(asks.review.value) or asks.audit_sample is not None)


def rankable(scheme: Scheme) -> frozenset[ApplicationState]:
    """The states from which an application is ranked or served: what was reviewed, where the scheme reviews first."""
    return frozenset({ApplicationState.REVIEWED if reviews(scheme) else ApplicationState.SUBMITTED})
