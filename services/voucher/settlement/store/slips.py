"""Remembers bank slips: read, locked in id order, and written back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.chassis.regions import lies_in
from services.standards.holding import Kind
from services.voucher.settlement.domain.slip import BankSlip, SlipParty, SlipState
from services.voucher.settlement.store.evidence_tables import BankSlips

SLIPS = BankSlips.__table__
CHANGING = ("state", "decided_by", "decided_at", "reason")
_PLAIN = (
    "id",
    "bank",
    "serial",
    "paid_on",
    "region",
    "currency",
    "amount",
    "allocated",
    "document_id",
    "registrant_id",
    "registered_by",
    "registered_at",
    "decided_by",
    "decided_at",
    "reason",
    "client",
    "client_ref",
)


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, BankSlip]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(SLIPS).where(SLIPS.c.id.in_(ids)).order_by(SLIPS.c.id).with_for_update(key_share=True)
    return await _all(connection, statement) if ids else {}


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, BankSlip]:
    """Those of the ids that exist, not locked."""
    return await _all(connection, select(SLIPS).where(SLIPS.c.id.in_(ids))) if ids else {}


async def add(connection: AsyncConnection, slip: BankSlip) -> None:
    """Write a new slip. Refusal ``bank_slip.registered`` when this transfer stands registered, by whomever and for
    whatever: the answer does not tell; ``client_ref.taken``.
    """
    try:
        await connection.execute(insert(SLIPS).values(_row(slip)))
    except IntegrityError as error:
        if violated(error, "uq_bank_slips_slip"):
            raise Refusal("bank_slip.registered", rule="bank_slip.once", pointer="/serial") from error
        if violated(error, "uq_bank_slips_client"):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        raise


async def save(connection: AsyncConnection, slip: BankSlip) -> None:
    """Write what was decided on a locked slip; what is drawn from it is written by the allocations."""
    row = _row(slip)
    await bulk.update_all(connection, SLIPS, [{"id": slip.id, **{name: row[name] for name in CHANGING}}])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which slips to list; None means any. organization: as payer or payee; region: where the payer is."""

    organization: UUID | None = None
    region: str | None = None
    payer_id: UUID | None = None
    payee_id: UUID | None = None
    state: SlipState | None = None
    client_ref: str | None = None


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[BankSlip], str | None]:
    """A page of slips, newest first, and its next cursor."""
    columns = SLIPS.c
    statement = select(SLIPS).order_by(columns.registered_at.desc(), columns.id.desc()).limit(limit + 1)
    if wanted.organization is not None:
        mine = wanted.organization
        statement = statement.where((columns.payer_id == mine) | (columns.payee_id == mine))
    if wanted.region is not None:
        statement = statement.where(lies_in(columns.region, wanted.region))
    for name in ("payer_id", "payee_id", "state", "client_ref"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(columns[name] == value)
    if after is not None:
        statement = statement.where(tuple_(columns.registered_at, columns.id) < pages.instant_and_id(after))
    found = list((await _all(connection, statement)).values())
    return pages.cut(found, limit, lambda one: (one.registered_at.isoformat(), str(one.id)))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, BankSlip]:
    return {row["id"]: _slip(row) for row in (await connection.execute(statement)).mappings()}


def _slip(row: Mapping[str, Any]) -> BankSlip:
    return BankSlip(
        payer=SlipParty(row["payer_id"], row["payer_name"], row["payer_account"], Kind(row["payer_kind"])),
        payee=SlipParty(row["payee_id"], row["payee_name"], row["payee_account"]),
        state=SlipState(row["state"]),
        **{name: row[name] for name in _PLAIN},
    )


def _row(slip: BankSlip) -> dict[str, Any]:
    return {
        "slip_key": slip.key,
        "payer_id": slip.payer.id,
        "payer_kind": slip.payer.kind.value,
        "payer_name": slip.payer.name,
        "payer_account": slip.payer.account,
        "payee_id": slip.payee.id,
        "payee_name": slip.payee.name,
        "payee_account": slip.payee.account,
        "state": slip.state.value,
        **{name: getattr(slip, name) for name in _PLAIN},
    }
