"""Speaks HTTP for `/v1/support-matches`: what was supported twice, perhaps, and what somebody found of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import Prefixed
from services.chassis.models import Instant, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.oversight.domain.support import Channel, Cleared, Match
from services.voucher.oversight.operations import support

routes = router()
EXAMPLE = "app_0190a0b1c2d37e4f8a9b0c1d2e3f4a5b"
Supported = Annotated[str, Field(max_length=64, description="`app_…` an application, or `cln_…` a claim line.")]
OrganizationId = Annotated[UUID, Prefixed("org")]


class ClearedView(StrictModel):
    """Who found, when and why, that a pair is not the same."""

    reason: str
    by: str
    at: Instant


class SupportMatchView(StrictModel):
    """Another supported thing, and by what it is alike: the strongest are paper and contract, the weakest people.

    A row of a list of what others supported (`osp_…`) has no organisation here, but the beneficiary that it names; its
    scheme is then their programme.
    """

    channel: Channel
    other: str
    scheme: str
    organization_id: OrganizationId | None
    beneficiary: str | None
    state: str
    at: Instant
    cleared: ClearedView | None


class ClearedAsked(StrictModel):
    """A pair that was looked at, and why it is not the same."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"of": EXAMPLE, "other": f"{EXAMPLE[:-1]}c", "reason": "第二年度的后续测试，合同不同。"}]
        }
    )

    of: Supported
    other: Supported
    reason: Prose


@routes.get("/v1/support-matches", tags=["reports"])
async def list_support_matches(
    db: Db,
    permit: Permitted,
    of: Annotated[Supported, Query()],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[SupportMatchView]:
    """What else was supported that is alike, here or by others, whenever and whose ever; the newest first.

    Alike by paper, contract, document, project or event, or people.
    """
    found, cursor = await support.matches(db, permit=permit, of=of, after=after, limit=limit)
    return Page(items=[_view(one) for one in found], next_cursor=cursor)


def cleared_view(cleared: Cleared) -> ClearedView:
    """What was found, as shown."""
    return ClearedView(reason=cleared.reason, by=cleared.by, at=cleared.at)


@routes.post("/v1/support-matches:clear", response_model=ClearedView, tags=["reports"])
async def clear_support_match(
    body: ClearedAsked, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(cleared_view, status=200)]
) -> Response:
    """Keep that a pair is not the same, and why; both sides tell of it from then on."""
    said = {"of": body.of, "other": body.other, "reason": body.reason}
    return answered(await support.clear(db, keyed, permit=permit, **said))


def _view(one: Match) -> SupportMatchView:
    return SupportMatchView(
        channel=one.channel,
        other=one.other,
        scheme=one.scheme,
        organization_id=one.holder_id,
        beneficiary=one.beneficiary,
        state=one.state,
        at=one.at,
        cleared=None if one.cleared is None else cleared_view(one.cleared),
    )
