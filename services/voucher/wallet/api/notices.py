"""Speaks HTTP for the notices on a round: proposed by one operator, published by another, read by everybody."""

from typing import Annotated

from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Day, Instant, Line, Prose, StrictModel
from services.voucher.wallet.api.names import NoticeId, PlannedDay, RoundId
from services.voucher.wallet.domain.notice import Notice, NoticeKind, NoticeState
from services.voucher.wallet.operations import notices
from services.voucher.wallet.operations.notices import Asked

routes = router()


class NewNotice(StrictModel):
    """What a notice does and why, in both languages.

    pause and resume set no date. extend sets a later `closes_at` or `allocate_until`; repeat sets a new window,
    `opens_at` and `closes_at`, and a later `allocate_until` where it needs one.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "extend",
                    "document": "江工信〔2020〕70号",
                    "text_zh": "因系统维护，申领时间延长一小时。",
                    "text_en": "Applications are taken for one more hour because of maintenance.",
                    "closes_at": "2020-09-15T09:00:00Z",
                }
            ]
        }
    )

    kind: NoticeKind
    document: Line
    text_zh: Prose
    text_en: Prose
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    allocate_until: PlannedDay | None = None


class NoticeView(StrictModel):
    """A notice. closes_at: the first instant at which applications are no longer taken."""

    id: NoticeId
    round_id: RoundId
    kind: NoticeKind
    document: str
    text_zh: str
    text_en: str
    opens_at: Instant | None
    closes_at: Instant | None
    allocate_until: Day | None
    state: NoticeState
    proposed_at: Instant
    decided_at: Instant | None


class NoticesView(StrictModel):
    """The published notices on a round, oldest first."""

    items: list[NoticeView]


def notice_view(notice: Notice) -> NoticeView:
    """A notice as shown; who is behind it stands in the audit trail."""
    return NoticeView(**{name: getattr(notice, name) for name in NoticeView.model_fields})


@routes.post("/v1/rounds/{round_id}/notices", status_code=201, response_model=NoticeView, tags=["rounds"])
async def propose_notice(
    round_id: RoundId, body: NewNotice, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(notice_view)]
) -> Response:
    """Propose that the round pauses, resumes, takes applications longer or again; another person publishes it."""
    asked = Asked(**{name: getattr(body, name) for name in NewNotice.model_fields})
    return answered(await notices.propose(db, keyed, permit=permit, round_id=round_id, asked=asked))


@routes.post("/v1/rounds/{round_id}/notices/{notice_id}/publish", response_model=NoticeView, tags=["rounds"])
async def publish_notice(
    round_id: RoundId,
    notice_id: NoticeId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(notice_view, status=200)],
) -> Response:
    """Publish a notice that another person proposed; it holds from this instant."""
    return answered(await notices.publish(db, keyed, permit=permit, round_id=round_id, notice_id=notice_id))


@routes.post("/v1/rounds/{round_id}/notices/{notice_id}/reject", response_model=NoticeView, tags=["rounds"])
async def reject_notice(
    round_id: RoundId,
    notice_id: NoticeId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(notice_view, status=200)],
) -> Response:
    """Reject a notice that another person proposed; nothing happens."""
    return answered(await notices.reject(db, keyed, permit=permit, round_id=round_id, notice_id=notice_id))


@routes.get("/v1/rounds/{round_id}/notices", tags=["rounds"])
async def list_notices(round_id: RoundId, db: Db) -> NoticesView:
    """What was published about the round, for everybody."""
    return NoticesView(items=[notice_view(one) for one in await notices.published(db, round_id=round_id)])
