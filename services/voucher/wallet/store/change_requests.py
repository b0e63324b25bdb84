"""Remembers what one person asked for on a voucher, and how another decided it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.voucher.wallet.domain.change_request import ChangeRequest, RequestKind, RequestState
from services.voucher.wallet.store.life_tables import ChangeRequests
from services.voucher.wallet.store.reach import EVERYWHERE, Within
from services.voucher.wallet.store.tables import Vouchers

REQUESTS = ChangeRequests.__table__
VOUCHERS = Vouchers.__table__
ONE_CLIENT_REF, ONE_ASKED = "uq_change_requests_client", "uq_change_requests_asked"
DECIDED = ("state", "decided_by", "decided_at", "note")


async def add(connection: AsyncConnection, request: ChangeRequest) -> None:
    """Write what is asked for. Refusals ``client_ref.taken``, ``change_request.open``."""
    try:
        await connection.execute(insert(REQUESTS).values(asdict(request)))
    except IntegrityError as error:
        if violated(error, ONE_CLIENT_REF):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        if violated(error, ONE_ASKED):
            raise Refusal("change_request.open", numbers={"kind": request.kind}) from error
        raise


async def read(connection: AsyncConnection, request_id: UUID) -> ChangeRequest:
    """One request, not locked; NotFound ``change_request.unknown``."""
    return await _one(connection, request_id, locked=False)


async def lock(connection: AsyncConnection, request_id: UUID) -> ChangeRequest:
    """One request, locked after its voucher; NotFound ``change_request.unknown``."""
    return await _one(connection, request_id, locked=True)


async def _one(connection: AsyncConnection, request_id: UUID, *, locked: bool) -> ChangeRequest:
    statement = select(REQUESTS).where(REQUESTS.c.id == request_id)
    if locked:
        statement = statement.with_for_update(key_share=True)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("change_request.unknown")
    return _request(row)


async def decide(connection: AsyncConnection, request: ChangeRequest) -> None:
    """Write the decision on a locked request."""
    decided = {name: getattr(request, name) for name in DECIDED}
    await connection.execute(update(REQUESTS).where(REQUESTS.c.id == request.id).values(decided))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests to list; None means any."""

    state: RequestState | None = None
    voucher_id: UUID | None = None
    within: Within = EVERYWHERE


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[ChangeRequest]:
    """Up to `limit` requests, newest first, made before the one given; for a holder those that he is told of."""
    statement = select(REQUESTS).order_by(REQUESTS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(REQUESTS.c.id < before)
    if not wanted.within.everywhere:
        reached = select(VOUCHERS.c.id).where(wanted.within.condition(VOUCHERS))
        statement = statement.where(REQUESTS.c.voucher_id.in_(reached))
        if wanted.within.bureau is None:
            told = (REQUESTS.c.kind == RequestKind.EXTEND) | (REQUESTS.c.state == RequestState.GRANTED)
            statement = statement.where(told)
    for column, value in ((REQUESTS.c.state, wanted.state), (REQUESTS.c.voucher_id, wanted.voucher_id)):
        if value is not None:
            statement = statement.where(column == value)
    return [_request(row) for row in (await connection.execute(statement)).mappings()]


def _request(row: Mapping[Any, Any]) -> ChangeRequest:
    return ChangeRequest(**{**row, "kind": RequestKind(row["kind"]), "state": RequestState(row["state"])})
