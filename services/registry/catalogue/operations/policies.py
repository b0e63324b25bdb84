"""Keeps the policy papers that rules and decisions cite: records them, brings them into force, abolishes them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, documents, pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document, policy_document
from services.registry.catalogue.domain.policy import (
    Paper,
    Policy,
    PolicyFacts,
    PolicyStatus,
    abolish,
    policy_faults,
    promulgate,
    written,
)
from services.registry.catalogue.domain.policy_text import parse
from services.registry.catalogue.policy_papers import PAPERS, paper
from services.registry.catalogue.store import policies
from services.registry.catalogue.store.policies import PolicyFilter
from services.registry.catalogue.store.publishing import tell_policies
from services.registry.evidence import missing

SHIPPED_BY = "product"
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper that is sent: under which id, in which document, and what is said of it where its text does not."""

    id: str
    document_id: UUID
    title: str | None = None
    issuer: str | None = None
    number: str | None = None
    made: date | None = None
    published: date | None = None
    effective: date | None = None


async def load_papers(database: Database) -> int:
    """Record those shipped papers that are new; gives how many. Safe to repeat."""
    async with database.begin() as connection:
        now = await business_now(connection)
        told = []
        for name in PAPERS:
            shipped = Policy(name, paper(name).facts)
            if await policies.add(connection, shipped, paper(name).clauses, at=now, by=SHIPPED_BY):
                told.append(policy_document(shipped, paper(name).clauses))
        await tell_policies(connection, told, at=now)
    return len(told)


async def record_policy(asked: Asked, new: NewPaper) -> Document:
    """Record a paper as a draft, its clauses read from its text; what is said of it goes before what is read.

    Refusal with all faults; ``policy.text`` without a numbered clause; ``policy.duplicate``.
    """
    async with asked.database.begin() as connection:
        now = await business_now(connection)
        read = await _read(connection, asked, new.document_id)
        policy = Policy(new.id, written(_facts(new, read.facts)), new.document_id)
        refuse_all(policy_faults(policy, today=asked.day_of(now)))
        if not await policies.add(connection, policy, read.clauses, at=now, by=asked.actor):
            raise Refusal("policy.duplicate", pointer="/id", numbers={"id": new.id})
        document = policy_document(policy, read.clauses)
        await tell_policies(connection, [document], at=now)
        return document


async def promulgate_policy(asked: Asked, policy_id: str, *, version: int, facts: PolicyFacts) -> Document:
    """Bring a draft into force; NotFound ``policy.unknown``, Refusal ``edit.precondition``, ``policy.not_draft``,
    ``policy.duplicate``, or all faults of number and dates.

    facts: number and dates; title, issuer and note stay those of the paper.
    """
    async with asked.database.begin() as connection:
        policy = await _hold(connection, policy_id, version)
        now = await business_now(connection)
        known = replace(facts, title=policy.facts.title, issuer=policy.facts.issuer, note=policy.facts.note)
        return await _decided(connection, asked, promulgate(policy, known, today=asked.day_of(now)), at=now)


async def abolish_policy(asked: Asked, policy_id: str, *, version: int, on: date) -> Document:
    """Let a paper hold no longer; NotFound ``policy.unknown``, Refusal ``edit.precondition``, ``policy.abolished``."""
    async with asked.database.begin() as connection:
        policy = await _hold(connection, policy_id, version)
        now = await business_now(connection)
        return await _decided(connection, asked, abolish(policy, on, today=asked.day_of(now)), at=now)


async def read_policy(database: Database, policy_id: str, *, bureau: str | None) -> Document:
    """Show a paper with its clauses, or only those that name a bureau; NotFound ``policy.unknown``."""
    async with database.read() as connection:
        policy = await policies.read(connection, policy_id)
        if policy is None:
            raise NotFound("policy.unknown")
        told = await policies.clauses(connection, [policy_id], bureau=bureau)
    return policy_document(policy, told.get(policy_id, ()))


async def list_policies(
    database: Database, wanted: PolicyFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the papers by id, with the clauses that name the bureau asked for, and its next cursor."""
    last = None if after is None else pages.decode(after, 1)[0]
    async with database.read() as connection:
        found = await policies.find(connection, wanted, after=last, limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id,))
        told = await policies.clauses(connection, [one.id for one in page], bureau=wanted.bureau)
    return [policy_document(one, told.get(one.id, ())) for one in page], cursor


async def _read(connection: AsyncConnection, asked: Asked, document_id: UUID) -> Paper:
    """The paper in a document that the caller sent."""
    known = (await documents.known(connection, [document_id])).get(document_id)
    mine = known is not None and known.sent_by == asked.permit.caller.subject
    refuse_all(missing("document", [("/document", mine)]))
    content = await documents.content(connection, document_id)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    read = parse(text)
    if known is None or known.media_type != TEXT or not read.clauses:
        raise Refusal.of([Reason("policy.text", rule="a paper is text with numbered clauses", pointer="/document")])
    return read


def _facts(new: NewPaper, read: PolicyFacts) -> PolicyFacts:
    said = {
        name: getattr(new, name)
        for name in ("title", "issuer", "number", "made", "published", "effective")
        if getattr(new, name) is not None
    }
    return replace(read, **said, status=PolicyStatus.DRAFT)


async def _hold(connection: AsyncConnection, policy_id: str, version: int) -> Policy:
    policy = await policies.lock(connection, policy_id)
    if policy is None:
        raise NotFound("policy.unknown")
    if policy.version != version:
        raise Refusal("edit.precondition")
    return policy


async def _decided(connection: AsyncConnection, asked: Asked, policy: Policy, *, at: datetime) -> Document:
    """Write a locked paper down as changed, with whose decision it was."""
    changed = policy.changed()
    await policies.save(connection, changed)
    document = policy_document(changed, (await policies.clauses(connection, [changed.id])).get(changed.id, ()))
    decision = Decision(
        subject_kind="policy",
        subject_id=uuid5(NAMESPACE_URL, f"/v1/policies/{changed.id}"),
        kind="change_status",
        outcome=changed.facts.status.value,
        actor=asked.actor,
        at=at,
        numbers={name: document[name] for name in ("id", "number", "made", "effective", "abolished")},
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
    await tell_policies(connection, [document], at=at)
    return document
