"""Decides how the API reads and writes whoever may hold something: an organisation, a team or a person."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.standards.holding import FORM, Holder, holder_of

_SCHEMA = WithJsonSchema({"type": "string", "pattern": FORM})


def _read(value: Any) -> Holder:
    try:
        return value if isinstance(value, Holder) else holder_of(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("id_form", "{expected}", {"expected": str(error)}) from error


HolderId = Annotated[
    Holder, PlainValidator(_read), PlainSerializer(lambda holder: holder.shown, return_type=str), _SCHEMA
]
HolderQuery = Annotated[UUID, BeforeValidator(lambda value: _read(value).id), _SCHEMA]
"""The id alone, of whichever kind: what a list is narrowed to."""
