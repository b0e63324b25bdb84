"""Names are compared as printed: width and blanks do not matter, everything else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.printed import compact, same_name


@pytest.mark.parametrize("printed", ["江门（一号）公司", "江门(一号)公司", " 江门 (一号)\u3000公司 "])
def test_width_and_blanks_do_not_matter(printed: str) -> None:
    assert same_name(printed, "江门(一号)公司")


@pytest.mark.parametrize("printed", ["江门一号公司", "江门(一号)有限公司", "江門(一号)公司"])
def test_a_name_is_never_guessed_from_a_similar_one(printed: str) -> None:
    assert not same_name(printed, "江门(一号)公司")


def test_compact_text_has_no_widths_and_no_blanks() -> None:
    assert compact(" 江门（检测） ＡＢ１ ") == "江门(检测)AB1"


@given(st.text())
def test_what_is_compact_stays_so(text: str) -> None:
    assert compact(compact(text)) == compact(text)
