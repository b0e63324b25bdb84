"""Remembers policy papers and their clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.policy import (
    Charge,
    Clause,
    ClauseLevel,
    Paragraph,
    Part,
    Policy,
    PolicyFacts,
    PolicyStatus,
    bureaus_of,
)
from services.registry.catalogue.store.tables import Policies, PolicyClauses
from services.standards.simplified import simplified

POLICIES = Policies.__table__
CLAUSES = PolicyClauses.__table__
ONE_NUMBER = "uq_policies_number"
"""The index on which a second paper of the same number fails, until the first is abolished."""

Clauses = dict[str, tuple[Clause, ...]]


@dataclass(frozen=True, slots=True)
class PolicyFilter:
    """Which papers a list shows. bureau: named by one of the clauses, in traditional or simplified characters."""

    bureau: str | None = None
    status: str | None = None


async def add(connection: AsyncConnection, policy: Policy, clauses: Sequence[Clause], *, at: datetime, by: str) -> bool:
    """Record a paper with its clauses; False when there is one of this id or, not abolished, of this number."""
    values = {**_values(policy), "title": policy.facts.title, "issuer": policy.facts.issuer, "note": policy.facts.note}
    fixed = {"id": policy.id, "document_id": policy.document_id, "recorded_at": at, "recorded_by": by}
    statement = postgresql.insert(POLICIES).values({**values, **fixed}).on_conflict_do_nothing()
    if (await connection.execute(statement.returning(POLICIES.c.id))).first() is None:
        return False
    rows = [_clause_row(policy.id, place, clause) for place, clause in enumerate(clauses, start=1)]
    await connection.execute(insert(CLAUSES).values(rows))
    return True


async def save(connection: AsyncConnection, policy: Policy) -> None:
    """Write down a locked paper as it is now; Refusal ``policy.duplicate`` when another one has its number."""
    try:
        await connection.execute(update(POLICIES).where(POLICIES.c.id == policy.id).values(_values(policy)))
    except IntegrityError as error:
        if violated(error, ONE_NUMBER):
            numbers = {"id": policy.facts.number or ""}
            raise Refusal("policy.duplicate", pointer="/number", numbers=numbers) from error
        raise


async def lock(connection: AsyncConnection, policy_id: str) -> Policy | None:
    """Lock one paper."""
    statement = select(POLICIES).where(POLICIES.c.id == policy_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _policy(row)


async def read(connection: AsyncConnection, policy_id: str) -> Policy | None:
    """One paper."""
    row = (await connection.execute(select(POLICIES).where(POLICIES.c.id == policy_id))).one_or_none()
    return None if row is None else _policy(row)


async def find(connection: AsyncConnection, wanted: PolicyFilter, *, after: str | None, limit: int) -> list[Policy]:
    """Papers by id, at most ``limit``."""
    statement = select(POLICIES).order_by(POLICIES.c.id).limit(limit)
    if wanted.bureau is not None:
        naming = select(CLAUSES.c.policy_id).where(_names(wanted.bureau))
        statement = statement.where(POLICIES.c.id.in_(naming))
    if wanted.status is not None:
        statement = statement.where(POLICIES.c.status == wanted.status)
    if after is not None:
        statement = statement.where(POLICIES.c.id > after)
    return [_policy(row) for row in await connection.execute(statement)]


async def clauses(connection: AsyncConnection, policy_ids: Sequence[str], *, bureau: str | None = None) -> Clauses:
    """The clauses of papers in the order of print, or only those that name a bureau, by paper."""
    statement = select(CLAUSES).where(CLAUSES.c.policy_id.in_(policy_ids))
    if bureau is not None:
        statement = statement.where(_names(bureau))
    rows = await connection.execute(statement.order_by(CLAUSES.c.policy_id, CLAUSES.c.place))
    grouped = groupby(rows, key=lambda row: row.policy_id)
    return {policy_id: tuple(_clause(row) for row in group) for policy_id, group in grouped}


def _names(bureau: str) -> ColumnElement[bool]:
    """Whether a clause names a bureau, whose name the index finds."""
    return CLAUSES.c.bureaus.contains([simplified(bureau)])


def _values(policy: Policy) -> dict[str, Any]:
    facts = policy.facts
    return {
        "number": facts.number,
        "made_on": facts.made,
        "published_on": facts.published,
        "effective_on": facts.effective,
        "abolished_on": policy.abolished,
        "status": facts.status.value,
        "version": policy.version,
    }


def _clause_row(policy_id: str, place: int, clause: Clause) -> dict[str, Any]:
    return {
        "policy_id": policy_id,
        "place": place,
        "id": clause.id,
        "level": clause.level.value,
        "heading": clause.heading,
        "paragraphs": [
            {"text": one.text, "bureaus": [[charge.bureau, charge.part.value] for charge in one.charges]}
            for one in clause.paragraphs
        ],
        "bureaus": [simplified(name) for name in bureaus_of([clause])],
    }


def _policy(row: Any) -> Policy:
    facts = PolicyFacts(
        title=row.title,
        issuer=row.issuer,
        number=row.number,
        made=row.made_on,
        published=row.published_on,
        effective=row.effective_on,
        status=PolicyStatus(row.status),
        note=row.note,
    )
    return Policy(row.id, facts, row.document_id, row.abolished_on, row.version)


def _clause(row: Any) -> Clause:
    paragraphs = tuple(
        Paragraph(one["text"], tuple(Charge(name, Part(part)) for name, part in one["bureaus"]))
        for one in row.paragraphs
    )
    return Clause(row.id, ClauseLevel(row.level), row.heading, paragraphs)
