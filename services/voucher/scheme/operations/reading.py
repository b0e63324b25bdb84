"""Decides whether a text is a scheme file: YAML, the schema, then what that cannot see; each fault with its line."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from services.chassis.refusals import Reason, Refusal
from services.voucher.scheme.domain import checks
from services.voucher.scheme.domain.checking.fault import Fault
from services.voucher.scheme.domain.house import filled
from services.voucher.scheme.domain.next_year import Place
from services.voucher.scheme.domain.words import local_minute
from services.voucher.scheme.operations.schema_faults import escaped, faults_of

FILE_BYTES = 64 * 1024
DEPTH = 20
FAULTS = 100
"""As many faults are told at once; more would help nobody."""
YEARS = range(2000, 2200)
"""The years in which a scheme may have dates; any other is a slip of the hand."""

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories (Unicode) of characters that have no place in a line."""
NO_ANCHORS = "no anchors"
TOO_DEEP, UNREADABLE = "it is nested deeper than a scheme goes", "a character that has no place in a text"
"""Why a text is not read on, or not at all."""

Position = tuple[int, int]
Document = Mapping[str, Any]
FORMATS = FormatChecker(formats=())
_PLAIN: dict[str, dict[str, bool | None]] = {
    "tag:yaml.org,2002:bool": {"true": True, "false": False},
    "tag:yaml.org,2002:null": {"null": None},
}


@dataclass(frozen=True)
class Reading:
    """What a text says and where, and everything that is wrong with it; the document counts only without faults."""

    document: dict[str, Any]
    positions: Mapping[str, Position]
    faults: tuple[Fault, ...]

    def reasons(self, faults: tuple[Fault, ...] | list[Fault]) -> list[Reason]:
        """Faults as reasons, each with line and column counted from 1."""
        return [_reason(fault, self.positions) for fault in faults]

    def refuse(self) -> None:
        """Refusal of all faults at once; return when there is none."""
        if self.faults:
            raise Refusal.of(self.reasons(self.faults))


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and date.fromisoformat(value).year in YEARS)


@FORMATS.checks("local-minute", raises=ValueError)
def _is_local_minute(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 16 and local_minute(value, "UTC").year in YEARS)


@FORMATS.checks("line")
def _is_line(value: object) -> bool:
    """Nothing that nobody sees, that turns the direction of writing, or that ends the line."""
    return not isinstance(value, str) or not any(unicodedata.category(one) in HIDDEN for one in value)


SCHEMA_DOCUMENT: dict[str, Any] = json.loads(
    resources.files(__package__).joinpath("scheme.schema.json").read_text(encoding="utf-8")
)
SCHEMA = Draft202012Validator(SCHEMA_DOCUMENT, format_checker=FORMATS)


def read(text: str) -> Reading:
    """Read a scheme file; what it leaves out is filled in with the house's rules (`house.filled`).

    Never raises: faults are part of the reading, all of one stage at once.
    """
    composed = _compose(text)
    if isinstance(composed, Fault):
        return Reading({}, {}, (composed,))
    plain = _Plain()
    document = plain.of(composed, "")
    positions, found = plain.positions, plain.faults
    found = found or [fault for error in SCHEMA.iter_errors(document) for fault in faults_of(error)]
    if not found:
        document = filled(document)
        found = checks.faults(document)
    by_line = sorted(found, key=lambda fault: (_position(fault.pointer, positions), fault.pointer))
    return Reading(document if isinstance(document, dict) else {}, positions, tuple(by_line[:FAULTS]))


def _compose(text: str) -> Node | Fault:
    if len(text.encode(errors="surrogatepass")) > FILE_BYTES:
        return Fault("", "scheme.file_too_large", {"bytes": FILE_BYTES})
    try:
        yaml = YAML(typ="rt", pure=True)
        yaml.max_depth = DEPTH + 1
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = {} if mark is None else {"line": mark.line + 1, "column": mark.column + 1}
        return Fault("", "scheme.yaml", {"why": _why(error.problem or "unreadable"), **at})
    except (YAMLError, ValueError):
        return Fault("", "scheme.yaml", {"why": UNREADABLE})
    return Fault("", "scheme.yaml", {"why": "an empty file"}) if node is None else node


def _why(problem: str) -> str:
    """What the reader of YAML found, in the words of somebody who writes a file and has never heard of it."""
    return next((why for piece, why in _IN_WORDS.items() if piece in problem), problem)


_IN_WORDS = {
    "expected <block end>": "this line is indented otherwise than those it belongs to",
    "mapping values are not allowed": "a second colon in one line, or a line that is indented too far",
    "could not find expected ':'": "a colon is missing after a key",
    "'\\t'": "a tab stands here; indent by spaces",
    "maximum depth": TOO_DEEP,
    "undefined alias": NO_ANCHORS,
    "found another document": "a second document begins here",
    "unexpected end of stream": "a quotation mark or a bracket is not closed",
    "expected ',' or": "a comma or a closing bracket is missing",
}


def places(text: str) -> list[Place]:
    """Every plain value of a text and where it stands; of one that is no YAML, none."""
    node = _compose(text)
    return [] if isinstance(node, Fault) else list(_places(node, ""))


def _places(node: Node, pointer: str) -> Iterator[Place]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _places(value, f"{pointer}/{escaped(str(key.value))}")
    elif isinstance(node, SequenceNode):
        for place, item in enumerate(node.value):
            yield from _places(item, f"{pointer}/{place}")
    else:
        yield Place(pointer, node.start_mark.index, node.end_mark.index, node.start_mark.line)


class _Plain:
    """Turns YAML nodes into plain values; dates and amounts stay text, so that nothing is rounded on the way."""

    def __init__(self) -> None:
        self.positions: dict[str, Position] = {}
        self.faults: list[Fault] = []

    def of(self, node: Node, pointer: str) -> Any:
        """The value of a node at a pointer; anchors and repeated keys are faults."""
        self.positions.setdefault(pointer, (node.start_mark.line + 1, node.start_mark.column + 1))
        if node.anchor is not None:
            self.faults.append(Fault(pointer, "scheme.yaml", {"why": NO_ANCHORS}))
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, SequenceNode):
            return [self.of(item, f"{pointer}/{place}") for place, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, pointer: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            child = f"{pointer}/{escaped(key)}"
            if key in found:
                self.positions[child] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                self.faults.append(Fault(child, "scheme.yaml", {"why": f"the key {key} stands here twice"}))
            found[key] = self.of(value_node, child)
        return found


def _scalar(node: Node) -> str | int | bool | None:
    text, tag = str(node.value), str(node.tag)
    if tag == "tag:yaml.org,2002:int" and text.isascii() and text.isdigit():
        return int(text)
    return _PLAIN.get(tag, {}).get(text, text)


def _position(pointer: str, positions: Mapping[str, Position]) -> Position:
    """Where a pointer stands, or the nearest that it lies in; a fault of the whole text stands at its beginning."""
    while pointer not in positions and pointer:
        pointer = pointer.rpartition("/")[0]
    return positions.get(pointer, (1, 1))


def _reason(fault: Fault, positions: Mapping[str, Position]) -> Reason:
    line, column = _position(fault.pointer, positions)
    return Reason(fault.code, pointer=fault.pointer, numbers={"line": line, "column": column, **fault.numbers})
