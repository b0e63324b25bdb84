"""``innovoucher scheme``: an officer is told what is wrong with a file, and where, without any server."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.standalone.cli import app
from tests.standalone.conftest import ROOT

JIANGMEN = ROOT / "schemes" / "jiangmen-service-2020.yaml"


def said(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["scheme", *(str(word) for word in words)])


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    file = tmp_path / "spoilt.yaml"
    text = JIANGMEN.read_text(encoding="utf-8").replace('share: "0.50"', 'share: "0.00"')
    file.write_text(text.replace("closes: {value: 2020-09-15 16:00", "closes: {value: 2020-09-15 09:00"), "utf-8")
    return file


def test_a_sound_file_is_ok_and_what_nobody_published_is_listed() -> None:
    done = said("check", JIANGMEN)
    *warnings, last = done.output.splitlines()
    assert (done.exit_code, last) == (
        0,
        "ok: Jiangmen SME service voucher 2020 (jiangmen-service-2020, effective 2020-09-15)",
    )
    assert warnings[0].startswith(f"{JIANGMEN}:18:5: warning: The basis policy jiangmen-2016-draft")
    assert any("nobody has published allocation.allocate_until" in one for one in warnings)


def test_every_fault_is_told_with_file_line_and_column(spoilt: Path) -> None:
    done = said("check", spoilt)
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{spoilt}:34:19: closes comes before opens.",
        f"{spoilt}:72:10: a share of nothing pays nothing.",
    ]


def test_faults_are_told_in_chinese_too(spoilt: Path) -> None:
    done = said("check", spoilt, "--lang", "zh-CN")
    assert f"{spoilt}:72:10: 补贴比例不能为零。" in done.output.splitlines()


def test_a_sound_file_is_sound_in_chinese_too() -> None:
    last = said("check", JIANGMEN, "--lang", "zh-CN").output.splitlines()[-1]
    assert last.startswith("无误：江门市")
    assert last.endswith("（jiangmen-service-2020，2020-09-15起生效）")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot be read"):
        CliRunner().invoke(app, ["scheme", "check", str(tmp_path / "none.yaml")], catch_exceptions=False)


def test_a_file_is_explained_in_plain_sentences() -> None:
    done = said("explain", JIANGMEN, "--lang", "zh-CN")
    assert done.exit_code == 0
    assert "补贴发票金额（含税）的50%，以合同签订日为准[2]。" in done.output
    assert said("explain", JIANGMEN).output.startswith("Jiangmen SME service voucher 2020\n")


def test_what_changed_for_whom_is_told(tmp_path: Path) -> None:
    later = tmp_path / "later.yaml"
    later.write_text(JIANGMEN.read_text(encoding="utf-8").replace('share: "0.50"', 'share: "0.40"'), "utf-8")
    lines = said("diff", JIANGMEN, later).output.splitlines()
    assert lines[0] == "The rate (for holders and providers)"
    assert [line[:7] for line in lines[1:3]] == ["  - 50%", "  + 40%"]
    assert lines[3:] == ["1 rules differ"]


def test_next_years_file_is_begun_and_is_no_scheme_yet(tmp_path: Path) -> None:
    draft = tmp_path / "next.yaml"
    draft.write_text(said("next", JIANGMEN).output, "utf-8")
    assert "scheme: jiangmen-service-2021" in draft.read_text("utf-8")
    assert said("check", draft).exit_code == 1


@pytest.mark.parametrize("command", ["explain", "next"])
def test_a_spoilt_file_is_told_with_its_lines_instead(spoilt: Path, command: str) -> None:
    done = said(command, spoilt)
    assert (done.exit_code, f"{spoilt}:72:10: a share of nothing pays nothing." in done.output) == (1, True)


def test_of_two_files_the_spoilt_one_is_told(spoilt: Path) -> None:
    assert said("diff", JIANGMEN, spoilt).exit_code == 1
