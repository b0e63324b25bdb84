"""Speaks HTTP for looks into official registers 登记信息核查."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import OrganizationId, Prefixed
from services.chassis.models import Instant, Prose, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.parties.domain.register import Acceptance, CheckOutcome, Register, RegisterCheck
from services.registry.parties.operations import register_checks

register_checks_api = router()
PATH = "/v1/organizations/{organization_id}/register-checks"


RegisterCheckId = Annotated[UUID, Prefixed("rgc")]


class NewAcceptance(StrictModel):
    """Why record and register may rightly differ."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "变更登记已受理，登记机关尚未更新。"}]})

    reason: Prose


class AcceptanceView(StrictModel):
    """Why what a look found may differ, and who says so."""

    reason: str
    accepted_at: Instant
    accepted_by: str


class DifferenceView(StrictModel):
    """A field of which the record here and the register say two things."""

    field: str
    recorded: str
    registered: str


class RegisterCheckView(StrictModel):
    """A look into a register. as_of: the local day of the entry, or of the newest extract where there is none.

    extract: the import that the entry came with; null where there is none. acceptance: null while nobody accepted it.
    """

    id: RegisterCheckId
    organization: OrganizationId
    register_name: Register
    outcome: CheckOutcome
    as_of: date
    extract: Annotated[UUID, Prefixed("imp")] | None
    differences: list[DifferenceView]
    checked_at: Instant
    checked_by: str
    acceptance: AcceptanceView | None


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
        acceptance=None if check.acceptance is None else _acceptance(check.acceptance),
    )


def _acceptance(of: Acceptance) -> AcceptanceView:
    return AcceptanceView(reason=of.reason, accepted_at=of.accepted_at, accepted_by=of.accepted_by)


@register_checks_api.post(PATH, status_code=status.HTTP_201_CREATED, tags=["organizations"])
async def create_register_check(organization_id: OrganizationId, asked: AskedBy) -> RegisterCheckView:
    """Compare an organisation with the newest entry of its credit code in the register that keeps it."""
    return view(await register_checks.check_register(asked, organization_id))


@register_checks_api.post(f"{PATH}/{{check_id}}/accept", tags=["organizations"])
async def accept_register_check(
    organization_id: OrganizationId, check_id: RegisterCheckId, body: NewAcceptance, asked: AskedBy
) -> RegisterCheckView:
    """Say why what the last look found may differ: the operator's task ends until a later look differs again."""
    return view(await register_checks.accept_check(asked, organization_id, check_id, reason=body.reason))


@register_checks_api.get(PATH, tags=["organizations"])
async def list_register_checks(
    organization_id: OrganizationId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[RegisterCheckView]:
    """What looks into the register came to for an organisation, newest first."""
    found, cursor = await register_checks.list_checks(asked, organization_id, after=after, limit=limit)
    return Page(items=[view(one) for one in found], next_cursor=cursor)
