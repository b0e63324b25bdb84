"""Traditional characters become simplified ones, and nothing else changes."""

import pytest

from services.standards.simplified import simplified


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("區經濟信息化委", "区经济信息化委"),
        ("産業與後續", "产业与后续"),
        ("区科委", "区科委"),
        ("Ａ1, 　b", "Ａ1, 　b"),
        ("", ""),
    ],
)
def test_a_text_reads_in_simplified_characters(printed: str, read: str) -> None:
    assert simplified(printed) == read
