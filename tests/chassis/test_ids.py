"""Ids are shown with a prefix and read back strictly."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.chassis.ids import OrganizationId, new_id, parse, show


@given(st.uuids())
def test_an_id_survives_being_shown_and_read(identifier: UUID) -> None:
    assert parse("vch", show("vch", identifier)) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "org_",
        *("vch_" + digits for digits in ("0" * 31, "G" * 32, "A" * 32, "٣" * 32, "0" * 32 + "\n")),
        *("vch_" + start + "1" * (32 - len(start)) for start in ("0x", "1_1", "+", " ", "{", "urn:uuid:", "-")),
        "vch_" + "1" * 31 + " ",
        "org_" + "0" * 32,
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hex|form"):
        parse("vch", text)


def test_new_ids_are_version_7_and_grow() -> None:
    first, second = new_id(), new_id()
    assert first.version == 7
    assert first < second


def test_a_model_reads_and_writes_the_outside_form() -> None:
    adapter = TypeAdapter[UUID](OrganizationId)
    identifier = new_id()
    assert adapter.dump_python(adapter.validate_python(show("org", identifier)), mode="json") == show("org", identifier)
    assert adapter.json_schema()["pattern"] == "^org_[0-9a-f]{32}$"


@pytest.mark.parametrize("value", ["prv_" + "0" * 32, 7, None])
def test_a_model_refuses_an_id_of_another_kind(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(OrganizationId).validate_python(value)
