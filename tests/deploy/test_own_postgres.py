"""A PostgreSQL of one's own: the second compose file changes three things, and a URL can insist on TLS."""

import pytest

from migrations import runner
from services.chassis.database import Database
from tests.databases import Urls
from tests.deploy.compose_file import ROOT, parsed, parts_of


def test_postgres_is_not_started_nobody_waits_for_it_and_its_network_leads_outside() -> None:
    assert parsed(ROOT / "deploy" / "own-postgres.yml") == {
        "services": {
            "postgres": {"profiles": ["unused"]},
            "migrate": {"depends_on": {"postgres": {"condition": "service_healthy", "required": False}}},
        },
        "networks": {"data": {"internal": False}},
    }


def test_migrate_alone_waits_for_postgres_and_whoever_needs_the_database_is_on_that_network() -> None:
    parts = {name: part for name, part in parts_of(parsed()).items() if name != "postgres"}
    assert [name for name, part in parts.items() if "postgres" in part.needs] == ["migrate"]
    assert [name for name, part in parts.items() if "data" not in part.networks] == []


async def test_a_url_that_insists_on_tls_reaches_no_server_without(database_urls: Urls) -> None:
    with pytest.raises(ConnectionError, match="SSL"):
        async with runner.connected(f"{database_urls.owner}?ssl=require"):
            pass
    database = Database(f"{database_urls.voucher}?ssl=require", "voucher")
    with pytest.raises(ConnectionError, match="SSL"):
        async with database.read():
            pass
    await database.dispose()
