"""Speaks HTTP for `/v1/statement-lines`: what the bank booked, what it was for, and who says so."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import parse, show
from services.chassis.models import Day, Instant, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.reconciliation.api.names import EXAMPLE_ID, PayerAccountId, StatementId, StatementLineId
from services.voucher.reconciliation.domain.line import Doubt, How, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.ranking import Candidate
from services.voucher.reconciliation.operations import reading, resolving
from services.voucher.reconciliation.operations.reading import Looked
from services.voucher.reconciliation.operations.resolving import Asked
from services.voucher.reconciliation.store.statement_lines import Wanted

routes = router()
ITEM = "/v1/statement-lines/{statement_line_id}"
NAMED = {
    MatchKind.PAYOUT: "pyt",
    MatchKind.RETURN: "pyt",
    MatchKind.FUNDING: "fnd",
    MatchKind.DEPOSIT: "dep",
    MatchKind.REFUND: "rfd",
}
"""What a match of each kind names; a charge and what is not ours name nothing."""


class StatementLineView(StrictModel):
    """A line of a statement; a negative amount left the account. match_id: what it was for."""

    id: StatementLineId
    payer_account_id: PayerAccountId
    statement_id: StatementId
    number: int
    booked_on: Day
    amount: Money
    counterparty_name: str
    counterparty_account: str
    bank_reference: str
    text: str
    state: StatementLineState
    exception: Doubt | None
    match_kind: MatchKind | None
    match_id: str | None
    matched_how: How | None
    matched_by: str | None
    matched_at: Instant | None


class CandidateView(StrictModel):
    """What a line may be. score: higher is likelier; fits: why; days: how far apart the two dates lie."""

    kind: MatchKind
    id: str
    reference: str
    name: str
    amount: Money
    days: int
    score: int
    fits: list[str]


class StatementLineWhole(StatementLineView):
    """A line with, while it is an exception, what it may be: the likeliest first."""

    candidates: list[CandidateView]


class Resolving(StrictModel):
    """What an exception was for. id: the payout (payout, return), funding, deposit or refund; else none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"as": "payout", "id": f"pyt_{EXAMPLE_ID}", "reason": "The bank cut the reference off."},
                {"as": "not_ours", "reason": "Meant for the account of another bureau; the bank is told."},
            ]
        }
    )

    kind: MatchKind = Field(alias="as")
    id: str | None = None
    reason: Prose

    @model_validator(mode="after")
    def _names_what_its_kind_names(self) -> Self:
        try:
            _ = self.asked
        except ValueError as error:
            raise PydanticCustomError("id_form", "{expected}", {"expected": str(error)}) from error
        return self

    @property
    def asked(self) -> Asked:
        """The same inside; ValueError when the id is not one of what the kind names."""
        prefix = NAMED.get(self.kind)
        if prefix is not None:
            return Asked(self.kind, parse(prefix, self.id or ""), self.reason)
        if self.id is not None:
            raise ValueError(f"{self.kind.value} names nothing: leave the id out")
        return Asked(self.kind, None, self.reason)


def line_view(line: StatementLine) -> StatementLineView:
    """A line as shown."""
    return StatementLineView(
        id=line.id,
        payer_account_id=line.payer_account_id,
        statement_id=line.statement_id,
        number=line.number,
        booked_on=line.booked_on,
        amount=Money.of(line.amount, line.currency),
        counterparty_name=line.counterparty_name,
        counterparty_account=line.counterparty_account,
        bank_reference=line.bank_reference,
        text=line.text,
        state=line.state,
        exception=line.exception,
        match_kind=line.match_kind,
        match_id=_shown(line.match_kind, line.match_id),
        matched_how=line.matched_how,
        matched_by=line.matched_by,
        matched_at=line.matched_at,
    )


def _shown(kind: MatchKind | None, id: UUID | None) -> str | None:
    return None if kind is None or id is None else show(NAMED[kind], id)


def _candidate_view(one: Candidate) -> CandidateView:
    return CandidateView(
        kind=one.kind,
        id=show(NAMED[one.kind], one.id),
        reference=one.reference,
        name=one.name,
        amount=Money.of(one.amount, one.currency),
        days=one.days,
        score=one.score,
        fits=list(one.fits),
    )


def _whole_view(looked: Looked) -> StatementLineWhole:
    shown = line_view(looked.line)
    fields = {name: getattr(shown, name) for name in StatementLineView.model_fields}
    return StatementLineWhole(**fields, candidates=[_candidate_view(one) for one in looked.candidates])


async def _wanted(
    payer_account_id: PayerAccountId | None = None,
    statement_id: StatementId | None = None,
    state: StatementLineState | None = None,
) -> Wanted:
    return Wanted(payer_account_id, statement_id, state)


@routes.get("/v1/statement-lines", tags=["reconciliation"])
async def list_statement_lines(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[StatementLineView]:
    """The lines of the caller's treasury, newest first."""
    found = await reading.list_lines(db, permit=permit, wanted=wanted, before=pages.only_id(after), limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda line: (str(line.id),))
    return Page(items=[line_view(line) for line in items], next_cursor=cursor)


@routes.get(ITEM, tags=["reconciliation"])
async def get_statement_line(statement_line_id: StatementLineId, db: Db, permit: Permitted) -> StatementLineWhole:
    """One line, and what it may be while it is an exception."""
    return _whole_view(await reading.read_line(db, permit=permit, line_id=statement_line_id))


@routes.post(f"{ITEM}/resolve", response_model=StatementLineView, tags=["reconciliation"])
async def resolve_statement_line(
    statement_line_id: StatementLineId,
    body: Resolving,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(line_view, status=200)],
) -> Response:
    """Say what an exception was for, as a person who neither imported it nor had a hand in what it names."""
    return answered(await resolving.resolve_line(db, keyed, permit=permit, line_id=statement_line_id, asked=body.asked))
