"""Speaks HTTP for the services: whose tokens count no more."""

from typing import Literal

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.chassis.pages import After
from services.gateway.api.acting import AllDatabases
from services.gateway.domain.revocation import Revocation
from services.gateway.operations import revocations as operations

revocations = router()


class RevocationView(StrictModel):
    """Tokens of this subject issued up to not_after count no more; until then it matters (Unix seconds)."""

    kind: Literal["person", "subject", "session", "token"]
    subject: str
    not_after: int
    until: int


class RevocationsView(StrictModel):
    """Always with a cursor to ask again from; an entry may come twice, none is left out."""

    items: list[RevocationView]
    next_cursor: str


def revocation_view(revocation: Revocation) -> RevocationView:
    """A revocation as shown. Tokens count whole seconds, so one issued within the second of revoking falls with it."""
    return RevocationView(
        kind=revocation.kind,
        subject=revocation.subject,
        not_after=int(revocation.not_after.timestamp()),
        until=int(revocation.until.timestamp()) + 1,
    )


@revocations.get("/v1/revocations", tags=["revocations"])
async def list_revocations(databases: AllDatabases, after: After = None) -> RevocationsView:
    """What was revoked after a cursor, in the live and the sandbox database together."""
    found, cursor = await operations.list_revocations(databases, after=after)
    return RevocationsView(items=[revocation_view(one) for one in found], next_cursor=cursor)
