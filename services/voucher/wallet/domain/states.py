"""Which states rounds and applications have, which of them are final, and how time alone changes what is shown."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RoundState(StrEnum):
    """A round. "Open" is no state: it is computed from the window."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RUNNING = "running"
    FINISHED = "finished"


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

AWAITS: Mapping[StrEnum, str] = MappingProxyType(
    {
        RoundState.DRAFT: "task round.publish, operator",
        RoundState.PUBLISHED: "task round.rank, operator; timer wallet.finish",
        RoundState.RUNNING: "task round.issue, operator; timer wallet.finish",
        ApplicationState.DRAFT: "the holder submits or withdraws; timer wallet.finish",
        ApplicationState.SUBMITTED: "task round.rank, operator; timer wallet.finish",
        ApplicationState.APPROVED: "task round.issue, operator; timer wallet.finish",
        ApplicationState.WAITLISTED: "timer wallet.finish",
    }
)
"""Who or what moves each state that is not final. An issued application lives on as its voucher."""
