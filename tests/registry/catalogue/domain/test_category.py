"""Which services there are to pay for."""

import pytest

from services.registry.catalogue.domain.category import Category, new_category_faults


@pytest.mark.parametrize("parent", [None, "testing"])
def test_a_category_stands_at_the_top_or_below_another(parent: str | None) -> None:
    category = Category("x-ray", "射线检测", "X-ray", parent)
    assert new_category_faults(category, categories={"testing"}) == []


def test_a_category_tells_all_its_faults() -> None:
    wrong = Category("X ray", "", "", "magic")
    pointers = {fault.pointer for fault in new_category_faults(wrong, categories={"testing"})}
    assert pointers == {"/id", "/name_zh", "/name_en", "/parent"}
