"""Speaks HTTP for `/v1/statements`: the bank's files, taken in as they are, and what disagrees in them."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import Response

from services.chassis import pages, problems
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.chassis.refusals import Reason
from services.voucher.reconciliation.api.names import PayerAccountId, StatementId
from services.voucher.reconciliation.domain.profiles import PROFILES
from services.voucher.reconciliation.domain.statement import Fault, Statement, StatementState
from services.voucher.reconciliation.operations import importing, reading
from services.voucher.reconciliation.operations.importing import Sent
from services.voucher.reconciliation.problems import PROBLEMS
from services.voucher.reconciliation.store.statements import Wanted

routes = router()
Profile = Annotated[str, Query(pattern=f"^({'|'.join(PROFILES)})$", description="How the bank lays its files out.")]
FILE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


class StatementFaultView(StrictModel):
    """One thing that disagrees: where in the file, in words, and its figures."""

    code: str
    pointer: str
    message: str
    message_zh: str
    numbers: dict[str, str | int | bool | None]


class StatementView(StrictModel):
    """A statement. lines: how many it has; added: how many were new; one that disagrees adds none and says why."""

    id: StatementId
    payer_account_id: PayerAccountId
    profile: str
    sha256: str
    from_on: Day
    until_on: Day
    opening: Money
    closing: Money
    lines: int
    added: int
    state: StatementState
    faults: list[StatementFaultView]
    imported_by: str
    imported_at: Instant


def statement_view(statement: Statement) -> StatementView:
    """A statement as shown."""
    return StatementView(
        id=statement.id,
        payer_account_id=statement.payer_account_id,
        profile=statement.profile,
        sha256=statement.sha256,
        from_on=statement.from_on,
        until_on=statement.until_on,
        opening=Money.of(statement.opening, statement.currency),
        closing=Money.of(statement.closing, statement.currency),
        lines=statement.lines,
        added=statement.added,
        state=statement.state,
        faults=[_fault_view(fault) for fault in statement.faults],
        imported_by=statement.imported_by,
        imported_at=statement.imported_at,
    )


def _fault_view(fault: Fault) -> StatementFaultView:
    said = Reason(fault.code, pointer=fault.pointer, numbers=fault.numbers)
    return StatementFaultView(
        code=fault.code,
        pointer=fault.pointer,
        message=problems.message(PROBLEMS[fault.code], said, "en"),
        message_zh=problems.message(PROBLEMS[fault.code], said, "zh-CN"),
        numbers=dict(fault.numbers),
    )


@routes.post(
    "/v1/statements", status_code=201, response_model=StatementView, openapi_extra=FILE, tags=["reconciliation"]
)
async def import_statement(
    request: Request,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(statement_view, file=True)],
    payer_account_id: PayerAccountId,
    profile: Profile,
) -> Response:
    """Take a statement in as the raw body and match its lines; the same bytes are the same statement."""
    sent = Sent(payer_account_id, profile, await request.body())
    return answered(await importing.import_statement(db, keyed, permit=permit, sent=sent))


async def _wanted(payer_account_id: PayerAccountId | None = None, state: StatementState | None = None) -> Wanted:
    return Wanted(payer_account_id, state)


@routes.get("/v1/statements", tags=["reconciliation"])
async def list_statements(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[StatementView]:
    """The statements of the caller's treasury, newest first."""
    found = await reading.list_statements(
        db, permit=permit, wanted=wanted, before=pages.only_id(after), limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda statement: (str(statement.id),))
    return Page(items=[statement_view(statement) for statement in items], next_cursor=cursor)


@routes.get("/v1/statements/{statement_id}", tags=["reconciliation"])
async def get_statement(statement_id: StatementId, db: Db, permit: Permitted) -> StatementView:
    """One statement."""
    return statement_view(await reading.read_statement(db, permit=permit, statement_id=statement_id))
