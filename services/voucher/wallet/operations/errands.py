"""Says what a job on a round was told to do: in which round, in whose name, upon which request."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.idempotency import Keyed
from services.chassis.jobs import Job


@dataclass(frozen=True, slots=True)
class Errand:
    """A round, the person whose decision it is, and the request that began it."""

    round_id: UUID
    actor: str
    request_id: str

    @classmethod
    def of(cls, job: Job, **told: Any) -> Self:
        """The errand that a job carries; told: what the errands of its kind say besides."""
        request_id = job.payload["request_id"] or f"job_{job.id.hex}"
        return cls(UUID(job.payload["round_id"]), job.payload["person"], request_id, **told)


def payload(keyed: Keyed, *, permit: Permit, round_id: UUID, **told: Any) -> dict[str, Any]:
    """The same as it is kept with the job, which any operator of the bureau may look after."""
    return {
        "round_id": str(round_id),
        "bureau": permit.caller.bureau,
        "person": permit.caller.person,
        "request_id": keyed.attempt.request_id,
        **told,
    }
