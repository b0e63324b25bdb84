"""Every organisation that was there before names had a history has one from its first day."""

from datetime import date
from importlib import import_module

from sqlalchemy import text

from services.chassis.database import Database
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.parties.operations.organizations import read_organization
from tests.registry.samples import asked, organization


async def test_a_name_begins_with_the_registration_or_else_with_the_recording(
    registry_db: Database, owner_url: str
) -> None:
    await load_shipped(registry_db)
    registered = await organization(registry_db, 1, registered_on=date(2018, 3, 15))
    recorded = await organization(registry_db, 2)
    owner = Database(owner_url, "registry")
    async with owner.begin() as connection:
        await connection.execute(text("DELETE FROM organization_names"))
        await connection.execute(text(import_module("migrations.registry.versions.0007_party_facts").KNOWN_NAMES))
    await owner.dispose()
    for known, since in ((registered, "2018-03-15"), (recorded, "2020-09-14")):
        (name,) = (await read_organization(asked(registry_db, "get_organization"), known))["names"]
        assert (name["from"], name["until"]) == (since, None)
