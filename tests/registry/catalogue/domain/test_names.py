"""Which texts may stand as names."""

import pytest

from services.chassis.ids import new_id, show
from services.registry.catalogue.domain.names import clean, name_faults, optional_name_faults, shown


def test_a_name_is_written_composed_and_without_blanks_around_it() -> None:
    assert clean(" Cafe\u0301 ") == "Café"


@pytest.mark.parametrize("name", ["江门创谷（一期）", "Lab & Söhne 2", "a" * 200])
def test_an_honest_name_has_no_fault(name: str) -> None:
    assert name_faults(name, "/name") == []


@pytest.mark.parametrize(
    ("character", "kind"),
    [
        ("\u202e", "format"),
        ("\u2067", "format"),
        ("\u200b", "format"),
        ("\x1b", "control"),
        ("\n", "control"),
        ("\ue000", "private_use"),
        ("\u0378", "unassigned"),
        ("\u2028", "line_separator"),
    ],
)
def test_a_character_that_hides_or_turns_text_is_refused_by_its_place(character: str, kind: str) -> None:
    (fault,) = name_faults(f"江门{character}公司", "/name")
    assert (fault.code, fault.pointer) == ("name.character", "/name")
    assert (fault.numbers["position"], fault.numbers["kind"]) == (3, kind)
    assert fault.numbers["code_point"] == f"U+{ord(character):04X}"


def test_a_name_of_blanks_is_empty() -> None:
    assert [fault.code for fault in name_faults("  ", "/name")] == ["name.empty"]


def test_a_name_longer_than_its_limit_is_refused() -> None:
    (fault,) = name_faults("a" * 11, "/name", limit=10)
    assert (fault.code, fault.numbers) == ("name.too_long", {"limit": 10})


def test_a_name_that_may_be_left_out_may_be_left_out() -> None:
    assert optional_name_faults(None, "/name") == []
    assert [fault.code for fault in optional_name_faults("", "/name")] == ["name.empty"]


def test_an_id_is_shown_as_everywhere_else() -> None:
    identifier = new_id()
    assert shown("org", identifier) == show("org", identifier)


@pytest.mark.parametrize("pointer", ["/reason", "/figures/0/reason", "/answer", "/account"])
def test_words_that_say_why_are_not_called_a_name(pointer: str) -> None:
    (fault,) = name_faults(" ", pointer)
    assert (fault.code, fault.pointer) == ("reason.empty", pointer)
