"""Keeps natural persons sealed: records them, shows them masked, reveals one with a reason, and erases one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.chassis.vault import Vault
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.region import region_faults
from services.registry.catalogue.store import catalogue
from services.registry.parties.domain.person import PersonFacts, person_faults, reason_faults
from services.registry.parties.store import people
from services.registry.parties.store.holding import hold_person
from services.registry.parties.store.people import NewPerson, Person
from services.registry.parties.store.publishing import tell_person

REGION = "region"
"""What a change calls where a person lives."""


async def record_person(
    asked: Asked, vault: Vault, facts: PersonFacts, *, region: str | None = None
) -> tuple[Document, bool]:
    """Record a person by his paper; gives him masked and whether he is new. region: where he says that he lives.

    The same paper again with the same facts gives the same person. Refusal with all faults, or ``people.duplicate``,
    with the id of the first to an operator only.
    """
    async with asked.database.begin() as connection:
        now = await business_now(connection)
        refuse_all([*person_faults(facts, today=asked.day_of(now)), *await _region_faults(connection, region)])
        written = facts.written()
        added = await people.add(connection, vault, NewPerson(new_id(), written, region), at=now, by=asked.actor)
        if added is not None:
            await tell_person(connection, added, at=now)
            return _document(added, written), True
        known = await people.of_paper(connection, vault, written)
        if (known.opened(vault), known.region) != (written, region):
            numbers = {"id": show("per", known.id)} if "operator" in asked.permit.caller.roles else {}
            raise Refusal("people.duplicate", pointer="/id_number", numbers=numbers)
        return _document(known, written), False


async def amend_person(
    asked: Asked, vault: Vault, person_id: UUID, *, version: int, changes: Mapping[str, Any]
) -> Document:
    """Change a person's name, phone, e-mail or region from the version that was read; another paper is another person.

    NotFound ``people.unknown``; Refusal ``people.erased``, ``edit.precondition``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        person = await hold_person(connection, person_id)
        facts = _facts(person, vault)
        if person.version != version:
            raise Refusal("edit.precondition")
        now = await business_now(connection)
        changed = replace(facts, **{name: value for name, value in changes.items() if name != REGION})
        region = changes.get(REGION, person.region)
        refuse_all([*person_faults(changed, today=asked.day_of(now)), *await _region_faults(connection, region)])
        resealed = await people.reseal(connection, vault, person, changed.written(), region=region)
        await tell_person(connection, resealed, at=now)
        await _record(connection, asked, person_id, now, kind="amend", numbers={"fields": sorted(changes)})
        return _document(resealed, changed.written())


async def read_person(asked: Asked, vault: Vault, person_id: UUID) -> Document:
    """Show a person masked, or that he is erased; NotFound ``people.unknown``."""
    async with asked.database.read() as connection:
        person = await _known(connection, person_id)
    return _document(person, person.opened(vault))


async def list_people(
    asked: Asked, vault: Vault, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of all persons, masked, in the order of their recording, and its next cursor."""
    async with asked.database.read() as connection:
        found = await people.find(connection, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [_document(one, one.opened(vault)) for one in page], cursor


async def reveal_person(asked: Asked, vault: Vault, person_id: UUID, *, reason: str) -> Document:
    """Show a person unmasked; who asked and why is kept as a decision.

    NotFound ``people.unknown``; Refusal ``people.erased``, ``people.named``.
    """
    async with asked.database.begin() as connection:
        person = await _known(connection, person_id)
        facts = _facts(person, vault)
        refuse_all(reason_faults(reason, facts))
        now = await business_now(connection)
        await _record(connection, asked, person_id, now, kind="reveal", numbers={"reason": reason})
        return _unmasked(person, facts)


async def erase_person(asked: Asked, vault: Vault, person_id: UUID, *, reason: str) -> Document:
    """Drop a person's key and what he is found by, for good; the id and what refers to it stay.

    NotFound ``people.unknown``; Refusal ``people.erased``, ``people.named``.
    """
    async with asked.database.begin() as connection:
        person = await hold_person(connection, person_id)
        refuse_all(reason_faults(reason, _facts(person, vault)))
        now = await business_now(connection)
        erased = await people.erase(connection, person, at=now)
        await tell_person(connection, erased, at=now)
        await _record(connection, asked, person_id, now, kind="erase", numbers={"reason": reason})
        return _document(erased, None)


async def _known(connection: AsyncConnection, person_id: UUID) -> Person:
    person = await people.read(connection, person_id)
    if person is None:
        raise NotFound("people.unknown")
    return person


async def _region_faults(connection: AsyncConnection, region: str | None) -> list[Reason]:
    if region is None:
        return []
    return region_faults(region, regions=await catalogue.regions(connection), pointer=f"/{REGION}")


def _facts(person: Person, vault: Vault) -> PersonFacts:
    facts = person.opened(vault)
    if facts is None:
        raise Refusal("people.erased")
    return facts


def _document(person: Person, facts: PersonFacts | None) -> Document:
    return _unmasked(person, None if facts is None else facts.masked())


def _unmasked(person: Person, facts: PersonFacts | None) -> Document:
    return {
        "id": show("per", person.id),
        "name": None if facts is None else facts.name,
        "id_kind": None if facts is None else facts.id_kind.value,
        "id_number": None if facts is None else facts.id_number,
        "phone": None if facts is None else facts.phone,
        "email": None if facts is None else facts.email,
        "region": person.region,
        "erased_at": person.erased_at,
        "version": person.version,
    }


async def _record(
    connection: AsyncConnection, asked: Asked, person_id: UUID, at: datetime, *, kind: str, numbers: Mapping[str, Any]
) -> None:
    decision = Decision(
        subject_kind="person",
        subject_id=person_id,
        kind=kind,
        outcome=kind,
        actor=asked.actor,
        at=at,
        numbers=numbers,
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
