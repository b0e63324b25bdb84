"""Speaks HTTP for the samples of a round: drawn by a published seed, told with everybody's place."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import Prefixed
from services.chassis.models import Instant, Line, StrictModel
from services.voucher.wallet.api.names import EXAMPLE_ID, ApplicationId, RoundId
from services.voucher.wallet.domain import draw
from services.voucher.wallet.domain.sampling import SampleKind
from services.voucher.wallet.operations import sampling
from services.voucher.wallet.operations.sampling import Asked, Drawn

routes = router()
PICKS_MAX = 1_000
SampleDrawId = Annotated[UUID, Prefixed("sdr")]


class Pick(StrictModel):
    """An application that a person names for the sample, and the risk that he sees."""

    application_id: ApplicationId
    reason: Line


class SampleAsked(StrictModel):
    """A draw: the seed, where anybody could read it, and who is named by risk beside those whom it draws."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "audit",
                    "seed": "02 09 16 21 25 31 + 07",
                    "published": "双色球第2020091期，2020-09-15，www.cwl.gov.cn",
                    "picks": [{"application_id": f"app_{EXAMPLE_ID}", "reason": "Same address as two others."}],
                }
            ]
        }
    )

    kind: SampleKind
    seed: Line
    published: Line
    picks: list[Pick] = Field(default=[], max_length=PICKS_MAX)


class SamplePlaceView(StrictModel):
    """Where a number stood in a draw; picked: by its place (seed), by a person (risk) or not. reason: the bureau's."""

    number: int
    place: int
    picked: str | None
    reason: str | None


class SampleView(StrictModel):
    """A draw. share: of the population, rounded up; order: how a seed draws; places: everybody's, to draw it again."""

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
    drawn_by: str
    drawn_at: Instant
    places: list[SamplePlaceView]


class SamplesView(StrictModel):
    """The draws of a round, oldest first."""

    items: list[SampleView]


def sample_view(drawn: Drawn) -> SampleView:
    """A draw as shown."""
    one = drawn.draw
    plain = ("id", "round_id", "kind", "seed", "published", "clause", "population", "drawn", "drawn_by", "drawn_at")
    places = [
        SamplePlaceView(
            number=place.number, place=place.place, picked=place.picked, reason=place.reason if drawn.reasons else None
        )
        for place in drawn.places
    ]
    said = {name: getattr(one, name) for name in plain}
    return SampleView(order=draw.ALGORITHM, share=str(one.share), places=places, **said)


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
    asked = Asked(body.kind, body.seed, body.published, picks)
    return answered(await sampling.draw_sample(db, keyed, permit=permit, round_id=round_id, asked=asked))


@routes.get("/v1/rounds/{round_id}/samples", tags=["rounds"])
async def list_round_samples(round_id: RoundId, db: Db, permit: Permitted) -> SamplesView:
    """The draws of a round with everybody's place, so that anybody may draw them again."""
    found = await sampling.list_samples(db, permit=permit, round_id=round_id)
    return SamplesView(items=[sample_view(one) for one in found])
