"""Speaks HTTP for what happens to an application in review: a reviewer's word, a correction, what was said so far."""

from typing import Annotated

from fastapi import Body
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis.documents import Document
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import Instant, Line, Prose, StrictModel
from services.voucher.wallet.api.applications import ApplicationView, application_view
from services.voucher.wallet.api.forms import AnswersBody, GivenAnswer
from services.voucher.wallet.api.names import ApplicationId
from services.voucher.wallet.domain.reviewing import Answer, Said, Word
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.operations import correcting, review_reading, reviewing
from services.voucher.wallet.operations.review_reading import Reviewed

routes = router()
ITEM = "/v1/applications/{application_id}"
POINTS_MAX = 100
RETURN: JsonDict = {"answer": "return", "words": "The plan names no laboratory."}


class ApplicationReviewBody(StrictModel):
    """A reviewer's word. reason: to refuse, one of the scheme's list; words: with every refusal and return.

    points: with the last approval, where the scheme ranks by points.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [RETURN]})

    answer: Answer
    reason: Line | None = None
    words: Prose | None = None
    points: Annotated[int, Field(strict=True, ge=0, le=POINTS_MAX)] | None = None


class SaidView(StrictModel):
    """What one reviewer said: at which stage, the how manieth time it stood there, the how manieth reviewer."""

    stage: str
    turn: int
    seat: int
    answer: Answer
    reason: str | None
    words: str | None
    points: int | None
    person: str
    at: Instant


class NamedDocument(StrictModel):
    """A document that the answers name, and the field that asked for it."""

    field: str
    document_id: DocumentId
    name: str
    media_type: str
    sha256: str


class ReviewsView(StrictModel):
    """An application in review. answers and documents: what its party gave; second_review: whether two decide blindly.

    reviews: what was said, oldest first; a first answer that waits for a second is shown to who gave it alone.
    """

    application_id: ApplicationId
    state: ApplicationState
    stage: str | None
    due_at: Instant | None
    second_review: bool
    answers: dict[str, GivenAnswer]
    documents: list[NamedDocument]
    reviews: list[SaidView]


def reviews_view(reviewed: Reviewed) -> ReviewsView:
    """What was said to an application as its reader may see it."""
    one = reviewed.case.application
    return ReviewsView(
        application_id=one.id,
        state=one.state,
        stage=one.stage,
        due_at=one.due_at,
        second_review=one.stage is not None and reviewed.case.is_blind,
        answers=dict(one.answers or {}),
        documents=[_named(field, document) for field, document in reviewed.documents.items()],
        reviews=[_said(said) for said in reviewed.said],
    )


def _named(field: str, document: Document) -> NamedDocument:
    return NamedDocument(
        field=field,
        document_id=document.id,
        name=document.name,
        media_type=document.media_type,
        sha256=document.sha256,
    )


def _said(said: Said) -> SaidView:
    return SaidView(**{name: getattr(said, name) for name in SaidView.model_fields})


@routes.post(f"{ITEM}/review", response_model=ApplicationView, tags=["applications"])
async def review_application(
    application_id: ApplicationId,
    body: ApplicationReviewBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(application_view, status=200)],
) -> Response:
    """Pass an application on, refuse it for a listed reason, return it once, or inspect a sampled one."""
    word = Word(answer=body.answer, reason=body.reason, words=body.words, points=body.points)
    answer = await reviewing.review_application(db, keyed, permit=permit, application_id=application_id, word=word)
    return answered(answer)


@routes.post(f"{ITEM}/correct", response_model=ApplicationView, tags=["applications"])
async def correct_application(
    application_id: ApplicationId,
    body: Annotated[AnswersBody, Body(default_factory=AnswersBody)],
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(application_view, status=200)],
) -> Response:
    """Answer a return: the application is back at the stage that asked, with its number."""
    answer = await correcting.correct_application(
        db, keyed, permit=permit, application_id=application_id, answers=body.answers
    )
    return answered(answer)


@routes.get(f"{ITEM}/reviews", tags=["applications"])
async def list_application_reviews(application_id: ApplicationId, db: Db, permit: Permitted) -> ReviewsView:
    """What the party gave and what reviewers said; who reviews a second time does not see the first answer."""
    return reviews_view(await review_reading.read_reviews(db, permit=permit, application_id=application_id))
