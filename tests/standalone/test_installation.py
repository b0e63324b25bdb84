"""Which database a command works with, and what it does to one that somebody else keeps."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from migrations.schemas import SERVICES
from services.standalone import installation, provision
from services.standalone.folders import Secrets
from services.standalone.installation import Installation, Unusable
from services.standalone.settings import StandaloneSettings
from tests import databases
from tests.databases import TestServer, Urls


@pytest.fixture
def role_urls(database_urls: Urls) -> dict[str, SecretStr]:
    """Settings that give every service its own login."""
    services = ("gateway", "registry", "voucher")
    return {f"{service}_database_url": SecretStr(getattr(database_urls, service)) for service in services}


def settings(data: Path, owner: str, **more: SecretStr) -> StandaloneSettings:
    """As if these stood in the environment."""
    return StandaloneSettings.model_validate({"data_dir": data, "database_url": SecretStr(owner), **more})


def opened(given: StandaloneSettings) -> Installation:
    with installation.opened(given) as ready:
        return ready


def test_a_given_database_starts_no_server(data: Path, owner_url: str, role_urls: dict[str, SecretStr]) -> None:
    with installation.opened(settings(data, owner_url, **role_urls)) as ready:
        assert ready.main.services["voucher"] == role_urls["voucher_database_url"].get_secret_value()
    assert not (data / "postgres").exists()


def test_a_given_sandbox_stays_one_whatever_is_asked(
    data: Path, owner_url: str, role_urls: dict[str, SecretStr]
) -> None:
    with installation.opened(settings(data, owner_url, **role_urls), live=True) as ready:
        assert not ready.is_live


def test_roles_made_elsewhere_keep_their_passwords(data: Path, owner_url: str) -> None:
    with (
        pytest.raises(Unusable, match="INNOVOUCHER_GATEWAY_DATABASE_URL"),
        installation.opened(settings(data, owner_url)),
    ):
        pass


async def test_a_new_database_of_somebody_elses_is_live(postgres_server: TestServer) -> None:
    urls = await postgres_server.empty()
    await provision.prepare(urls.owner, databases.PASSWORDS)
    assert await installation.clock_mode(urls.owner) == "live"
    await postgres_server.drop(urls)


def test_live_and_sandbox_lie_side_by_side_on_one_embedded_server(data: Path) -> None:
    with installation.opened(StandaloneSettings(data_dir=data), live=True) as ready:
        assert ready.live is not None
        assert ready.test is not None
        assert asyncio.run(installation.clock_mode(ready.live.owner)) == "live"
        assert asyncio.run(installation.clock_mode(ready.test.owner)) == "sandbox"


def test_a_running_installation_is_found_by_other_commands(data: Path) -> None:
    here = StandaloneSettings(data_dir=data)
    with (
        installation.opened(here) as ready,
        installation.announced(ready, "http://x"),
        installation.attached(here) as found,
    ):
        assert found == replace(ready, gateway_url="http://x") == installation.known(here)
    assert installation.known(here) is None


def test_a_generated_password_stays_the_same(tmp_path: Path) -> None:
    first = Secrets(tmp_path / "s.json").of("x")
    assert Secrets(tmp_path / "s.json").of("x") == first
    assert Secrets(tmp_path / "s.json").of("y") != first


def test_a_services_login_without_an_owner_is_refused() -> None:
    with pytest.raises(ValueError, match="INNOVOUCHER_DATABASE_URL"):
        StandaloneSettings(voucher_database_url=SecretStr("postgresql://x"))


def beside(owner_url: str, name: str) -> SecretStr:
    return SecretStr(provision.in_database(owner_url, name))


async def test_a_live_database_and_a_sandbox_beside_it_share_their_logins(
    data: Path, postgres_server: TestServer
) -> None:
    live, sandbox = await postgres_server.empty(), await postgres_server.empty()
    logins = {f"{service}_database_url": SecretStr(getattr(live, service)) for service in SERVICES}
    both = settings(data, live.owner, test_database_url=beside(live.owner, sandbox.name), **logins)
    ready = await asyncio.to_thread(opened, both)
    assert ready.modes == ("live", "test")
    assert ready.url("voucher", "test") == sandbox.voucher
    assert await asyncio.to_thread(installation.known, both) == ready
    for urls in (live, sandbox):
        await postgres_server.drop(urls)


def test_a_sandbox_is_not_taken_for_a_live_database_when_another_lies_beside_it(
    data: Path, owner_url: str, role_urls: dict[str, SecretStr]
) -> None:
    both = settings(data, owner_url, test_database_url=SecretStr(owner_url), **role_urls)
    with pytest.raises(Unusable, match="a sandbox, or none"), installation.opened(both):
        pass


@pytest.mark.parametrize("live", [None, "postgresql://owner:x@elsewhere:5432/live"])
def test_a_sandbox_lies_beside_a_live_database_on_the_same_server(live: str | None) -> None:
    test = SecretStr("postgresql://owner:x@here:5432/sandbox")
    with pytest.raises(ValueError, match="on one server"):
        StandaloneSettings(database_url=SecretStr(live) if live else None, test_database_url=test)


def test_who_a_url_logs_in_as_is_read_from_it() -> None:
    url = provision.as_role("postgresql://owner@here/live", "innovoucher_voucher", "ä/ö:ü@")
    assert provision.role_of(url) == ("innovoucher_voucher", "ä/ö:ü@")
    assert provision.role_of("postgresql://here/live") == ("", "")
