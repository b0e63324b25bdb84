"""Whatever the schema finds is told in words."""

from collections.abc import Iterator
from typing import Any

from services.voucher.scheme.operations.reading import SCHEMA, SCHEMA_DOCUMENT
from services.voucher.scheme.operations.schema_faults import TOLD

AROUND_OTHERS = {"$ref", "properties", "items", "if", "propertyNames", "not"}
"""Keywords whose errors are those of another keyword, or of a name."""


def keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from keys(inner)


def test_every_keyword_of_the_schema_has_words_for_its_errors() -> None:
    keywords = set(keys(SCHEMA_DOCUMENT)) & set(SCHEMA.VALIDATORS)
    assert keywords - AROUND_OTHERS <= set(TOLD)
    assert "oneOf" in keywords
