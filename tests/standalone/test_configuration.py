"""The page of all settings is what the settings say, and says something of each."""

import re
from pathlib import Path

import pytest

from services.chassis.logging import LEVEL_NAMED_BY
from services.standalone.cli import METRICS_PORT_NAMED_BY
from services.standalone.configuration import SECTIONS, main, page
from services.standalone.settings import FOLDER_NAMED_BY

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
ROW = re.compile(r"\| `(INNOVOUCHER_\w+)` \| ([^|]+) \| ([^|]*) \| (yes|) ?\| ([^|]+) \|")


def test_the_written_page_is_current() -> None:
    assert main(["--check", str(WRITTEN)]) == 0


def test_a_page_that_says_something_else_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = tmp_path / "configuration.md"
    stale.write_text(page().replace("600", "601"))
    assert main(["--check", str(stale)]) == 1
    assert "services.standalone.configuration" in capsys.readouterr().err
    assert main([str(stale)]) == main(["--check", str(stale)]) == 0


def test_a_file_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage:")


def test_every_setting_has_a_row_with_its_meaning() -> None:
    names = [
        f"{settings.model_config['env_prefix']}{name}".upper()
        for settings in SECTIONS.values()
        for name in settings.model_fields
    ]
    assert [found[1] for found in ROW.finditer(page())] == [
        FOLDER_NAMED_BY,
        LEVEL_NAMED_BY,
        METRICS_PORT_NAMED_BY,
        *names,
    ]


def test_what_is_an_option_and_no_variable_is_named_too() -> None:
    assert "| `--host` | text | `127.0.0.1` |" in page()
    assert "| `--port` | number | `8000` |" in page()


def test_a_secret_is_marked_and_shows_no_default() -> None:
    secret = {found[1]: found[3] for found in ROW.finditer(page()) if found[4]}
    assert {"INNOVOUCHER_DATABASE_URL", "INNOVOUCHER_GATEWAY_MASTER_KEY"} < secret.keys()
    assert set(secret.values()) == {"", "must be set"}


def test_limits_and_defaults_are_shown() -> None:
    rows = {found[1]: (found[2], found[3]) for found in ROW.finditer(page())}
    assert rows["INNOVOUCHER_GATEWAY_HASH_THREADS"] == ("number ≥ 1 ≤ 16", "`2`")
    assert rows["INNOVOUCHER_VOUCHER_WORKS"] == ("yes or no", "`true`")
