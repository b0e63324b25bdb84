"""Speaks HTTP for the draw of a lottery: promised, carried out, and told so that anybody can compute it again."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Line, Prose, StrictModel
from services.chassis.pages import After, Limit
from services.voucher.wallet.api.names import RoundId
from services.voucher.wallet.domain.draw import ALGORITHM, Promised
from services.voucher.wallet.operations import draws
from services.voucher.wallet.operations.draws import Replaced, Seen

routes = router()


class DrawPromise(StrictModel):
    """The SHA-256 of a secret in hexadecimal, where the public text will be found that nobody knows yet, and its form.

    public_form: as the text will be written, each digit of it standing for any digit.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "public_source": "中国福利彩票双色球第2020090期开奖号码，按开奖公告书写，以空格分隔",
                    "public_form": "00 00 00 00 00 00 + 00",
                }
            ]
        }
    )

    commitment: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$")
    public_source: Prose
    public_form: Line = Field(pattern="[0-9]")


class DrawAsked(StrictModel):
    """The secret that was promised, and the public text as its source has it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"secret": "test", "public_text": "02 05 11 17 24 31 + 09"}]}
    )

    secret: Line
    public_text: Line


class DrawnNumber(StrictModel):
    """A number that took part, and the rank to which it came, null until it is ranked or when it was withdrawn."""

    number: int
    rank: int | None


class ReplacedPromise(StrictModel):
    """A promise that another person replaced before the window closed."""

    commitment: str
    public_source: str
    committed_at: Instant


class DrawView(StrictModel):
    """A draw; turn: the how manieth time the window came. replaced: the promises that were made before this one.

    commitment is the SHA-256 of secret; seed is the SHA-256 of `<secret>:<public_text>`, in hexadecimal.

    numbers are told where the draw is read, page by page.
    algorithm says in words how a seed draws the numbers; secret, public_text and seed are null until it is carried out,
    and so are the numbers that took part.
    """

    round_id: RoundId
    turn: int
    commitment: str
    public_source: str
    public_form: str | None
    committed_at: Instant
    secret: str | None
    public_text: str | None
    seed: str | None
    drawn_at: Instant | None
    algorithm: str
    replaced: list[ReplacedPromise]
    numbers: list[DrawnNumber]
    next_cursor: str | None


def draw_view(seen: Seen, *, cursor: str | None = None) -> DrawView:
    """A draw as shown."""
    draw = seen.draw
    return DrawView(
        round_id=draw.round_id,
        turn=draw.turn,
        commitment=draw.commitment,
        public_source=draw.public_source,
        public_form=draw.public_form,
        committed_at=draw.committed_at,
        secret=draw.secret,
        public_text=draw.public_text,
        seed=draw.seed,
        drawn_at=draw.drawn_at,
        algorithm=ALGORITHM,
        replaced=[_replaced_view(one) for one in seen.replaced],
        numbers=[DrawnNumber(number=one.number, rank=one.rank) for one in seen.numbers],
        next_cursor=cursor,
    )


def _replaced_view(one: Replaced) -> ReplacedPromise:
    return ReplacedPromise(commitment=one.commitment, public_source=one.public_source, committed_at=one.committed_at)


@routes.post("/v1/rounds/{round_id}/draw", status_code=201, response_model=DrawView, tags=["rounds"])
async def promise_draw(
    round_id: RoundId, body: DrawPromise, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(draw_view)]
) -> Response:
    """Promise the draw of a lottery while its window is open or still to come."""
    promised = Promised(**body.model_dump())
    return answered(await draws.promise(db, keyed, permit=permit, round_id=round_id, promised=promised))


@routes.post("/v1/rounds/{round_id}/draw/carry-out", response_model=DrawView, tags=["rounds"])
async def carry_out_draw(
    round_id: RoundId,
    body: DrawAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(draw_view, status=200)],
) -> Response:
    """Carry out, once the window is closed, the draw that another person promised; the round is then ranked by it."""
    answer = await draws.carry_out(
        db, keyed, permit=permit, round_id=round_id, secret=body.secret, public_text=body.public_text
    )
    return answered(answer)


@routes.get("/v1/rounds/{round_id}/draw", tags=["rounds"])
async def get_draw(
    round_id: RoundId,
    db: Db,
    turn: Annotated[int | None, Query(ge=1)] = None,
    after: After = None,
    limit: Limit = pages.PAGE_MAX,
) -> DrawView:
    """The draw of the last turn of the window, or of the one that is named, with everything that it takes to compute it
    again, for everybody.
    """
    behind = pages.only_number(after)
    seen = await draws.read(db, round_id=round_id, turn=turn, after=behind, limit=limit + 1)
    numbers, cursor = pages.cut(seen.numbers, limit, lambda one: (str(one.number),))
    return draw_view(replace(seen, numbers=numbers), cursor=cursor)
