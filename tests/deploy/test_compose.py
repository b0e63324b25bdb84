"""docker-compose.yml as it stands, run without a container engine: the same commands, settings, secrets and checks."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from migrations.schemas import SERVICES
from services.standalone import provision
from services.standalone.caller import Unexpected
from services.standalone.installation import Installation, Logins
from services.standalone.settings import SECRETS_DIR
from tests.deploy import drive
from tests.deploy.compose_file import parsed, parts_of
from tests.deploy.composition import SERVING, Composition, NotUp, composed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's account can pass through."""
    with TemporaryDirectory(prefix="innovoucher-composed-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def composition(folder: Path) -> Iterator[Composition]:
    """Everything that the file describes, up and well."""
    with composed(parts_of(parsed()), folder) as standing:
        standing.up()
        yield standing


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ── up ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_service_starts_after_what_it_needs_and_is_well(composition: Composition) -> None:
    assert composition.order() == ["postgres", "migrate", "gateway", "registry", "worker", "voucher"]
    assert list(composition.running) == list(SERVING)


@pytest.mark.parametrize("name", SERVING)
def test_a_service_whose_command_does_nothing_is_not_well(composition: Composition, name: str) -> None:
    idle = composition.other_than(name, command=("true",))
    with pytest.raises(NotUp, match=f"{name} ended with 0"):
        idle.start(name)


def test_without_a_migration_nothing_starts(folder: Path) -> None:
    parts = parts_of(parsed())
    health = parts["gateway"].health
    assert health is not None
    parts["migrate"] = replace(parts["migrate"], command=("true",))
    parts["gateway"] = replace(parts["gateway"], health=replace(health, patience=8))
    with composed(parts, folder / "unmigrated") as standing, pytest.raises(NotUp, match="gateway"):
        standing.up()


# ── the cycle ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sandbox(composition: Composition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The composition's sandbox database as its operator knows it."""
    monkeypatch.setenv(SECRETS_DIR, str(composition.place("migrate") / "run" / "secrets"))
    owner = composition.secret("migrate", "innovoucher_test_database_url")
    roles = {service: composition.secret("migrate", f"innovoucher_{service}_database_url") for service in SERVICES}
    name = owner.rpartition("/")[2]
    logins = {service: provision.in_database(url, name) for service, url in roles.items()}
    return Installation(None, Logins(owner, logins), "a test", tmp_path)


async def test_a_round_is_played_through_the_composed_gateway_once_while_the_registry_is_down(
    composition: Composition, sandbox: Installation
) -> None:
    async with drive.opened(composition.url, sandbox) as stage:
        first, second = await drive.issued(stage, sandbox)
        await first.play()
        assert composition.stop("registry") == 0
        await second.play()
        with pytest.raises(Unexpected, match="answered 503"):
            await stage.role("operator").get("/v1/regions")
        composition.start("registry")
        assert (await stage.role("operator").get("/v1/regions"))["items"]
        auditor = stage.role("auditor")
        assert len([one async for one in auditor.pages("/v1/redemptions", state="captured")]) == 2
        assert (await auditor.get("/v1/audit"))["findings"] == []


def test_the_first_admins_are_made_where_migrations_run(composition: Composition) -> None:
    made = composition.run("migrate", ["innovoucher", "admin", "create"])
    assert made.stdout.count("/v1/auth/activate") == 2, made.stderr
    again = composition.run("migrate", ["innovoucher", "admin", "create", "--sandbox"])
    assert "there are admins already" in again.stderr


# ── down ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_stops_when_asked_and_has_written_nothing_outside_tmp(composition: Composition) -> None:
    assert set(composition.down().values()) == {0}
    assert not any(listens(composition.ports[name]) for name in SERVING)
    assert [list((composition.place(name) / "root").iterdir()) for name in composition.parts] == [[]] * 6
