"""``innovoucher scheme quote``: an officer asks a file what it answers to a case, without any server."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.standalone.cli import app
from services.voucher.scheme.domain.case_words import MEANINGS
from tests.standalone.conftest import ROOT

JIANGMEN = ROOT / "schemes" / "jiangmen-service-2020.yaml"
CASE = json.dumps({"invoice": "12345.67", "wallet": "20000.00"})


def asked(*words: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["scheme", "quote", *(str(word) for word in words)], input=stdin)


def test_the_fields_that_apply_are_printed_with_their_decisions() -> None:
    answer = json.loads(asked(JIANGMEN, "--case", CASE).stdout)
    assert list(answer) == ["base", "subsidy", "self_paid", "left_in_wallet", "decisions"]
    assert (answer["subsidy"], answer["self_paid"]) == ("6172.83", "6172.84")
    assert answer["decisions"][0]["clause"] == "row jiangmen-service-2020"


def test_a_case_may_stand_in_a_file_or_come_by_a_pipe(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(CASE, encoding="utf-8")
    whole = asked(JIANGMEN, "--case", CASE).stdout
    assert asked(JIANGMEN, "--case", f"@{file}").stdout == asked(JIANGMEN, "--case", "-", stdin=CASE).stdout == whole


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "wallet is written as an amount such as"),
        ("zh-CN", "wallet 的写法应为：金额，如"),
    ],
)
def test_every_fault_of_a_case_is_told_in_the_reader_s_language(lang: str, told: str) -> None:
    done = asked(JIANGMEN, "--case", json.dumps({"fees": "1.00", "wallet": 5}), "--lang", lang)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 2)
    assert told in done.stderr
    assert ", ".join(MEANINGS) in done.stderr


def test_a_fault_of_the_file_is_told_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "spoilt.yaml"
    file.write_text(JIANGMEN.read_text(encoding="utf-8").replace('share: "0.50"', 'share: "0.00"'), encoding="utf-8")
    assert asked(file, "--case", CASE).stderr.startswith(f"{file}:72:10: ")


def test_the_help_ends_with_every_word_of_a_case() -> None:
    told = asked("--help").stdout
    assert all(f"  {word} " in told for word in MEANINGS)
