"""Answers whether two organisations are related on a date, and how."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis.clock import business_now
from services.chassis.refusals import NotFound
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document, day_document
from services.registry.catalogue.domain.names import shown
from services.registry.parties.domain.relation import Relation, Step, relations
from services.registry.parties.store import organizations
from services.registry.parties.store import relations as store
from services.standards.shareholding import SHARE_LEAST


async def read_relations(asked: Asked, a: UUID, b: UUID, *, on: date | None) -> Document:
    """Tell every way in which two organisations are related on a local date, today where none is given.

    Whoever may see one of the two may ask, as for a link between them: what is told beside them are shareholders, whom
    the business register shows to everybody. That the same persons stand on both sides is in sealed records, and told
    only to whom the house trusts with one of the two. NotFound ``organization.unknown``; Refusal ``relation.too_wide``.
    """
    async with asked.database.read() as connection:
        ends = await organizations.read(connection, [a, b])
        if not {a, b} <= ends.keys():
            raise NotFound("organization.unknown")
        asked.must_see("organization.unknown", *ends.values())
        day = on or asked.day_of(await business_now(connection))
        known = await store.known(connection, a, b, on=day)
        trusted = any(asked.permit.covers(region=one.region) for one in ends.values())
        found = relations(a, b, known if trusted else replace(known, persons=()), day)
    return {
        "a": shown("org", a),
        "b": shown("org", b),
        "on": day_document(day),
        "related": bool(found),
        "share_least_basis_points": SHARE_LEAST,
        "ways": [_way(one) for one in found],
    }


def _way(relation: Relation) -> Document:
    return {
        "kind": relation.kind.value,
        "share_basis_points": relation.share,
        "through": None if relation.through is None else shown("org", relation.through),
        "derived": relation.derived,
        "steps": [_step(step) for step in relation.steps],
    }


def _step(step: Step) -> Document:
    return {
        "from": shown("org", step.from_id),
        "to": shown("org", step.to_id),
        "share_basis_points": step.share,
        "link": None if step.link_id is None else shown("rel", step.link_id),
        "document": None if step.document_id is None else shown("doc", step.document_id),
    }
