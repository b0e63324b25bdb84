"""Decides what an error of the JSON Schema means to an officer: what is missing, what is allowed, and an example."""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from jsonschema import ValidationError

from services.voucher.scheme.domain.checking.fault import Fault

SHOWN = 80
"""How much of what was found is shown."""
EXAMPLES = {"date": "2020-09-15", "local-minute": "2020-09-15 10:00"}
SHAPES = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "local-minute": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")}
"""How a day and a minute are written, be there such a one or not."""
WHOLE = "the file"
RULE = "{value: …, source: …}"
AS_IN = {
    "title": "{zh: 青山市科技创新券, en: Qingshan innovation voucher}",
    "family": "innovation",
    "scheme": "qingshan-voucher-2027",
    "bureau": "qingshan-science",
    "zone": "Asia/Shanghai",
    "currency": "CNY",
    "basis": "[{row: qingshan-voucher-2027}]",
    "source": '"our default, not in the notice"',
    "who": "{holders: {value: [organization], as_of: submission, source: …}}",
    "settlement": "{model: {value: provider_paid, source: …}}",
    "allocation": "{method: …, opens: …, closes: …}",
    "caps": "[]",
    "rate": '{share: "0.50", base: contract, tax: included, as_of: contract, source: …}',
    "validity": "{issued: {use_by: {value: {months: 6}, source: …}}}",
    "issued": "{use_by: {value: {months: 6}, source: …}}",
    "opens": "{value: 2027-01-04 09:00, source: …}",
    "closes": "{value: 2027-11-30 18:00, source: …}",
    "effective": "{value: 2027-01-01, source: …}",
    "use_by": "{value: {months: 6}, source: …}",
    "working_days": "5",
    "as_of": "contract",
    "base": "contract",
    "tax": "included",
}
"""What a key that is missing might look like; a rule where it does not stand here."""
TYPES = {
    "string": "text in quotes",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of keys",
    "null": "null",
}
QUESTION = re.compile(r"\?\?|\? \(")
"""What next year's draft asks: a day of question marks, or a name that is to be confirmed."""
UNITS = {"imum": "", "Items": " entries", "Length": " letters", "Properties": " keys"}
"""What a bound counts, by what the schema calls it after `min` or `max`."""
Numbers = dict[str, str | int]
Keys = Mapping[str, Any]


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """One fault for each thing that an error speaks of: of several unknown keys, one for each."""
    pointer = "".join(f"/{escaped(str(part))}" for part in error.absolute_path)
    tell = _name if "propertyNames" in error.schema_path else TOLD[str(error.validator)]
    yield from tell(pointer, error)


def escaped(key: str) -> str:
    """A key as a JSON pointer writes it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _unknown_keys(pointer: str, error: ValidationError) -> Iterator[Fault]:
    allowed = cast(Keys, error.schema)["properties"]
    for key in cast(Keys, error.instance):
        if key not in allowed:
            yield _unknown_key(pointer, key, list(allowed))


def _unknown_key(pointer: str, key: str, allowed: list[str]) -> Fault:
    near = get_close_matches(key, allowed, n=1)
    numbers: Numbers = {"key": key[:SHOWN], "allowed": ", ".join(near or allowed)}
    return Fault(f"{pointer}/{escaped(key)}", "scheme.unknown_key", numbers)


def _name(pointer: str, error: ValidationError) -> Iterator[Fault]:
    """A key that may not stand there: in a rule, in a scheme of awards, or as the name of regions."""
    key = str(error.instance)
    if error.validator == "enum":
        yield _unknown_key(pointer, key, cast(list[str], error.validator_value))
    elif error.validator == "not":
        yield Fault(f"{pointer}/{escaped(key)}", "scheme.not_in_awards", {"key": key})
    elif error.validator == "format":
        yield Fault(pointer, "scheme.hidden_character")
    else:
        numbers: Numbers = {"found": key[:SHOWN], "example": "wind-tunnel"}
        yield Fault(f"{pointer}/{escaped(key)}", "scheme.not_this_form", numbers)


def _missing(pointer: str, error: ValidationError) -> Iterator[Fault]:
    key = next(one for one in cast(list[str], error.validator_value) if f"'{one}'" in error.message)
    at = pointer.removeprefix("/").replace("/", ".") or WHOLE
    yield Fault(pointer, "scheme.missing", {"key": key, "at": at, "example": f"{key}: {AS_IN.get(key, RULE)}"})


def _choice(pointer: str, error: ValidationError) -> Iterator[Fault]:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    told = ", ".join(_written(one) for one in cast(list[Any], allowed))
    yield Fault(pointer, "scheme.not_one_of", {"found": _written(error.instance), "allowed": told})


def _form(pointer: str, error: ValidationError) -> Iterator[Fault]:
    if QUESTION.search(str(error.instance)):
        yield Fault(pointer, "scheme.question", {"found": _written(error.instance)})
        return
    schema = cast(Keys, error.schema)
    if schema.get("format") == "line":
        yield Fault(pointer, "scheme.hidden_character")
        return
    shape = SHAPES.get(schema.get("format", ""))
    if shape is not None and shape.fullmatch(str(error.instance)):
        yield Fault(pointer, "scheme.no_such_day", {"found": _written(error.instance)})
        return
    example = schema.get("examples", [EXAMPLES.get(schema.get("format", ""), "")])[0]
    yield Fault(pointer, "scheme.not_this_form", {"found": _written(error.instance), "example": str(example)})


def _type(pointer: str, error: ValidationError) -> Iterator[Fault]:
    kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    wanted = " or ".join(TYPES[str(kind)] for kind in kinds)
    if error.instance is None:
        yield Fault(pointer, "scheme.nothing_here", {"wanted": wanted})
        return
    yield Fault(pointer, "scheme.wrong_kind", {"found": _written(error.instance), "wanted": wanted})


def _least(pointer: str, error: ValidationError) -> Iterator[Fault]:
    numbers: Numbers = {"least": int(cast(int, error.validator_value)), "unit": UNITS[str(error.validator)[3:]]}
    yield Fault(pointer, "scheme.too_little", numbers)


def _most(pointer: str, error: ValidationError) -> Iterator[Fault]:
    if QUESTION.search(str(error.instance)):  # told already
        return
    numbers: Numbers = {"most": int(cast(int, error.validator_value)), "unit": UNITS[str(error.validator)[3:]]}
    yield Fault(pointer, "scheme.too_much", numbers)


def _repeated(pointer: str, error: ValidationError) -> Iterator[Fault]:
    items = cast(list[Any], error.instance)
    again = next(one for place, one in enumerate(items) if one in items[:place])
    yield Fault(pointer, "scheme.named_twice", {"name": _written(again)})


def _alternatives(pointer: str, error: ValidationError) -> Iterator[Fault]:
    """Which of several forms was meant: told by the keys that stand there, or by the kind of the value."""
    branches = cast(list[Keys], error.validator_value)
    keys = [" and ".join(branch["required"]) for branch in branches if "required" in branch]
    if len(keys) == len(branches):
        yield Fault(pointer, "scheme.one_of_these", {"keys": ", ".join(keys)})
        return
    meant = [one for one in error.context or () if one.validator not in ("type", "const")]
    if meant:
        for one in meant:
            yield from faults_of(one)
        return
    allowed = ", ".join(_written(one["const"]) if "const" in one else _kind(one) for one in branches)
    yield Fault(pointer, "scheme.not_one_of", {"found": _written(error.instance), "allowed": allowed})


def _kind(branch: Keys) -> str:
    return TYPES.get(str(branch.get("type", "string")), "a value")


def _written(value: object) -> str:
    plain = {True: "true", False: "false", None: "null"}
    text = plain[value] if isinstance(value, bool) or value is None else str(value)
    return text[:SHOWN]


TOLD: dict[str, Callable[[str, ValidationError], Iterator[Fault]]] = {
    "additionalProperties": _unknown_keys,
    "enum": _choice,
    "const": _choice,
    "required": _missing,
    "pattern": _form,
    "format": _form,
    "type": _type,
    "minItems": _least,
    "minLength": _least,
    "minProperties": _least,
    "minimum": _least,
    "maxItems": _most,
    "maxLength": _most,
    "maxProperties": _most,
    "maximum": _most,
    "uniqueItems": _repeated,
    "oneOf": _alternatives,
}
"""How an error is told, by the keyword of the schema that found it."""
