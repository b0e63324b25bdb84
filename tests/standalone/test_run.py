"""``innovoucher run`` as a real process: what it prints works, and it leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.standalone.callers import ROLES
from services.standalone.installation import UNFINISHED_SANDBOX
from tests.databases import Urls
from tests.standalone.conftest import Command, environment, gone, processes
from tests.standalone.test_postgres import ORDINARY, PATHS, ordinary_python

Run = Callable[..., "Running"]
PATIENCE_SECONDS = 240


@dataclass
class Running:
    """A started ``innovoucher run`` and what it has said."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def until(self, word: str) -> str:
        """Read on to the line that has this word."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if word in line:
                return line.strip()
        pytest.fail("\n".join(self.lines))

    def end(self, number: int) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    """Starts the command on this test's data folder, at a free port."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str, python: str = sys.executable, account: dict[str, Any] | None = None, **more: str) -> Running:
        command = [python, "-m", "services.standalone", "run", *(words or ("--port", "0"))]
        started.append(
            subprocess.Popen(
                command,
                cwd=data.parent,
                env=environment(data, **more),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                **(account or {}),
            )
        )
        return Running(started[-1])

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def shell(line: str) -> Any:
    """What the printed line answers when it is pasted into a shell."""
    return json.loads(subprocess.run(["sh", "-c", line], check=True, capture_output=True, text=True).stdout)


def test_a_sandbox_says_so_serves_and_ends_with_ctrl_c(run: Run, data: Path) -> None:
    running = run()
    assert running.until("").startswith("SANDBOX")
    heads = running.until("--as ")
    logins = [running.until("") for _ in ROLES]
    assert [line.split() for line in (heads, *logins)] == [
        ["--as", "login"],
        *([role, role.replace("_", "-")] for role in ROLES),
    ]
    assert shell(running.until("curl"))["roles"] == ["operator"]
    assert "started in" in running.until("started in")
    assert running.end(signal.SIGINT) == 0
    assert not processes(data)


def test_prometheus_asks_at_a_port_of_its_own_and_the_log_is_lines_of_json(run: Run) -> None:
    running = run("--port", "0", "--metrics-port", "0")
    url = running.until("gateway ").split()[1]
    counts_at = running.until("metrics ").split()[1]
    running.until("started in")
    assert [line for line in running.lines if line.startswith("{")] == []  # who filled the sandbox is not told
    assert httpx2.get(f"{url}/v1/vouchers?secret=nine-rivers").status_code == 401
    line = json.loads(running.until("{"))
    assert (line["event"], line["path"], line["status"]) == ("request", "/v1/vouchers", 401)
    counts = httpx2.get(counts_at).text
    pools = [f'pool_size{{pool="{service}/' for service in ("gateway", "registry", "voucher")]
    assert [told for told in (*pools, "disk_free_bytes ") if f"\ninnovoucher_{told}" not in counts] == []
    assert counts_at.startswith("http://127.0.0.1:")
    assert running.end(signal.SIGINT) == 0


def test_sigterm_ends_it_as_well_even_while_it_starts(run: Run, data: Path) -> None:
    running = run()
    running.until("SANDBOX")
    time.sleep(1)
    assert running.end(signal.SIGTERM) == 0
    assert not processes(data)


def test_kill_9_leaves_no_process_and_the_next_run_knows_the_same_callers(
    run: Run, data: Path, innovoucher: Command
) -> None:
    running = run()
    password = running.until("password")
    running.until("started in")
    running.end(signal.SIGKILL)
    assert gone(data)
    again = run()
    assert again.until("password") == password
    again.until("started in")
    assert len(innovoucher("token", "--as", "provider").stdout.split(".")) == 3


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_kill_9_while_it_starts_leaves_no_process(run: Run, data: Path, seconds: float) -> None:
    running = run()
    running.until("SANDBOX")
    time.sleep(seconds)
    running.end(signal.SIGKILL)
    assert gone(data)


def test_a_sandbox_that_was_cut_off_while_it_was_made_is_made_anew(run: Run, data: Path) -> None:
    running = run()
    while not (data / UNFINISHED_SANDBOX).exists():
        time.sleep(0.01)
    time.sleep(0.3)
    running.end(signal.SIGKILL)
    assert gone(data)
    again = run()
    again.until("password")
    assert shell(again.until("curl"))["roles"] == ["operator"]


def test_a_second_run_on_the_same_data_is_refused(run: Run, innovoucher: Command) -> None:
    running = run()
    running.until("database")
    second = innovoucher("run", "--port", "0")
    assert second.returncode == 1
    assert f"process {running.process.pid} already uses" in second.stderr


def test_a_port_that_was_asked_for_and_is_taken_is_refused(innovoucher: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = innovoucher("run", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "cannot listen on 127.0.0.1" in done.stderr


def test_a_live_installation_has_no_demo_callers_and_hands_out_no_token(run: Run, innovoucher: Command) -> None:
    running = run("--live", "--port", "0")
    assert running.until("").startswith("LIVE")
    assert shell(running.until("curl"))["items"]
    running.until("started in")
    assert not any("password" in line for line in running.lines)
    refused = innovoucher("token", "--as", "operator")
    assert refused.returncode == 1
    assert "hands out no tokens" in refused.stderr


def test_the_first_two_admins_are_made_once(innovoucher: Command) -> None:
    first = innovoucher("admin", "create", "--live")
    lines = [line for line in first.stdout.splitlines() if "/v1/auth/activate " in line and "act_live_" in line]
    assert len(lines) == 2, first.stderr
    again = innovoucher("admin", "create", "--live")
    assert again.returncode == 1
    assert "there are admins already" in again.stderr


def test_the_line_that_an_admin_is_given_opens_his_account(run: Run, innovoucher: Command) -> None:
    run("--live", "--port", "0").until("started in")
    line = innovoucher("admin", "create", "--live").stdout.splitlines()[1].partition(": ")[2]
    mine = line.replace("LOGIN", "li.wei").replace("PASSWORD", "nine rivers in delta")
    assert shell(mine)["person"].startswith("per_")


def test_a_client_of_the_city_gets_tokens(run: Run, innovoucher: Command) -> None:
    url = run().until("gateway").split()[1]
    words = dict(line.split() for line in innovoucher("client", "create", "bank").stdout.splitlines())
    asked = f"grant_type=client_credentials&client_id={words['client_id']}&client_secret={words['client_secret']}"
    assert shell(f"curl -s {url}/oauth2/token -d '{asked}'")["scope"] == "service"


def test_a_given_database_is_served_and_no_server_started(run: Run, data: Path, database_urls: Urls) -> None:
    services = ("gateway", "registry", "voucher")
    given = {f"INNOVOUCHER_{service.upper()}_DATABASE_URL": getattr(database_urls, service) for service in services}
    running = run(INNOVOUCHER_DATABASE_URL=database_urls.owner, **given)
    assert running.until("").startswith("SANDBOX")
    assert shell(running.until("curl"))["roles"] == ["operator"]
    running.until("started in")
    assert not (data / "postgres").exists()
    assert running.end(signal.SIGINT) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_too(run: Run, data: Path) -> None:
    data.parent.chmod(0o777)
    running = run(python=ordinary_python(), account=ORDINARY, HOME=str(data.parent), **PATHS)
    line = running.until("curl")
    assert running.until("started in")
    assert running.end(signal.SIGINT) == 0
    assert "--as operator" in line
    assert not processes(data)
