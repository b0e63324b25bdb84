"""Persons and founders of before the feed told of them are told by the migration, as they would be today."""

from importlib import import_module
from typing import Any

from sqlalchemy import text

from services.chassis.database import Database
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.feed.operations.changes import read_changes
from services.registry.parties.operations.founders import record_class, record_founding
from tests.registry.parties.operations.test_founders import founding, student
from tests.registry.parties.samples import person
from tests.registry.samples import asked, document, organization


async def last_told(registry: Database) -> dict[str, dict[str, Any]]:
    """The newest document of each thing."""
    page = await read_changes(asked(registry, "list_changes", "service"), after=None, seen=None, limit=200)
    return {one.event.subject_id: one.event.data for one in page.entries if one.event.subject_kind in KINDS}


KINDS = ("organization", "person")


async def test_what_was_recorded_before_is_told_as_it_is_now(registry_db: Database, owner_url: str) -> None:
    await load_shipped(registry_db)
    one, paper, firm = await person(registry_db), await document(registry_db), await organization(registry_db)
    await record_class(asked(registry_db, "create_founder_class"), student(one, paper))
    await record_founding(asked(registry_db, "create_founding"), founding(one, paper, firm=firm))
    told, migration = await last_told(registry_db), import_module("migrations.registry.versions.0017_holders_told")
    owner = Database(owner_url, "registry")
    async with owner.begin() as connection:
        await connection.execute(text("DELETE FROM events WHERE subject_kind = 'person'"))
        await connection.execute(text("UPDATE events SET data = data - 'founders'"))
        for statement in (migration.LOCKED, migration.PERSONS, migration.FOUNDERS):
            await connection.execute(text(statement))
    await owner.dispose()
    assert await last_told(registry_db) == told
