"""Remembers claims to awards, each behind one claim line, with the documents that prove them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.refusals import NotFound
from services.chassis.regions import lies_in
from services.standards.spelling import compared
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.store.tables import AwardClaimDocuments, AwardClaims

CLAIMS = AwardClaims.__table__
DOCUMENTS = AwardClaimDocuments.__table__
KINDS = frozenset({"level", "grade", "item", "year", "month", "category", "resource_region"})
"""The facts of an award that say of which kind it is: many have the same."""
_JSON = ("facts", "figures", "known")
_NAMES = tuple(AwardClaim.__dataclass_fields__)


async def add(connection: AsyncConnection, claim: AwardClaim) -> None:
    """Write a new claim."""
    fields = {name: getattr(claim, name) for name in _NAMES} | {name: dict(getattr(claim, name)) for name in _JSON}
    fields |= {"alike": _alike(claim)}
    row = {("on_day" if name == "on" else name): value for name, value in fields.items()}
    await connection.execute(insert(CLAIMS).values(row))


def _alike(claim: AwardClaim) -> list[str] | None:
    """By what else than its kind an award is known again in another scheme: an event, a deal, a loan."""
    named = {compared(said) for fact, said in claim.facts.items() if fact not in KINDS}
    return sorted(named - {""}) or None


async def prove(connection: AsyncConnection, claim_id: UUID, document_ids: Sequence[UUID], *, at: datetime) -> None:
    """Name documents for a claim; one that was named before stays as it is."""
    rows = [{"award_claim_id": claim_id, "document_id": one, "named_at": at} for one in document_ids]
    await bulk.insert_all(connection, DOCUMENTS, rows, unless_there=True)


async def read(connection: AsyncConnection, claim_id: UUID) -> AwardClaim:
    """One claim; NotFound ``award_claim.unknown``."""
    found = await _all(connection, select(CLAIMS).where(CLAIMS.c.id == claim_id))
    if not found:
        raise NotFound("award_claim.unknown")
    return found[0]


async def read_all(connection: AsyncConnection, claim_ids: Collection[UUID]) -> dict[UUID, AwardClaim]:
    """These claims, by their ids."""
    found = await _all(connection, select(CLAIMS).where(CLAIMS.c.id.in_(claim_ids))) if claim_ids else []
    return {one.id: one for one in found}


async def of_lines(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, AwardClaim]:
    """The claims behind those of these lines that stand on an award, by line."""
    found = await _all(connection, select(CLAIMS).where(CLAIMS.c.claim_line_id.in_(line_ids))) if line_ids else []
    return {one.claim_line_id: one for one in found}


async def documents_of(connection: AsyncConnection, claim_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The documents named for each of these claims, in the order in which they were."""
    columns = DOCUMENTS.c
    statement = select(columns.award_claim_id, columns.document_id).where(columns.award_claim_id.in_(claim_ids))
    found: dict[UUID, list[UUID]] = {claim_id: [] for claim_id in claim_ids}
    for row in await connection.execute(statement.order_by(columns.named_at, columns.document_id)):
        found[row.award_claim_id].append(row.document_id)
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims to list; None means any."""

    payee_id: UUID | None = None
    region: str | None = None
    scheme_id: str | None = None
    award: str | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[AwardClaim]:
    """Up to `limit` claims, newest first, submitted before the one given."""
    statement = select(CLAIMS).order_by(CLAIMS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(CLAIMS.c.id < before)
    if wanted.region is not None:
        statement = statement.where(lies_in(CLAIMS.c.region, wanted.region))
    for name in ("payee_id", "scheme_id", "award"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(CLAIMS.c[name] == value)
    return await _all(connection, statement)


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[AwardClaim]:
    return [_claim(row) for row in (await connection.execute(statement)).mappings()]


def _claim(row: Mapping[Any, Any]) -> AwardClaim:
    fields = {name: row["on_day" if name == "on" else name] for name in _NAMES}
    known = {word: tuple(values) for word, values in row["known"].items()}
    return AwardClaim(**{**fields, "known": known})
