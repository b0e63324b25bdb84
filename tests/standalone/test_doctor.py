"""What the doctor finds, and what it says to do."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.standalone import doctor
from services.standalone.doctor import Finding
from services.standalone.installation import Installation, Logins
from services.standalone.settings import StandaloneSettings
from tests import databases
from tests.databases import TestServer, Urls
from tests.standalone.conftest import Command


def logins(urls: Urls) -> Logins:
    """As an installation knows them."""
    return Logins(urls.owner, {"gateway": urls.gateway, "registry": urls.registry, "voucher": urls.voucher})


async def remedies(data: Path, known: Installation | None, port: int = 0) -> dict[str, str]:
    """What is wrong, by what it is about."""
    found = await doctor.look(StandaloneSettings(data_dir=data), known, "127.0.0.1", port)
    return {finding.about: finding.remedy for finding in found if finding.remedy}


def test_a_machine_on_which_nothing_runs_is_well(innovoucher: Command) -> None:
    done = innovoucher("doctor", "--port", "0")
    assert done.returncode == 0, done.stdout
    assert "embedded server: starts and stops" in done.stdout


async def test_a_migrated_sandbox_is_well(data: Path, database_urls: Urls) -> None:
    assert await remedies(data, Installation(None, logins(database_urls), "here", data)) == {}


async def test_a_taken_port_is_named(data: Path, database_urls: Urls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = await remedies(data, Installation(None, logins(database_urls), "here", data), taken.getsockname()[1])
    assert "--port" in found["port"]


async def test_missing_migrations_are_named(data: Path, postgres_server: TestServer) -> None:
    urls = await postgres_server.clone()
    await databases.forget_migrations(urls)
    found = await remedies(data, Installation(None, logins(urls), "here", data))
    assert found == {"sandbox migrations": "run `innovoucher migrate`"}
    await postgres_server.drop(urls)


async def test_a_schema_that_is_ahead_is_well(data: Path, database_urls: Urls) -> None:
    await databases.add_a_later_migration(database_urls.owner)
    assert await remedies(data, Installation(None, logins(database_urls), "here", data)) == {}


async def test_a_sandbox_does_not_pass_for_live(data: Path, database_urls: Urls) -> None:
    assert "live database" in await remedies(data, Installation(logins(database_urls), None, "here", data))


async def test_a_service_that_logs_in_as_owner_is_named(data: Path, database_urls: Urls) -> None:
    owners = Logins(database_urls.owner, {"voucher": database_urls.owner})
    found = await remedies(data, Installation(None, owners, "here", data))
    assert found == {"sandbox login of voucher": "never log in as the owner"}


async def test_a_wrong_password_is_named(data: Path, database_urls: Urls) -> None:
    wrong = Logins(database_urls.owner, {"voucher": database_urls.voucher.replace("only-for-tests", "guessed")})
    found = await remedies(data, Installation(None, wrong, "here", data))
    assert found == {"sandbox login of voucher": "check INNOVOUCHER_VOUCHER_DATABASE_URL"}


async def test_a_database_that_does_not_answer_is_named(data: Path) -> None:
    nowhere = Logins("postgresql://x:y@127.0.0.1:1/z", {})
    assert "live database" in await remedies(data, Installation(nowhere, None, "here", data))


async def test_missing_binaries_are_named(tmp_path: Path) -> None:
    found = await doctor.look(StandaloneSettings(data_dir=tmp_path, postgres_bin=tmp_path), None, "127.0.0.1", 0)
    assert {finding.about for finding in found if finding.remedy} == {"postgresql", "embedded server"}


async def test_binaries_are_not_missed_where_the_database_is_somebody_elses(
    tmp_path: Path, database_urls: Urls
) -> None:
    given = StandaloneSettings(data_dir=tmp_path, postgres_bin=tmp_path, database_url=SecretStr(database_urls.owner))
    known = Installation(None, logins(database_urls), "there", tmp_path)
    found = await doctor.look(given, known, "127.0.0.1", 0)
    assert [finding.about for finding in found if finding.remedy] == []


async def test_secrets_that_others_can_read_are_named(tmp_path: Path, database_urls: Urls) -> None:
    leak = tmp_path / "roles.json"
    leak.touch(mode=0o644)
    found = await remedies(tmp_path, Installation(None, logins(database_urls), "here", tmp_path))
    assert found == {"secrets": f"chmod 600 '{leak}'"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "data folder" in asyncio.run(remedies(tmp_path, None))


def test_faults_are_printed_with_their_remedy() -> None:
    lines: list[str] = []
    assert not doctor.print_findings([Finding("port", "taken", "choose another")], lines.append)
    assert lines == ["fault  port: taken", "       → choose another"]
