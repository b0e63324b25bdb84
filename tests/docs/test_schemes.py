"""Holds the guide to scheme files to the truth: every piece of it works, and every word of the format is in it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.voucher.scheme.domain import checks
from services.voucher.scheme.domain.explaining.explain import paragraphs
from services.voucher.scheme.operations import reading
from tests.docs import keys
from tests.standalone.conftest import ROOT

GUIDE = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
PIECES = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, flags=re.DOTALL | re.MULTILINE)
WHOLE = [piece for piece in PIECES if re.search("^scheme:", piece, flags=re.MULTILINE)]
PARTS = [piece for piece in PIECES if piece not in WHOLE]


def put_into(document: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    """The whole file with a piece in place of what it had, and with bands in place of a share."""
    changed = dict(document)
    for key, value in piece.items():
        if isinstance(value, dict) and isinstance(document.get(key), dict) and "value" not in value:
            changed[key] = {**document[key], **value}
        else:
            changed[key] = value
    if "bands" in changed["rate"]:
        changed["rate"] = {name: one for name, one in changed["rate"].items() if name != "share"}
    return changed


@pytest.mark.parametrize("text", WHOLE, ids=["vouchers", "awards"])
def test_a_whole_file_of_the_guide_has_no_fault(text: str) -> None:
    assert reading.read(text).faults == ()


@pytest.mark.parametrize("text", PARTS, ids=lambda text: text.split("\n")[0])
def test_a_piece_of_the_guide_works_in_the_whole_file(text: str) -> None:
    document = put_into(reading.read(WHOLE[0]).document, reading.read(text).document)
    assert [error.message for error in reading.SCHEMA.iter_errors(document)] == []
    assert checks.faults(document) == []
    assert paragraphs(document, "zh-CN")


def words(node: Any) -> Iterator[str]:
    """Every key and every value that the schema allows by name."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        yield from (one for one in node.get("enum", []) if isinstance(one, str))
        for value in node.values():
            yield from words(value)
    elif isinstance(node, list):
        for value in node:
            yield from words(value)


def test_every_word_of_the_format_is_in_the_guide() -> None:
    assert {word for word in words(reading.SCHEMA_DOCUMENT) if not re.search(rf"\b{word}\b", GUIDE)} == set()


def test_what_must_stand_and_what_the_house_takes_is_told_of_every_key() -> None:
    assert [row for row in keys.rows() if row not in GUIDE.splitlines()] == []


def test_every_word_of_every_closed_list_is_told() -> None:
    assert [row for row in keys.lists() if row not in GUIDE.splitlines()] == []
