"""``innovoucher scheme simulate``: a draft is tried on a list of holders, without any server."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.standalone.cli import app
from tests.standalone.conftest import ROOT

JIANGMEN = ROOT / "schemes" / "jiangmen-service-2020.yaml"
HOLDERS = (
    "name,region,size_class,asked,lists\n"
    "张三,440703,micro,18000.00,\n"
    "李四,440703,micro,20000.00,jiangmen-service-2020:priority\n"
    "王五,310000,large,18000.00,\n"
)


def tried(*words: str | Path, file: Path = JIANGMEN) -> Result:
    return CliRunner().invoke(app, ["scheme", "simulate", str(file), *(str(word) for word in words)])


@pytest.fixture
def holders(tmp_path: Path) -> Path:
    file = tmp_path / "holders.csv"
    file.write_text(HOLDERS, encoding="utf-8")
    return file


def test_a_table_is_printed_and_no_name_is_in_it(holders: Path) -> None:
    done = tried("--holders", holders, "--budget", "30000")
    assert done.exit_code == 0, done.output
    rows = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert rows[0] == ["3", "56000.00", "applicants"]
    assert ["2", "30000.00", "served"] in rows
    assert "columns not read: name" in done.stderr
    assert "张三" not in done.output


def test_the_table_as_json(holders: Path) -> None:
    done = tried("--holders", holders, "--json", "--lang", "zh-CN")
    assert json.loads(done.stdout)[0] == {"what": "申领", "applicants": 3, "amount": "56000.00"}


def test_a_picture_is_written(holders: Path, tmp_path: Path) -> None:
    picture = tmp_path / "outlook.svg"
    assert tried("--holders", holders, "--chart", picture).exit_code == 0
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_faults_of_the_list_are_told_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "holders.csv"
    file.write_text("asked,points\nmuch,many\n", encoding="utf-8")
    done = tried("--holders", file)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 2)


def test_a_budget_that_is_no_amount_is_refused(holders: Path) -> None:
    assert tried("--holders", holders, "--budget", "1.234").exit_code == 1


def test_a_faulty_file_is_told_with_its_place(holders: Path, tmp_path: Path) -> None:
    file = tmp_path / "spoilt.yaml"
    file.write_text(JIANGMEN.read_text(encoding="utf-8").replace("base: invoice", "base: steep"), encoding="utf-8")
    done = tried("--holders", holders, file=file)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{file}:")


def test_a_list_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    command = ["scheme", "simulate", str(JIANGMEN), "--holders", str(tmp_path / "none.csv")]
    with pytest.raises(Exception, match="cannot be read"):
        CliRunner().invoke(app, command, catch_exceptions=False)
