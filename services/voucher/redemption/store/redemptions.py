"""Remembers redemptions with their captures: read, locked in id order, and written back set-based."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    all_,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.regions import lies_in
from services.voucher.redemption.domain.redemption import (
    Capture,
    ContractIdentity,
    Measure,
    Redemption,
    State,
)
from services.voucher.redemption.domain.states import DUE
from services.voucher.redemption.store.redemption_rows import TERMS, capture_of, redemption_of, row_of, row_of_capture
from services.voucher.redemption.store.tables import Captures, Redemptions
from services.voucher.wallet.store.tables import Vouchers

REDEMPTIONS = Redemptions.__table__
CAPTURES = Captures.__table__
VOUCHERS = Vouchers.__table__
_FIXED = frozenset(
    (*TERMS, "holder_kind", "declared", "over_price", "kind", "proposed_by", "proposed_at", "client", "client_ref")
) | {f"contract_{name}" for name in ("number", "key", "signed_on", "amount", "completed_on", "tax", "lines")}

_READ = select(REDEMPTIONS).where(bulk.among(REDEMPTIONS.c.id))
_LOCK = _READ.order_by(REDEMPTIONS.c.id).with_for_update(key_share=True)
_USES = (REDEMPTIONS.c.held > 0) | (REDEMPTIONS.c.captured > REDEMPTIONS.c.refunded)
_CONTRACT = ("holder_id", "payee_id", "contract_key")
_ASKED = bulk.given(REDEMPTIONS, _CONTRACT)
_REDEEMED = bulk.Statement(
    select(REDEMPTIONS.c.id, *(REDEMPTIONS.c[name] for name in _CONTRACT)).where(
        *(REDEMPTIONS.c[name] == _ASKED.c[name] for name in _CONTRACT), _USES
    )
)


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Redemption]:
    """Those of the ids that exist, locked in id order until the transaction ends, with their captures."""
    return await _whole(connection, _LOCK, ids) if ids else {}


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Redemption]:
    """Those of the ids that exist, not locked."""
    return await _whole(connection, _READ, ids) if ids else {}


async def using(connection: AsyncConnection, voucher_id: UUID) -> list[UUID]:
    """The redemptions that hold value of a voucher, which is locked, or have it captured; not locked."""
    columns = REDEMPTIONS.c
    statement = select(columns.id).where(columns.voucher_id == voucher_id, _USES)
    return list((await connection.execute(statement)).scalars())


async def redeemed(
    connection: AsyncConnection, contracts: Collection[ContractIdentity]
) -> dict[UUID, ContractIdentity]:
    """The redemptions that hold value or have it captured for one of these contracts, as stored; not locked."""
    if not contracts:
        return {}
    asked = [dict(zip(_CONTRACT, contract, strict=True)) for contract in contracts]
    rows = await _REDEEMED.rows(connection, bulk.told(REDEMPTIONS, asked))
    return {one: (holder_id, payee_id, key) for one, holder_id, payee_id, key in rows}


async def named(connection: AsyncConnection, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the client references, each with its client, that a redemption has; not locked."""
    columns = REDEMPTIONS.c.client, REDEMPTIONS.c.client_ref
    rows = await connection.execute(select(*columns).where(tuple_(*columns).in_(names))) if names else ()
    return {(row.client, row.client_ref) for row in rows}


async def save(connection: AsyncConnection, *, new: Sequence[Redemption], changed: Sequence[Redemption]) -> None:
    """Write new and locked redemptions and their captures, whatever their number in a few statements."""
    await bulk.insert_all(connection, REDEMPTIONS, [row_of(one) for one in new])
    freed = [one for one in changed if not one.counted(Measure.TIMES)]
    # a contract is free before another redemption takes it: an index looks at every row by itself
    for some in (freed, [one for one in changed if one.counted(Measure.TIMES)]):
        moving = [{name: value for name, value in row_of(one).items() if name not in _FIXED} for one in some]
        await bulk.update_all(connection, REDEMPTIONS, moving)


async def save_captures(
    connection: AsyncConnection, *, before: Mapping[UUID, Redemption], after: Iterable[Redemption]
) -> None:
    """Write the captures that are new, and of the others what went back and which claim line they stand on."""
    known = {capture.id: capture for one in before.values() for capture in one.captures}
    pairs = [(one, capture) for one in after for capture in one.captures]
    fresh = [row_of_capture(one.id, capture) for one, capture in pairs if capture.id not in known]
    await bulk.insert_all(connection, CAPTURES, fresh)
    changed = [capture for _, capture in pairs if capture.id in known and known[capture.id] != capture]
    rows = [{"id": one.id, "refunded": one.refunded, "claim_line_id": one.claim_line_id} for one in changed]
    await bulk.update_all(connection, CAPTURES, rows)


async def claim(connection: AsyncConnection, claimed: Mapping[UUID, UUID]) -> None:
    """Write on captures, whose redemptions are locked, the claim line that now lives on each."""
    rows = [{"id": capture, "claim_line_id": line} for capture, line in sorted(claimed.items())]
    await bulk.update_all(connection, CAPTURES, rows)


async def free(connection: AsyncConnection, capture_ids: Collection[UUID], *, at: datetime) -> None:
    """Let no claim line live any more on captures whose redemptions are locked.

    What is freed when it may not be claimed again goes back as of that instant (UTC), not of an earlier one.
    """
    freed = update(CAPTURES).where(CAPTURES.c.id.in_(capture_ids))
    if capture_ids:
        until = func.greatest(CAPTURES.c.claim_by_ends, at)
        await connection.execute(freed.values(claim_line_id=None, claim_by_ends=until))


async def due(
    connection: AsyncConnection,
    *,
    states: Collection[State],
    upto: datetime | None,
    limit: int,
    without: Collection[UUID] = (),
) -> list[tuple[datetime, UUID]]:
    """Redemptions in these states whose timer falls due, at or before an instant if given, in due order; not locked.

    Each state's first ones are read by themselves, in the order of the index, however many wait in other states.
    """
    columns = REDEMPTIONS.c
    waits = columns.due_at.is_not(None) if upto is None else columns.due_at <= upto
    passed = literal(list(without), ARRAY(Uuid()))
    first = [
        select(columns.due_at, columns.id)
        .where(columns.state == state, waits, columns.id != all_(passed))
        .order_by(columns.due_at, columns.id)
        .limit(limit)
        .subquery()
        for state in states
    ]
    every = union_all(*(select(one) for one in first)).subquery()
    statement = select(every).order_by(every.c.due_at, every.c.id).limit(limit)
    return [(row.due_at, row.id) for row in await connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which redemptions to list; None means any. organization: as holder or payee; region: a prefix of its code.

    state: as of an instant, whether or not the timers due by then have run; order_id: all parts of an order.
    """

    organization: UUID | None = None
    region: str | None = None
    voucher_id: UUID | None = None
    state: State | None = None
    client_ref: str | None = None
    order_id: UUID | None = None


async def find(
    connection: AsyncConnection, wanted: Wanted, *, at: datetime, after: str | None, limit: int
) -> tuple[list[Redemption], str | None]:
    """A page of redemptions as of an instant, newest first, and its next cursor."""
    columns = REDEMPTIONS.c
    statement = select(REDEMPTIONS).order_by(columns.proposed_at.desc(), columns.id.desc()).limit(limit + 1)
    if wanted.organization is not None:
        mine = wanted.organization
        statement = statement.where((columns.holder_id == mine) | (columns.payee_id == mine))
    if wanted.region is not None:
        statement = statement.where(lies_in(columns.region, wanted.region))
    for column, value in (
        (columns.voucher_id, wanted.voucher_id),
        (_state_at(at), wanted.state),
        (columns.client_ref, wanted.client_ref),
        (columns.order_id, wanted.order_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(tuple_(columns.proposed_at, columns.id) < pages.instant_and_id(after))
    found = list((await _whole(connection, statement)).values())
    return pages.cut(found, limit, lambda one: (one.proposed_at.isoformat(), str(one.id)))


def _state_at(at: datetime) -> ColumnElement[str]:
    """`redeem.catch_up` in SQL: what time has made of each by an instant."""
    state = REDEMPTIONS.c.state
    mine = CAPTURES.c.redemption_id == REDEMPTIONS.c.id
    kept = or_(CAPTURES.c.claim_line_id.is_not(None), CAPTURES.c.claim_by_ends > at)
    stands = exists().where(mine, CAPTURES.c.amount > CAPTURES.c.refunded, kept)
    claim_by = select(VOUCHERS.c.claim_by_ends).where(VOUCHERS.c.id == REDEMPTIONS.c.voucher_id).scalar_subquery()
    over = REDEMPTIONS.c.due_at <= at
    next_state = case({before.value: after.value for before, after in DUE.items()}, value=state)
    return case(
        (and_(state == State.CAPTURED, ~stands), State.REFUNDED.value),
        (and_(state == State.DELIVERED, over, claim_by <= at), State.LAPSED.value),
        (over, next_state),
        else_=state,
    )


async def _whole(
    connection: AsyncConnection, statement: Select[Any], ids: Collection[UUID] | None = None
) -> dict[UUID, Redemption]:
    rows = (await connection.execute(statement, {"ids": list(ids)} if ids is not None else None)).mappings().all()
    captures = await _captures(connection, [row["id"] for row in rows if row["captured"]])
    return {row["id"]: redemption_of(row, captures.get(row["id"], ())) for row in rows}


async def _captures(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, tuple[Capture, ...]]:
    if not ids:
        return {}
    statement = select(CAPTURES).where(CAPTURES.c.redemption_id.in_(ids)).order_by(CAPTURES.c.number)
    found: dict[UUID, tuple[Capture, ...]] = {}
    for row in (await connection.execute(statement)).mappings():
        found[row["redemption_id"]] = (*found.get(row["redemption_id"], ()), capture_of(row))
    return found
