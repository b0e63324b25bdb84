"""Decides how things are named: UUIDv7 inside, a speaking prefix and 32 hexadecimal digits outside."""

import re
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import uuid_utils
from asyncpg.pgproto import pgproto
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

DIGITS = re.compile("[0-9a-f]{32}")


def new_id() -> UUID:
    """A time-ordered identifier (RFC 9562, version 7) made in this process.

    It is of the kind that the driver reads from the database: a `UUID` in C, a fifth as dear to make, show and write.
    """
    made: UUID = pgproto.UUID(uuid_utils.uuid7().bytes)
    return made


def show(prefix: str, identifier: UUID) -> str:
    """The outside form, such as ``vch_0190…``."""
    return f"{prefix}_{identifier.hex}"


def parse(prefix: str, text: str) -> UUID:
    """Read the outside form back; ValueError when prefix, length or digits are wrong."""
    head, _, digits = text.partition("_")
    if head != prefix or not DIGITS.fullmatch(digits):
        raise ValueError(f"an id of the form {prefix}_<32 hexadecimal digits> is expected")
    read: UUID = pgproto.UUID(digits)
    return read


@dataclass(frozen=True)
class Prefixed:
    """Pydantic annotation: ``VoucherId = Annotated[UUID, Prefixed("vch")]`` reads and writes ``vch_…``."""

    prefix: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A UUID inside, prefixed text in JSON."""
        return core_schema.no_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: show(self.prefix, value), return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string with the pattern of the prefix."""
        return {"type": "string", "pattern": f"^{self.prefix}_[0-9a-f]{{32}}$"}

    def _read(self, value: Any) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return parse(self.prefix, value if isinstance(value, str) else "")
        except ValueError as error:
            raise PydanticCustomError("id_form", "{expected}", {"expected": str(error)}) from error


OrganizationId = Annotated[UUID, Prefixed("org")]
DocumentId = Annotated[UUID, Prefixed("doc")]
JobId = Annotated[UUID, Prefixed("job")]
