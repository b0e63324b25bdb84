"""Decides which texts may stand in the registry as names, how they are written down, and how ids are shown."""

import unicodedata
from uuid import UUID

from services.chassis.refusals import Reason

NAME_LENGTH = 200
TEXT_LENGTH = 2000

_WORDS = frozenset({"reason", "answer", "account"})
"""What is told to explain something, and names nothing."""
_FORBIDDEN = {
    "Cc": "control",
    "Cf": "format",
    "Cs": "surrogate",
    "Co": "private_use",
    "Cn": "unassigned",
    "Zl": "line_separator",
    "Zp": "line_separator",
}


def clean(text: str) -> str:
    """Give the text as it is stored: Unicode NFC (UAX 15), without blanks at either end."""
    return unicodedata.normalize("NFC", text).strip()


def name_faults(text: str, pointer: str, *, limit: int = NAME_LENGTH) -> list[Reason]:
    """List what is wrong with a name, or with words that say why.

    It is empty, longer than ``limit`` characters, or holds an invisible character.

    Format characters are refused with the control characters: among them are the right-to-left overrides, with which
    one name is made to look like another.
    """
    cleaned = clean(text)
    if not cleaned and pointer.rpartition("/")[2] in _WORDS:
        return [Reason("reason.empty", rule="whoever decides or answers says why", pointer=pointer)]
    if not cleaned:
        return [Reason("name.empty", rule="a name has at least one visible character", pointer=pointer)]
    if len(cleaned) > limit:
        return [Reason("name.too_long", rule="names are bounded", pointer=pointer, numbers={"limit": limit})]
    return _character_faults(cleaned, pointer)


def optional_name_faults(text: str | None, pointer: str, *, limit: int = NAME_LENGTH) -> list[Reason]:
    """List what is wrong with a name that may be left out."""
    return [] if text is None else name_faults(text, pointer, limit=limit)


def _character_faults(text: str, pointer: str) -> list[Reason]:
    for position, character in enumerate(text, start=1):
        kind = _FORBIDDEN.get(unicodedata.category(character))
        if kind is not None:
            return [
                Reason(
                    "name.character",
                    rule="names hold visible characters only",
                    pointer=pointer,
                    numbers={"position": position, "kind": kind, "code_point": f"U+{ord(character):04X}"},
                )
            ]
    return []


def shown(prefix: str, identifier: UUID) -> str:
    """Give an id in its outside form, a prefix of three letters and 32 hexadecimal digits."""
    return f"{prefix}_{identifier.hex}"
