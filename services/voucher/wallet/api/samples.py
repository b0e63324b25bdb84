"""Speaks HTTP for the samples of a round: promised by one person, drawn by another, told with everybody's place."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import Prefixed
from services.chassis.models import Instant, Line, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.wallet.api.names import EXAMPLE_ID, ApplicationId, RoundId
from services.voucher.wallet.domain import draw
from services.voucher.wallet.domain.draw import Draw, Promised
from services.voucher.wallet.domain.sampling import Place, SampleKind
from services.voucher.wallet.operations import sampling
from services.voucher.wallet.operations.sampling import Asked, Drawn

routes = router()
PICKS_MAX = 1_000
DRAWS_MAX = 10
"""As many draws are told at once, since each is told with its first places."""
SampleDrawId = Annotated[UUID, Prefixed("sdr")]


class Pick(StrictModel):
    """An application that a person names for the sample, and the risk that he sees."""

    application_id: ApplicationId
    reason: Line


class SamplePromise(StrictModel):
    """What sample is promised, the SHA-256 of a secret in hexadecimal, and where the public text will be found that
    nobody knows yet. public_form: as the text will be written, each digit of it standing for any digit.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "audit",
                    "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "public_source": "中国福利彩票双色球第2020091期开奖号码，按开奖公告书写，以空格分隔",
                    "public_form": "00 00 00 00 00 00 + 00",
                }
            ]
        }
    )

    kind: SampleKind
    commitment: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$")
    public_source: Line
    public_form: Line = Field(pattern="[0-9]")


class SamplePromiseView(StrictModel):
    """A promise; turn: the how manieth draw of its kind it will be in the round."""

    round_id: RoundId
    kind: SampleKind
    turn: int
    commitment: str
    public_source: str
    public_form: str | None
    committed_at: Instant


def promise_view(promise: Draw) -> SamplePromiseView:
    """A promise as shown."""
    plain = ("round_id", "turn", "commitment", "public_source", "public_form", "committed_at")
    return SamplePromiseView(kind=SampleKind(promise.purpose), **{name: getattr(promise, name) for name in plain})


class SampleAsked(StrictModel):
    """A draw: the secret that was promised, the public text as its source has it, and who is named by risk beside those
    whom the seed of both draws.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "audit",
                    "secret": "test",
                    "public_text": "02 09 16 21 25 31 + 07",
                    "picks": [{"application_id": f"app_{EXAMPLE_ID}", "reason": "Same address as two others."}],
                }
            ]
        }
    )

    kind: SampleKind
    secret: Line
    public_text: Line
    picks: list[Pick] = Field(default=[], max_length=PICKS_MAX)


class SamplePlaceView(StrictModel):
    """Where a number stood in a draw; picked: by its place (seed), by a person (risk) or not. reason: the bureau's."""

    number: int
    place: int
    picked: str | None
    reason: str | None


class SampleView(StrictModel):
    """A draw. share: of the population, rounded up, and of an audit also of what it asked for; order: how a seed draws;
    places: the first 200, all of them are told by themselves, to draw it again; turn: of its promise.
    """

    id: SampleDrawId
    round_id: RoundId
    kind: SampleKind
    seed: str
    published: str
    order: str
    share: str
    clause: str
    population: int
    drawn: int
    turn: int | None
    amount: Money | None
    drawn_amount: Money | None
    drawn_by: str
    drawn_at: Instant
    places: list[SamplePlaceView]
    whole: bool


def sample_view(drawn: Drawn) -> SampleView:
    """A draw as shown."""
    one = drawn.draw
    plain = (
        "id",
        "round_id",
        "kind",
        "seed",
        "published",
        "clause",
        "population",
        "drawn",
        "turn",
        "drawn_by",
        "drawn_at",
    )
    places = [_place_view(place, reasons=drawn.reasons) for place in drawn.places]
    said = {name: getattr(one, name) for name in plain}
    amount, drawn_amount = (
        None if fen is None else Money.of(fen, drawn.currency) for fen in (one.amount, one.drawn_amount)
    )
    return SampleView(
        order=draw.ALGORITHM,
        share=str(one.share),
        places=places,
        whole=drawn.whole,
        amount=amount,
        drawn_amount=drawn_amount,
        **said,
    )


def _place_view(place: Place, *, reasons: bool) -> SamplePlaceView:
    reason = place.reason if reasons else None
    return SamplePlaceView(number=place.number, place=place.place, picked=place.picked, reason=reason)


@routes.post(
    "/v1/rounds/{round_id}/samples/promise", status_code=201, response_model=SamplePromiseView, tags=["rounds"]
)
async def promise_round_sample(
    round_id: RoundId,
    body: SamplePromise,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(promise_view)],
) -> Response:
    """Promise the next draw of a sample, which another person carries out."""
    promised = Promised(body.commitment, body.public_source, body.public_form)
    made = sampling.promise_sample(db, keyed, permit=permit, round_id=round_id, kind=body.kind, promised=promised)
    return answered(await made)


@routes.post("/v1/rounds/{round_id}/samples", status_code=201, response_model=SampleView, tags=["rounds"])
async def draw_round_sample(
    round_id: RoundId,
    body: SampleAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(sample_view)],
) -> Response:
    """Draw the audit sample of those who passed the reviewers, or who is reviewed a second time, blindly."""
    picks = {pick.application_id: pick.reason for pick in body.picks}
    asked = Asked(body.kind, body.secret, body.public_text, picks)
    return answered(await sampling.draw_sample(db, keyed, permit=permit, round_id=round_id, asked=asked))


@routes.get("/v1/rounds/{round_id}/samples", tags=["rounds"])
async def list_round_samples(
    round_id: RoundId,
    db: Db,
    permit: Permitted,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=DRAWS_MAX)] = DRAWS_MAX,
) -> Page[SampleView]:
    """The draws of a round, oldest first, each with its first places."""
    place = pages.only_id(after)
    found = await sampling.list_samples(db, permit=permit, round_id=round_id, after=place, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.draw.id),))
    return Page(items=[sample_view(one) for one in items], next_cursor=cursor)


@routes.get("/v1/rounds/{round_id}/samples/{sample_draw_id}/places", tags=["rounds"])
async def list_sample_places(
    round_id: RoundId,
    sample_draw_id: SampleDrawId,
    db: Db,
    permit: Permitted,
    after: After = None,
    limit: Limit = pages.PAGE_MAX,
) -> Page[SamplePlaceView]:
    """Everybody's place in a draw, so that anybody may draw it again."""
    found, reasons = await sampling.list_places(
        db, permit=permit, round_id=round_id, draw_id=sample_draw_id, after=pages.only_number(after), limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda one: (str(one.place),))
    return Page(items=[_place_view(one, reasons=reasons) for one in items], next_cursor=cursor)
