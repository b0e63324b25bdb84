"""Speaks HTTP for state aid: what a group may still get, and the register of what was granted, as JSON or a sheet."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field

from services.chassis.http import Db, Permitted, router
from services.chassis.ids import Prefixed, show
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.standards.money import format_amount
from services.standards.spreadsheet import XLSX, workbook, written
from services.voucher.oversight.domain.aid import Ceiling, Grant
from services.voucher.oversight.operations import aid
from services.voucher.oversight.store.aid import Wanted

routes = router()
OrganizationId = Annotated[UUID, Prefixed("org")]
RedemptionId = Annotated[UUID, Prefixed("red")]
AwardClaimId = Annotated[UUID, Prefixed("acl")]
SHEET: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
INSTRUMENT = "grant"
"""What kind of aid a voucher and an award are (Regulation (EU) 2023/2831, Article 6: aid instrument)."""
HEADINGS = (
    *("beneficiary_id", "beneficiary_name", "granted_on", "amount", "currency", "aid_instrument"),
    *("granting_authority", "regime", "scheme", "reference"),
)
"""The columns of the register (Regulation (EU) 2023/2831, Article 6)."""


class GrantFilter(StrictModel):
    """Which grants: of one regime, and granted within local days, the first and the last included."""

    regime: str | None = Field(default=None, max_length=64)
    since: Day = Field(default=date.min, alias="from")
    until: Day = date.max
    format: Literal["json", "csv", "xlsx"] = "json"
    after: After = None
    limit: Limit = PAGE_DEFAULT


class CeilingView(StrictModel):
    """A ceiling of a scheme, said by the cap or the award that `cap` names.

    What the group used in the `months` up to the date, and what is left of the limit.
    """

    regime: str
    scheme: str
    cap: str
    months: int
    limit: Money
    used: Money
    left: Money
    clause: str


class HeadroomView(StrictModel):
    """What an undertaking may still get with all that belong to it, under each ceiling."""

    organization_id: OrganizationId
    ceilings: list[CeilingView]


class GrantView(StrictModel):
    """One aid: to whom, when it was granted (a redemption authorised, an award approved), and what of it still stands.

    Either `redemption_id` or `award_claim_id` says what it was given by.
    """

    redemption_id: RedemptionId | None
    award_claim_id: AwardClaimId | None
    organization_id: OrganizationId
    uscc: str | None
    name: str | None
    granted_at: Instant
    granted_on: Day
    amount: Money
    regime: str
    scheme: str
    bureau: str


@routes.get("/v1/undertakings/{organization_id}/headroom", tags=["reports"])
async def get_aid_headroom(
    organization_id: OrganizationId,
    db: Db,
    permit: Permitted,
    on: Annotated[Day | None, Query(description="Up to which local date is counted; today if left out.")] = None,
) -> HeadroomView:
    """What state aid an undertaking and all that belong to it may still get, under each ceiling."""
    found = await aid.headroom(db, permit=permit, organization_id=organization_id, on=on)
    return HeadroomView(organization_id=organization_id, ceilings=[_ceiling_view(one) for one in found])


@routes.get("/v1/reports/state-aid", tags=["reports"], response_model=Page[GrantView], responses=SHEET)
async def list_state_aid(request: Request, db: Db, permit: Permitted, asked: Annotated[GrantFilter, Query()]) -> Any:
    """What was granted under regimes of state aid and still stands, oldest first; as a sheet for a register, too."""
    bureau = permit.bound("bureau")
    wanted = Wanted(asked.since, asked.until, asked.regime, bureau if isinstance(bureau, str) else None)
    found, cursor = await aid.list_grants(db, wanted=wanted, after=asked.after, limit=asked.limit)
    if asked.format != "json":
        return _sheet(request, found, cursor, as_=asked.format)
    return Page(items=[_grant_view(one) for one in found], next_cursor=cursor)


def _sheet(request: Request, found: list[Grant], cursor: str | None, *, as_: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="state-aid.{as_}"', "X-Content-Type-Options": "nosniff"}
    if cursor is not None:
        query = {**request.query_params, "after": cursor}
        headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    rows = [HEADINGS, *(_row(one) for one in found)]
    if as_ == "xlsx":
        return Response(workbook(rows), media_type=XLSX, headers=headers)
    return Response(written(rows).encode(), media_type="text/csv", headers=headers)


def _row(one: Grant) -> tuple[str, ...]:
    return (
        one.uscc or "",
        one.name or "",
        one.granted_on.isoformat(),
        format_amount(one.amount, one.currency),
        one.currency,
        INSTRUMENT,
        one.bureau,
        one.regime,
        one.scheme,
        _reference(one),
    )


def _reference(one: Grant) -> str:
    shown = (("red", one.redemption_id), ("acl", one.award_claim_id))
    return next(show(prefix, named) for prefix, named in shown if named is not None)


def _ceiling_view(one: Ceiling) -> CeilingView:
    currency = one.scheme.currency
    return CeilingView(
        regime=one.cap.regime,
        scheme=one.scheme.id,
        cap=one.cap.rule,
        months=one.cap.months,
        limit=Money.of(one.cap.limit, currency),
        used=Money.of(one.used, currency),
        left=Money.of(one.left, currency),
        clause=one.cap.source,
    )


def _grant_view(one: Grant) -> GrantView:
    return GrantView(
        redemption_id=one.redemption_id,
        award_claim_id=one.award_claim_id,
        organization_id=one.holder_id,
        uscc=one.uscc,
        name=one.name,
        granted_at=one.granted_at,
        granted_on=one.granted_on,
        amount=Money.of(one.amount, one.currency),
        regime=one.regime,
        scheme=one.scheme,
        bureau=one.bureau,
    )
