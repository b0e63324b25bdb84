"""docker-compose.yml as it stands, run without a container engine: the same commands, settings, secrets and checks."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from migrations import runner
from migrations.schemas import SERVICES
from services.standalone import auditing, provision
from services.standalone.caller import Unexpected
from services.standalone.demo.allocating import BUDGET, ZONE
from services.standalone.demo.stage import Stage
from services.standalone.installation import SANDBOX_DATABASE as SANDBOX
from services.standalone.installation import Installation, Logins
from services.standalone.settings import FOLDER_NAMED_BY
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


NEXT_YEAR = datetime(2021, 1, 4, 9, tzinfo=ZONE)
BANK_LINES = ("the treasury's money", "a payment", "another", "its return", "what is not ours", "the payment again")
SOMEBODY_WAITS = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")


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


def sandbox_of(composition: Composition, data: Path) -> Installation:
    """The sandbox alone, by the logins that ``migrate`` is given."""
    owner = composition.secret("migrate", "innovoucher_test_database_url")
    roles = {service: composition.secret("migrate", f"innovoucher_{service}_database_url") for service in SERVICES}
    logins = {service: provision.in_database(url, SANDBOX) for service, url in roles.items()}
    return Installation(None, Logins(owner, logins), "a test", data)


@pytest.fixture(scope="module")
def sandbox(composition: Composition, folder: Path) -> Iterator[Installation]:
    """The composition's sandbox database as its operator knows it."""
    (folder / "operator").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_NAMED_BY, str(composition.place("migrate") / "run" / "secrets"))
        yield sandbox_of(composition, folder / "operator")


@pytest.fixture(scope="module")
async def stage(composition: Composition, sandbox: Installation) -> AsyncGenerator[Stage]:
    """Everybody who plays, logged in through the composed gateway."""
    async with drive.opened(composition.url, sandbox) as opened:
        yield opened


async def test_the_cycle_is_played_through_the_composed_gateway_most_of_it_while_the_registry_is_down(
    composition: Composition, sandbox: Installation, stage: Stage
) -> None:
    first, *others = await drive.issued(stage, sandbox)
    await first.play()
    assert composition.stop("registry") == 0
    with pytest.raises(Unexpected, match="answered 503"):
        await stage.role("operator").get("/v1/regions")
    for story in others:
        await story.play()
    figures = await drive.settled(stage)
    composition.start("registry")
    assert (await stage.role("operator").get("/v1/regions"))["items"]
    assert figures.faults(Decimal(BUDGET) / 100) == []
    assert figures.bank_lines == len(BANK_LINES)
    assert "0.00" not in (figures.paid, figures.returned)


def test_the_first_admins_are_made_where_migrations_run(composition: Composition, stage: Stage) -> None:
    made = composition.run("migrate", ["innovoucher", "admin", "create"])
    assert made.stdout.count("/v1/auth/activate") == 2, made.stderr
    again = composition.run("migrate", ["innovoucher", "admin", "create", "--sandbox"])
    assert "there are admins already" in again.stderr


# ── stopping in the middle ───────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def held_up(sandbox: Installation, hold: str) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """A lock for the block; what is given waits until somebody stands before it."""
    async with runner.connected(sandbox.main.owner) as connection, connection.begin():
        await connection.execute(text(hold))

        async def until_somebody_waits() -> None:
            for _ in range(500):
                if (await connection.execute(SOMEBODY_WAITS)).scalar_one():
                    return
                await asyncio.sleep(0.02)
            pytest.fail("nobody waits")

        yield until_somebody_waits


async def test_a_request_under_way_is_answered_by_a_service_that_was_told_to_stop(
    composition: Composition, sandbox: Installation, stage: Stage
) -> None:
    async with held_up(sandbox, "LOCK TABLE voucher.budget_lines") as until_somebody_waits:
        asked = asyncio.create_task(stage.role("auditor").get("/v1/budget-lines"))
        await until_somebody_waits()
        composition.running["voucher"].send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
    assert "items" in await asked
    assert composition.stop("voucher") == 0
    composition.start("voucher")


async def test_a_worker_that_was_told_to_stop_gives_its_job_back_and_the_next_one_ends_it(
    composition: Composition, sandbox: Installation, stage: Stage
) -> None:
    admin = stage.role("admin")
    async with held_up(sandbox, "SELECT FROM business.clock FOR UPDATE") as until_somebody_waits:
        job = await admin.post("/v1/sandbox/clock", {"to": NEXT_YEAR.isoformat()})
        await until_somebody_waits()
        assert composition.stop("worker") == 0
        assert (await admin.get(f"/v1/jobs/{job['id']}"))["state"] == "queued"
    composition.start("worker")
    assert (await admin.job(job))["to"]


# ── backup ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_dump_and_the_secrets_make_a_new_installation_whose_books_add_up(
    composition: Composition, sandbox: Installation, stage: Stage, folder: Path
) -> None:
    before = await auditing.audit(sandbox)
    dump = str(folder / "sandbox.dump")
    composition.as_superuser("pg_dump", "--format=custom", f"--file={dump}", "innovoucher_sandbox")
    with composed(parts_of(parsed()), folder / "restored", folder / "secrets") as other:
        other.start("postgres")
        other.start("migrate")
        other.as_superuser("pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={SANDBOX}", dump)
        restored = sandbox_of(other, folder)
        after = await auditing.audit(restored)
        assert [one for one in await runner.standings(restored.main.owner) if not one.at_head] == []
    # a new server counts its transactions from the beginning: what that means to the seals says runbooks/seals.md
    assert [one for one in after.findings if not one["check"].startswith("seal")] == []
    assert after.counted == before.counted


# ── down ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_stops_when_asked_and_has_written_nothing_where_it_ran(composition: Composition) -> None:
    assert set(composition.down().values()) == {0}
    assert not any(listens(composition.ports[name]) for name in SERVING)
    assert [list((composition.place(name) / "root").iterdir()) for name in composition.parts] == [[]] * 6
