"""Speaks HTTP for looks into official registers 登记信息核查."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import status

from services.chassis.http import router
from services.chassis.ids import OrganizationId, Prefixed
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.parties.domain.register import CheckOutcome, Register, RegisterCheck
from services.registry.parties.operations import register_checks

register_checks_api = router()
PATH = "/v1/organizations/{organization_id}/register-checks"


class DifferenceView(StrictModel):
    """A field of which the record here and the register say two things."""

    field: str
    recorded: str
    registered: str


class RegisterCheckView(StrictModel):
    """A look into a register. as_of: the local day of the entry, or of the newest extract where there is none.

    extract: the import that the entry came with; null where there is none.
    """

    id: Annotated[UUID, Prefixed("rgc")]
    organization: OrganizationId
    register_name: Register
    outcome: CheckOutcome
    as_of: date
    extract: Annotated[UUID, Prefixed("imp")] | None
    differences: list[DifferenceView]
    checked_at: Instant
    checked_by: str


def view(check: RegisterCheck) -> RegisterCheckView:
    """A look as shown."""
    return RegisterCheckView(
        id=check.id,
        organization=check.organization_id,
        register_name=check.register,
        outcome=check.outcome,
        as_of=check.as_of,
        extract=check.import_id,
        differences=[DifferenceView(**vars(one)) for one in check.differences],
        checked_at=check.checked_at,
        checked_by=check.checked_by,
    )


@register_checks_api.post(PATH, status_code=status.HTTP_201_CREATED, tags=["organizations"])
async def create_register_check(organization_id: OrganizationId, asked: AskedBy) -> RegisterCheckView:
    """Compare an organisation with the newest entry of its credit code in the register that keeps it."""
    return view(await register_checks.check_register(asked, organization_id))


@register_checks_api.get(PATH, tags=["organizations"])
async def list_register_checks(
    organization_id: OrganizationId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[RegisterCheckView]:
    """What looks into the register came to for an organisation, newest first."""
    found, cursor = await register_checks.list_checks(asked, organization_id, after=after, limit=limit)
    return Page(items=[view(one) for one in found], next_cursor=cursor)
