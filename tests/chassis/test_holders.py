"""A holder is named by the prefix of its kind, and nothing else is taken for one."""

from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from services.chassis.holders import HolderId, HolderQuery
from services.standards.holding import Holder, Kind, holder_of

ONE = UUID(int=7)
NAMES = {Kind.ORGANIZATION: f"org_{ONE.hex}", Kind.TEAM: f"tea_{ONE.hex}", Kind.PERSON: f"per_{ONE.hex}"}
WHOLE, ALONE = TypeAdapter(HolderId), TypeAdapter(HolderQuery)


@pytest.mark.parametrize(("kind", "name"), NAMES.items())
def test_a_name_is_read_back_as_it_is_shown(kind: Kind, name: str) -> None:
    holder = Holder(kind, ONE)
    assert (holder.shown, holder_of(name)) == (name, holder)
    assert WHOLE.validate_python(name) == WHOLE.validate_python(holder) == holder
    assert (WHOLE.dump_python(holder), ALONE.validate_python(name)) == (name, ONE)


@pytest.mark.parametrize("text", [f"spc_{ONE.hex}", "tea_7", ONE.hex, "", 7])
def test_nothing_else_is_a_holder(text: object) -> None:
    for of in (WHOLE, ALONE):
        with pytest.raises(ValidationError):
            of.validate_python(text)


def test_documents_of_the_api_say_what_a_name_looks_like() -> None:
    assert WHOLE.json_schema() == ALONE.json_schema() == {"type": "string", "pattern": "^(org|tea|per)_[0-9a-f]{32}$"}
