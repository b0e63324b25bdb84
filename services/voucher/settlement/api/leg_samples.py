"""Speaks HTTP for samples of a round's claim lines: promised by one person, drawn by another, stopped until seen."""

from typing import Annotated

from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Line, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.settlement.api.names import ClaimLineId, LegSampleId, RoundId
from services.voucher.settlement.domain.leg_sample import LegSample, SampledLine
from services.voucher.settlement.operations import leg_sampling
from services.voucher.settlement.operations.leg_sampling import Asked
from services.voucher.wallet.domain import draw
from services.voucher.wallet.domain.draw import Draw, Promised

routes = router()
ITEMS = "/v1/rounds/{round_id}/leg-samples"


class LegSamplePromise(StrictModel):
    """The SHA-256 of a secret in hexadecimal, where the public text will be found that nobody knows yet, and its form.

    public_form: as the text will be written, each digit of it standing for any digit.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "public_source": "中国福利彩票双色球第2020121期开奖号码，按开奖公告书写，以空格分隔",
                    "public_form": "00 00 00 00 00 00 + 00",
                }
            ]
        }
    )

    commitment: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$")
    public_source: Line
    public_form: Line = Field(pattern="[0-9]")


class LegSamplePromiseView(StrictModel):
    """A promise; turn: the how manieth sample of the round it will be."""

    round_id: RoundId
    turn: int
    commitment: str
    public_source: str
    public_form: str | None
    committed_at: Instant


class LegSampleAsked(StrictModel):
    """The secret that was promised, and the public text as its source has it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"secret": "test", "public_text": "02 09 16 21 25 31 + 07"}]}
    )

    secret: Line
    public_text: Line


class LegSampleView(StrictModel):
    """A sample. share: of the lines, rounded up, and of what was approved of them; order: how its seed draws."""

    id: LegSampleId
    round_id: RoundId
    turn: int
    seed: str
    published: str
    order: str
    share: str
    clause: str
    population: int
    drawn: int
    amount: Money
    drawn_amount: Money
    drawn_by: str
    drawn_at: Instant


class LegSamplesView(StrictModel):
    """The samples of a round, oldest first."""

    items: list[LegSampleView]


class SampledLineView(StrictModel):
    """Where a line stood in a sample. number: its own, in the order of submission; picked: whether it is stopped."""

    claim_line_id: ClaimLineId
    number: int
    place: int
    picked: bool


_PROMISED, _PLACED = LegSamplePromiseView.model_fields, SampledLineView.model_fields
_PLAIN = LegSampleView.model_fields.keys() - {"order", "share", "amount", "drawn_amount"}


def promise_view(promise: Draw) -> LegSamplePromiseView:
    """A promise as shown."""
    return LegSamplePromiseView(**{name: getattr(promise, name) for name in _PROMISED})


def sample_view(sample: LegSample) -> LegSampleView:
    """A sample as shown."""
    said = {name: getattr(sample, name) for name in _PLAIN}
    amount, drawn_amount = (Money.of(fen, sample.currency) for fen in (sample.amount, sample.drawn_amount))
    return LegSampleView(
        order=draw.ALGORITHM, share=str(sample.share), amount=amount, drawn_amount=drawn_amount, **said
    )


def _place_view(place: SampledLine) -> SampledLineView:
    return SampledLineView(**{name: getattr(place, name) for name in _PLACED})


@routes.post(f"{ITEMS}/promise", status_code=201, response_model=LegSamplePromiseView, tags=["rounds"])
async def promise_leg_sample(
    round_id: RoundId,
    body: LegSamplePromise,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(promise_view)],
) -> Response:
    """Promise the next sample of claim lines, which another person draws."""
    promised = Promised(body.commitment, body.public_source, body.public_form)
    return answered(await leg_sampling.promise(db, keyed, permit=permit, round_id=round_id, promised=promised))


@routes.post(ITEMS, status_code=201, response_model=LegSampleView, tags=["rounds"])
async def draw_leg_sample(
    round_id: RoundId,
    body: LegSampleAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(sample_view)],
) -> Response:
    """Draw of all lines that may be paid and were not drawn of before; what is picked is stopped until it is lifted."""
    asked = Asked(body.secret, body.public_text)
    return answered(await leg_sampling.draw(db, keyed, permit=permit, round_id=round_id, asked=asked))


@routes.get(ITEMS, tags=["rounds"])
async def list_leg_samples(round_id: RoundId, db: Db, permit: Permitted) -> LegSamplesView:
    """The samples of a round with their seeds and figures."""
    found = await leg_sampling.list_samples(db, permit=permit, round_id=round_id)
    return LegSamplesView(items=[sample_view(one) for one in found])


@routes.get(f"{ITEMS}/{{leg_sample_id}}/lines", tags=["rounds"])
async def list_leg_sample_lines(
    round_id: RoundId,
    leg_sample_id: LegSampleId,
    db: Db,
    permit: Permitted,
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[SampledLineView]:
    """Everybody's place in one sample, so that it can be drawn again; the picked come first."""
    place = pages.only_number(after)
    found = await leg_sampling.list_places(
        db, permit=permit, round_id=round_id, sample_id=leg_sample_id, after=place, limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda one: (str(one.place),))
    return Page(items=[_place_view(one) for one in items], next_cursor=cursor)
