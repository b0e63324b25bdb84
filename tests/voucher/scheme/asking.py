"""Asks scheme files as an officer does: through the command line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from services.standalone.cli import app
from tests.voucher.scheme.samples import SCHEMES

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
ANSWERED = (
    *("subsidy", "split", "self_paid", "left_in_wallet", "over_price", "base", "reward", "paid", "left", "awards"),
    "suspended_next_year",
)
"""The words of a worked case that are its answer."""


def file_of(scheme: str | None) -> Path:
    """The published file of a scheme; the one of no scheme is over-issued, which no published scheme is."""
    return HERE / "over-issued.yaml" if scheme is None else SCHEMES / f"{scheme}.yaml"


def case_of(vector: Mapping[str, Any]) -> dict[str, Any]:
    """What a worked case asks, without its answer."""
    return {word: value for word, value in vector.items() if word not in {*ANSWERED, "id", "scheme", "why", "rule"}}


def answer_of(vector: Mapping[str, Any]) -> dict[str, Any]:
    """What a worked case answers."""
    return {word: vector[word] for word in ANSWERED if word in vector}


def quoted(file: Path, case: Mapping[str, Any]) -> dict[str, Any]:
    """What ``innovoucher scheme quote`` prints."""
    done = CliRunner().invoke(app, ["scheme", "quote", str(file), "--case", json.dumps(case, ensure_ascii=False)])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found
