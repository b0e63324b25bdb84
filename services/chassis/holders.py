"""Decides how a holder is named outside: an organisation, a team or a person, each by the prefix of its id."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from services.chassis.ids import parse, show
from services.standards.holding import PREFIXES, Kind

_SCHEMA: JsonSchemaValue = {"type": "string", "pattern": "^(org|tea|per)_[0-9a-f]{32}$"}


_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds something, or acts for itself: a kind, and which one of it."""

    kind: Kind
    id: UUID

    @property
    def shown(self) -> str:
        """The outside form, such as ``tea_0190…``."""
        return show(PREFIXES[self.kind], self.id)


def holder_of(text: str) -> Holder:
    """Read the outside form back; ValueError when prefix, length or digits are wrong."""
    prefix = text.partition("_")[0]
    if prefix not in _KINDS:
        raise ValueError("an id of an organisation (org_…), a team (tea_…) or a person (per_…) is expected")
    return Holder(_KINDS[prefix], parse(prefix, text))


def all_names(identifier: UUID) -> list[str]:
    """What a thing may be called outside while nobody knows of which kind it is."""
    return [show(prefix, identifier) for prefix in _KINDS]


class _Shown:
    """Pydantic annotation: reads and writes the outside form of a `Holder`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A `Holder` inside, prefixed text in JSON."""
        return core_schema.no_info_plain_validator_function(
            _read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: value.shown, return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string with the pattern of the three prefixes."""
        return dict(_SCHEMA)


def _read(value: Any) -> Holder:
    if isinstance(value, Holder):
        return value
    try:
        return holder_of(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("id_form", "{expected}", {"expected": str(error)}) from error


HolderId = Annotated[Holder, _Shown()]
HolderQuery = Annotated[UUID, BeforeValidator(lambda value: _read(value).id), WithJsonSchema(_SCHEMA)]
"""The id alone, of whichever kind: what a list is narrowed to."""
