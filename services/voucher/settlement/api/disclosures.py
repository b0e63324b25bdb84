"""Speaks HTTP for `/v1/disclosures`: what a treasury is about to pay, shown to everybody before it does."""

from typing import Annotated, Literal

from fastapi import Body, Depends, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import After, Page
from services.voucher.settlement.api.names import ClaimLineId, DisclosureId
from services.voucher.settlement.domain.disclosure import LINES_MAX, Disclosure, DisclosureState, Shown
from services.voucher.settlement.operations import disclosing
from services.voucher.settlement.store.disclosures import Wanted

routes = router()
Few = Annotated[int, Query(ge=1, le=20, description="Disclosures a page, 20 at the most: each is shown whole.")]


class Preparation(StrictModel):
    """Which approved lines to list; left out: those that have waited longest, of the caller's treasury."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    line_ids: list[ClaimLineId] = Field(default_factory=list, max_length=LINES_MAX)


class Publication(StrictModel):
    """The digest of the list that was read, so that nobody publishes what he has not seen."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}
    )

    digest: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$")


class ShownView(StrictModel):
    """One line: who is paid how much for serving whom."""

    position: int
    claim_line_id: ClaimLineId
    payee_name: str
    holder_name: str
    category: str
    amount: Money


class DisclosureView(StrictModel):
    """A list of approved lines; objections are taken until `closes_at`, the end of `closes_on`. No person is named."""

    id: DisclosureId
    treasury: str
    state: DisclosureState
    digest: str
    prepared_at: Instant
    published_at: Instant | None
    closes_on: Day | None
    closes_at: Instant | None
    closed_at: Instant | None
    lines: list[ShownView]


def disclosure_view(disclosure: Disclosure) -> DisclosureView:
    """A disclosure as shown."""
    same = ("id", "treasury", "state", "digest", "prepared_at", "published_at", "closes_on", "closes_at", "closed_at")
    fields = {name: getattr(disclosure, name) for name in same}
    return DisclosureView(**fields, lines=[_shown_view(line) for line in disclosure.lines])


def _shown_view(line: Shown) -> ShownView:
    return ShownView(
        position=line.position,
        claim_line_id=line.claim_line_id,
        payee_name=line.payee_name,
        holder_name=line.holder_name,
        category=line.category,
        amount=Money.of(line.amount, line.currency),
    )


async def _wanted(state: Literal["published", "closed"] | None = None, treasury: str | None = None) -> Wanted:
    return Wanted(None if state is None else DisclosureState(state), treasury)


@routes.post("/v1/disclosures", status_code=201, response_model=DisclosureView, tags=["disclosures"])
async def prepare_disclosure(
    body: Annotated[Preparation, Body(default_factory=Preparation)],
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(disclosure_view)],
) -> Response:
    """List approved lines of one's treasury with a digest; nothing is public yet."""
    return answered(await disclosing.prepare_disclosure(db, keyed, permit=permit, line_ids=body.line_ids))


@routes.get("/v1/disclosures", response_model=Page[DisclosureView], tags=["disclosures"])
async def list_disclosures(
    db: Db, wanted: Annotated[Wanted, Depends(_wanted)], after: After = None, limit: Few = 10
) -> Page[DisclosureView]:
    """List what is and was disclosed, newest first; needs no token."""
    found, cursor = await disclosing.list_disclosures(db, wanted=wanted, after=after, limit=limit)
    return Page(items=[disclosure_view(one) for one in found], next_cursor=cursor)


@routes.get("/v1/disclosures:prepared", response_model=Page[DisclosureView], tags=["disclosures"])
async def list_prepared_disclosures(
    db: Db, permit: Permitted, after: After = None, limit: Few = 10
) -> Page[DisclosureView]:
    """List what one's treasury has prepared and not published yet, newest first."""
    found, cursor = await disclosing.list_prepared(db, permit=permit, after=after, limit=limit)
    return Page(items=[disclosure_view(one) for one in found], next_cursor=cursor)


@routes.get("/v1/disclosures/{disclosure_id}", response_model=DisclosureView, tags=["disclosures"])
async def get_disclosure(disclosure_id: DisclosureId, db: Db) -> DisclosureView:
    """Show one disclosure with its lines; needs no token."""
    return disclosure_view(await disclosing.read_disclosure(db, disclosure_id=disclosure_id))


@routes.post("/v1/disclosures/{disclosure_id}/publish", response_model=DisclosureView, tags=["disclosures"])
async def publish_disclosure(
    disclosure_id: DisclosureId,
    body: Publication,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(disclosure_view, status=200)],
) -> Response:
    """Publish a prepared list by the digest it was shown with; objections are taken until its last day is over."""
    answer = await disclosing.publish_disclosure(
        db, keyed, permit=permit, disclosure_id=disclosure_id, digest=body.digest
    )
    return answered(answer)
