"""Speaks HTTP for the runs that cut an over-issued round to its budget."""

from typing import Annotated

from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Line, Money, StrictModel
from services.voucher.settlement.api.names import ProrataId, RoundId
from services.voucher.settlement.domain.prorata import Run, RunState
from services.voucher.settlement.operations import proratas

routes = router()


class NewProrata(StrictModel):
    """The number of the document behind the run."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"document": "江财工〔2020〕90号"}]})

    document: Line


class ProrataView(StrictModel):
    """A run. In figures, null until it is done: the round's budget, what was approved, and what was cut of that."""

    id: ProrataId
    round_id: RoundId
    document: str
    state: RunState
    proposed_at: Instant
    decided_at: Instant | None
    budget: Money | None
    approved: Money | None
    cut: Money | None
    lines: int | None


class ProratasView(StrictModel):
    """The runs on a round, oldest first."""

    items: list[ProrataView]


def prorata_view(run: Run) -> ProrataView:
    """A run as shown."""
    figures = {name: getattr(run, name) for name in ("budget", "approved", "cut")}
    return ProrataView(
        id=run.id,
        round_id=run.round_id,
        document=run.document,
        state=run.state,
        proposed_at=run.proposed_at,
        decided_at=run.decided_at,
        lines=run.lines,
        **{name: None if fen is None else Money.of(fen, run.currency) for name, fen in figures.items()},
    )


@routes.post("/v1/rounds/{round_id}/proratas", status_code=201, response_model=ProrataView, tags=["rounds"])
async def propose_prorata(
    round_id: RoundId, body: NewProrata, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(prorata_view)]
) -> Response:
    """Propose to cut what was approved in the round to its budget, once nothing more can be approved in it."""
    return answered(await proratas.propose(db, keyed, permit=permit, round_id=round_id, document=body.document))


@routes.post("/v1/rounds/{round_id}/proratas/{prorata_id}/carry-out", response_model=ProrataView, tags=["rounds"])
async def carry_out_prorata(
    round_id: RoundId,
    prorata_id: ProrataId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(prorata_view, status=200)],
) -> Response:
    """Carry out a run that another person proposed: one factor for all lines, each floored; they may then be paid."""
    return answered(await proratas.carry_out(db, keyed, permit=permit, round_id=round_id, run_id=prorata_id))


@routes.post("/v1/rounds/{round_id}/proratas/{prorata_id}/reject", response_model=ProrataView, tags=["rounds"])
async def reject_prorata(
    round_id: RoundId,
    prorata_id: ProrataId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(prorata_view, status=200)],
) -> Response:
    """Reject a proposed run; nothing is cut."""
    return answered(await proratas.reject(db, keyed, permit=permit, round_id=round_id, run_id=prorata_id))


@routes.get("/v1/rounds/{round_id}/proratas", tags=["rounds"])
async def list_proratas(round_id: RoundId, db: Db, permit: Permitted) -> ProratasView:
    """The runs on the round, with their figures."""
    return ProratasView(items=[prorata_view(one) for one in await proratas.of_round(db, round_id=round_id)])
