"""Speaks HTTP for `/v1/applications`: drafted, submitted by one small call, withdrawn, read by who may."""

from typing import Annotated, Any

from fastapi import Body, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis.attempts import reason_json
from services.chassis.authorisation import Permit
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import ClientRef, Instant, Money, MoneyAsked, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, Page
from services.standards.holding import Holder
from services.voucher.wallet.api.facts import FactsView, facts_view
from services.voucher.wallet.api.forms import Answers, AnswersBody, GivenAnswer
from services.voucher.wallet.api.names import EXAMPLE_ID, ApplicationId, RoundId
from services.voucher.wallet.domain.reviewing import HUNDREDTHS
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.operations import applications
from services.voucher.wallet.operations.applications import Seen
from services.voucher.wallet.store.applications import Wanted

routes = router()


class NewApplication(StrictModel):
    """What the caller's organisation asks for in a round."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "round_id": f"rnd_{EXAMPLE_ID}",
                    "amount": {"amount": "20000.00", "currency": "CNY"},
                    "client_ref": "2020-1",
                }
            ]
        }
    )

    round_id: RoundId
    amount: MoneyAsked
    client_ref: ClientRef | None = None
    answers: Answers | None = None


class ApplicationView(StrictModel):
    """An application. number: drawn at submission; rank: its place once ranked; position: on the waiting list.

    stage and due_at: where it stands in review and until when; points: what reviewers gave it, as decimal text.
    """

    id: ApplicationId
    round_id: RoundId
    holder_id: HolderId
    client_ref: str | None
    state: ApplicationState
    amount: Money
    queue_class: str | None
    number: int | None
    rank: int | None
    position: int | None
    reasons: list[dict[str, Any]]
    created_at: Instant
    submitted_at: Instant | None
    decided_at: Instant | None
    answers: dict[str, GivenAnswer]
    stage: str | None
    due_at: Instant | None
    points: str | None
    facts: FactsView | None


class ApplicationFilter(StrictModel):
    """Which applications to list."""

    round_id: RoundId | None = None
    state: ApplicationState | None = None
    client_ref: str | None = Field(default=None, max_length=64)
    after: str | None = Field(default=None, max_length=CURSOR_MAX)
    limit: int = Field(default=PAGE_DEFAULT, ge=1, le=PAGE_MAX)


def application_view(seen: Seen) -> ApplicationView:
    """An application as shown."""
    one = seen.application
    return ApplicationView(
        id=one.id,
        round_id=one.round_id,
        holder_id=Holder(one.holder_kind, one.holder_id),
        client_ref=one.client_ref,
        state=seen.state,
        amount=Money.of(one.amount, seen.round.currency),
        queue_class=one.queue_class,
        number=one.number,
        rank=one.rank,
        position=seen.position,
        reasons=[reason_json(reason) for reason in one.reasons],
        created_at=one.created_at,
        submitted_at=one.submitted_at,
        decided_at=one.decided_at,
        answers=dict(one.answers or {}),
        stage=one.stage,
        due_at=one.due_at,
        points=None if one.points is None else f"{one.points // HUNDREDTHS}.{one.points % HUNDREDTHS:02d}",
        facts=None if one.facts is None else facts_view(one.facts, seen.round.currency),
    )


@routes.post("/v1/applications", status_code=201, response_model=ApplicationView, tags=["applications"])
async def create_application(
    body: NewApplication,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(application_view, subject="round_id")],
) -> Response:
    """Make a draft, before the window opens or in it; refused with every reason at once."""
    asked = applications.Asked(body.round_id, body.amount.fen, body.amount.currency, body.client_ref, body.answers)
    return answered(await applications.draft(db, keyed, permit=permit, asked=asked))


@routes.post("/v1/applications/{application_id}/submit", response_model=ApplicationView, tags=["applications"])
async def submit_application(
    application_id: ApplicationId,
    body: Annotated[AnswersBody, Body(default_factory=AnswersBody)],
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(application_view, status=200)],
) -> Response:
    """Submit a draft inside the window, with the form filled in; the database draws its number."""
    answer = await applications.submit(db, keyed, permit=permit, application_id=application_id, answers=body.answers)
    return answered(answer)


@routes.post("/v1/applications/{application_id}/withdraw", response_model=ApplicationView, tags=["applications"])
async def withdraw_application(
    application_id: ApplicationId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(application_view, status=200)],
) -> Response:
    """Take an application back before anything was issued on it."""
    return answered(await applications.withdraw(db, keyed, permit=permit, application_id=application_id))


@routes.get("/v1/applications", tags=["applications"])
async def list_applications(
    db: Db, permit: Permitted, filters: Annotated[ApplicationFilter, Query()]
) -> Page[ApplicationView]:
    """Applications, newest first: the holder's own, of the reviewer's region, of the operator's bureau."""
    found, cursor = await applications.list_applications(
        db, permit=permit, wanted=_wanted(permit, filters), after=filters.after, limit=filters.limit
    )
    return Page(items=[application_view(seen) for seen in found], next_cursor=cursor)


@routes.get("/v1/applications/{application_id}", tags=["applications"])
async def get_application(application_id: ApplicationId, db: Db, permit: Permitted) -> ApplicationView:
    """One application; a waiting one with its present position."""
    return application_view(await applications.read_application(db, permit=permit, application_id=application_id))


def _wanted(permit: Permit, filters: ApplicationFilter) -> Wanted:
    return Wanted(
        round_id=filters.round_id,
        state=filters.state,
        client_ref=filters.client_ref,
        within=applications.within(permit),
    )
