"""Gives every test a real, migrated PostgreSQL database of its own, in which it is Monday, 14 September 2020."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import HealthCheck, settings

from services.chassis import logging
from services.chassis.database import Database
from services.gateway import passwords
from tests import databases
from tests.databases import TestServer, Urls
from tests.worlds import Story, T, Worlds

if TYPE_CHECKING:
    from tests.houses import House, Seeded

# Speed is measured by the bench, never by a test: a loaded machine must not turn a property red.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

TESTS = Path(__file__).parent
MEASURED = ("gateway", "registry", "standalone", "voucher")
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
MakeDatabase = Callable[[], Awaitable[Urls]]
SetClock = Callable[[datetime], Awaitable[None]]


class Begin(Protocol):
    """Plays a story, or takes it up where it ended."""

    def __call__(self, story: Story[T]) -> Awaitable[T]: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: at the end nobody waits for one worker that has just begun it.

    Coverage is judged by the quick tests of the services' own rooms: measuring makes a test up to three times as long.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if item.get_closest_marker("slow") or item.path.relative_to(TESTS).parts[0] not in MEASURED:
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def logs_of_the_product() -> None:
    """Log as the product does: otherwise every trace tells the local values of its frames, which takes seconds."""
    logging.configure()


@pytest.fixture(scope="session", autouse=True)
def cost_of_hashes() -> Iterator[tuple[int, int]]:
    """What the product pays for a password: KiB and passes. In tests it is the same argon2id at a hundredth of it."""
    cost = (passwords.MEMORY_KIB, passwords.PASSES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 256)
        patch.setattr(passwords, "PASSES", 1)
        yield cost


def _in_memory() -> str | None:
    """Where files cost nothing, if there is room: a clone of the template is a thousand of them."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return str(MEMORY) if roomy else None


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that the database's account can pass through, which pytest's own are not for ``nobody``."""
    with TemporaryDirectory(prefix="innovoucher-test-", dir=_in_memory()) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
async def postgres_server(server_folder: Path) -> AsyncGenerator[TestServer]:
    """One server per test worker; its durability is switched off."""
    async with databases.test_server(server_folder / "data") as server:
        yield server


@pytest.fixture
async def new_database(postgres_server: TestServer) -> AsyncGenerator[MakeDatabase]:
    """Makes further databases for one test; all are dropped with it."""
    made: list[Urls] = []

    async def make() -> Urls:
        made.append(await postgres_server.clone())
        return made[-1]

    yield make
    for urls in made:
        await postgres_server.drop(urls)


@pytest.fixture
async def database_urls(new_database: MakeDatabase) -> Urls:
    """This test's own database, by role."""
    return await new_database()


@pytest.fixture
def owner_url(database_urls: Urls) -> str:
    """As the role that migrates; no service ever logs in as it."""
    return database_urls.owner


@pytest.fixture
def superuser_url(database_urls: Urls) -> str:
    """As the superuser: for tampering that no grant would allow."""
    return database_urls.superuser


@pytest.fixture
def set_clock(owner_url: str) -> SetClock:
    """Puts this test's business clock to an instant, also backwards: ``await set_clock(instant)``."""

    async def put(instant: datetime) -> None:
        await databases.set_clock(owner_url, instant)

    return put


@pytest.fixture
async def gateway_db(database_urls: Urls) -> AsyncGenerator[Database]:
    """This test's database as the gateway sees it."""
    database = Database(database_urls.gateway, "gateway")
    yield database
    await database.dispose()


@pytest.fixture
async def registry_db(database_urls: Urls) -> AsyncGenerator[Database]:
    """This test's database as the registry sees it."""
    database = Database(database_urls.registry, "registry")
    yield database
    await database.dispose()


@pytest.fixture
async def voucher_db(database_urls: Urls) -> AsyncGenerator[Database]:
    """This test's database as the voucher service sees it."""
    database = Database(database_urls.voucher, "voucher")
    yield database
    await database.dispose()


@pytest.fixture(scope="session")
def worlds(postgres_server: TestServer) -> Worlds:
    """The worlds of this worker."""
    return Worlds(postgres_server)


@pytest.fixture
def begin(worlds: Worlds, database_urls: Urls, voucher_db: Database) -> Begin:
    """Begins a test where a story ended, which is played once per worker: ``await begin(a_story)``."""

    async def take_up(story: Story[T]) -> T:
        return await worlds.begin(database_urls, voucher_db, story)

    return take_up


@pytest.fixture(scope="session")
async def seeded(postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """Demo callers, made once per worker."""
    made: Seeded = await _houses().seed(postgres_server, tmp_path_factory.mktemp("seeded"))
    return made


@pytest.fixture
async def house(postgres_server: TestServer, seeded: Seeded, tmp_path: Path) -> AsyncGenerator[House]:
    """The whole system over real HTTP on a database of this test's own, with demo callers in every role."""
    async with _houses().put_up(postgres_server, seeded, tmp_path) as standing:
        yield standing


def _houses() -> Any:
    """Imported when a test needs it: a test of one room need not wait for all services."""
    return import_module("tests.houses")
