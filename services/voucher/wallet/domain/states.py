"""Which states rounds and applications have, which of them are final, and how time alone changes what is shown."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RoundState(StrEnum):
    """A round. "Open" is no state: it is computed from the window."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class ListState(StrEnum):
    """A list of applications is taken until every row of it was looked at."""

    TAKEN = "taken"
    DONE = "done"


class ApplicationState(StrEnum):
    """An application, from draft to its end."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNSERVED = "unserved"


WAITING = frozenset({ApplicationState.SUBMITTED, ApplicationState.APPROVED, ApplicationState.WAITLISTED})
"""Applications that allocate_until leaves unserved."""

LIVE = WAITING | {ApplicationState.DRAFT, ApplicationState.ISSUED}
"""Applications of which a party may have one in a round."""

PUBLISH, RANK, ISSUE, ACTIVATE = "round.publish", "round.rank", "round.issue", "round.activate"
RESUME, NOTICE, PRORATA = "round.resume", "round.notice", "round.prorata"
LIST = "list.take"
"""The tasks of a round's operator, one after the other."""

ROUND_AWAITS: Mapping[RoundState, str] = MappingProxyType(
    {
        RoundState.DRAFT: f"task {PUBLISH}, operator",
        RoundState.PUBLISHED: f"task {RANK}, operator; timer wallet.finish",
        RoundState.RUNNING: f"task {ISSUE}, operator; timer wallet.finish",
        RoundState.PAUSED: f"task {RESUME}, operator; timer wallet.finish",
    }
)
"""Who or what moves each state of a round that is not final."""

APPLICATION_AWAITS: Mapping[ApplicationState, str] = MappingProxyType(
    {
        ApplicationState.DRAFT: "the holder submits or withdraws; timer wallet.finish",
        ApplicationState.SUBMITTED: f"task {RANK}, operator; timer wallet.finish",
        ApplicationState.APPROVED: f"task {ISSUE}, operator; timer wallet.finish",
        ApplicationState.WAITLISTED: "timer wallet.finish",
    }
)
"""The same of an application. An issued one lives on as its voucher."""

LIST_AWAITS: Mapping[ListState, str] = MappingProxyType({ListState.TAKEN: f"its job; task {LIST}, operator"})
"""The same of a list."""
