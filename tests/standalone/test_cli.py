"""The command: one line for what is wrong, an exit code for scripts, and nothing left running."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standalone.conftest import ROOT, Command, processes


def test_it_migrates_an_embedded_database_and_says_how_far(innovoucher: Command, data: Path) -> None:
    done = innovoucher("migrate")
    assert done.returncode == 0, done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "business",
        "gateway",
        "registry",
        "voucher",
    ]
    assert not processes(data)


def test_an_audit_of_a_new_database_is_ok(innovoucher: Command, tmp_path: Path) -> None:
    assert innovoucher("audit").stdout.splitlines()[-1] == "audit: ok"
    done = innovoucher("audit", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["audit"], said["seals"], said["head"]) == (0, "ok", 0, None)
    assert said["signatures"] == "unproved"
    (tmp_path / "head").write_text("no seal")
    refused = innovoucher("audit", "--head", str(tmp_path / "head"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "not a seal that this house has signed" in refused.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serve", "kitchen"], "gateway, registry, voucher"),
        (["migrate", "--new", "kitchen", "--message", "x"], "gateway, registry, voucher"),
        (["migrate", "--new", "voucher"], "--message"),
    ],
)
def test_a_wrong_order_is_told_what_is_right(innovoucher: Command, words: list[str], told: str) -> None:
    done = innovoucher(*words)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["migrate", "audit"])
def test_a_url_that_is_no_database_is_one_line(innovoucher: Command, command: str) -> None:
    done = innovoucher(command, INNOVOUCHER_DATABASE_URL="postgresql://nobody:x@127.0.0.1:1/nothing")
    assert done.returncode == 1
    assert "INNOVOUCHER_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_is_named(innovoucher: Command) -> None:
    done = innovoucher("migrate", INNOVOUCHER_VOUCHER_DATABASE_URL="postgresql://x")
    assert "INNOVOUCHER" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["token", "--as", "operator"], ["api", "GET", "/v1/me"]])
@pytest.mark.parametrize("made", [False, True])
def test_what_asks_a_sandbox_starts_none_and_says_how(
    innovoucher: Command, data: Path, words: list[str], made: bool
) -> None:
    if made:
        data.mkdir()
    refused = innovoucher(*words)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "start `make run`" in refused.stderr
    assert (list(data.iterdir()) if made else data.exists()) in ([], False)


def test_a_service_that_lacks_its_settings_names_them(innovoucher: Command) -> None:
    refused = innovoucher("serve", "voucher")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "INNOVOUCHER_VOUCHER_CLIENT_SECRET" in refused.stderr


@pytest.mark.parametrize(("kind", "code"), [("Ended", 0), ("KeyboardInterrupt", -signal.SIGINT)])
def test_being_ended_within_an_eval_is_no_death_by_signal_though_it_is_with_pythons_own(kind: str, code: int) -> None:
    lines = (
        "import contextlib",
        "from services.standalone.cli import Ended",
        f"def end(): raise {kind}",
        "with contextlib.suppress(KeyboardInterrupt): eval('end()')",
    )
    assert subprocess.run([sys.executable, "-c", "\n".join(lines)], check=False, cwd=ROOT).returncode == code
