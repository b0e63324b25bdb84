"""Draws scheme files from the JSON Schema itself, section by section, and cases that may be put to them.

A section is drawn by its schema; then what the schema cannot say is put right: bands in order, names once, caps that
count what they are about. What is still not a sound file is drawn again.
"""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any, cast

from hypothesis import assume
from hypothesis import strategies as some
from hypothesis.strategies import DrawFn, SearchStrategy

from services.voucher.scheme.domain import checks
from services.voucher.scheme.domain.house import filled
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.asking import file_of

Doc = dict[str, Any]
ROOT = cast(Doc, reading.SCHEMA.schema)
OURS = "our default, not in the notice"
CATEGORIES = ["testing", "design", "consulting", "training", "technical-exchange", "advertising"]
REGIONS = {"delta": ["440100", "440300"], "rest": ["445200", "440703"]}
CODES = ["440100", "440106", "440703", "440781", "445202"]
SIZES = ["micro", "small"]
RESIDENCES = ["provincial-incubator", "municipal-makerspace"]
FOUNDERS = ["returnee", "researcher"]
LEVELS = ["national", "provincial"]
COUNTS = ["application_amount", "issued", "applications", "held"]
OF_CONTRACT = ["category", "resource_region", "provider_level"]
AMOUNT = some.integers(1, 10**8).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
SHARE = some.one_of(
    some.integers(1, 10**6 - 1).map(lambda millionths: f"0.{millionths:06d}"),
    some.sampled_from(["0.50", "0.30", "1.00", "0.1"]),
)
DAY = some.dates(date(2018, 1, 1), date(2022, 12, 31)).map(str)
LATER = some.sampled_from(["2020-02-26", "2020-09-15", "2021-06-30"])


def _some_of(values: list[str]) -> SearchStrategy[list[str]]:
    return some.lists(some.sampled_from(values), min_size=1, max_size=3, unique=True)


WHEN = some.fixed_dictionaries(
    {},
    optional={
        "region": _some_of([*REGIONS, *CODES, "440000"]),
        "category": _some_of(CATEGORIES),
        "size_class": _some_of(SIZES),
        "residency": _some_of(RESIDENCES),
        "founder_class": _some_of(FOUNDERS),
        "resource_region": _some_of([*REGIONS, *CODES, "440000"]),
        "provider_level": _some_of(LEVELS),
        "from": some.sampled_from(["2020-01-01", "2020-02-26", "2020-09-18"]),
        "until": some.sampled_from(["2020-02-26", "2021-12-31"]),
    },
).filter(bool)
GIVEN: Mapping[str, SearchStrategy[Any]] = {
    "source": some.just(OURS),
    "counts": some.sampled_from([*["authorised"] * 6, *["authorised_times"] * 2, *COUNTS]),
    "when": WHEN,
    "once_per": some.just({"value": ["project"], "source": OURS}),
    "spend_on": some.just({"value": ["rent"], "source": OURS}),
    "parts": some.lists(
        some.fixed_dictionaries(
            {"part": some.sampled_from(["city", "district", "province"]), "weight": some.integers(1, 9)}
        ),
        min_size=2,
        max_size=3,
        unique_by=lambda one: one["part"],
    ),
}
"""Properties for which the schema's own range would hardly ever meet a case."""
BY_REFERENCE = {"#/$defs/amount": AMOUNT, "#/$defs/share": SHARE, "#/$defs/words": some.just(["one"])}
"""The same of what the schema refers to."""


def drawn(schema: Doc, name: str = "") -> SearchStrategy[Any]:
    """Values of a piece of the schema, most of them such as the schema allows."""
    if name in GIVEN or schema.get("$ref") in BY_REFERENCE:
        return GIVEN[name] if name in GIVEN else BY_REFERENCE[schema["$ref"]]
    piece = _resolved(schema)
    if "oneOf" in piece:
        return some.one_of([drawn(one) for one in _options(piece)])
    if "const" in piece:
        return some.just(piece["const"])
    if "enum" in piece:
        return some.sampled_from(piece["enum"])
    kinds = piece["type"]
    return _BY_TYPE[kinds if isinstance(kinds, str) else kinds[0]](piece)


def _resolved(schema: Doc) -> Doc:
    """A piece with what it refers to: what stands beside a reference is added to it."""
    if "$ref" not in schema:
        return schema
    found = _resolved(ROOT["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    merged = {**found, **beside}
    if "properties" in found and "properties" in beside:
        merged["properties"] = {**found["properties"], **beside["properties"]}
    return merged


def _options(piece: Doc) -> list[Doc]:
    """Each way to be the one of several: with its own required properties and without those of the others."""
    if "properties" not in piece:
        return list(piece["oneOf"])
    ways = [set(one["required"]) for one in piece["oneOf"]]
    plain = {key: value for key, value in piece.items() if key != "oneOf"}
    return [
        {
            **plain,
            "required": [*piece["required"], *way],
            "properties": {k: v for k, v in piece["properties"].items() if k not in set().union(*ways) - way},
        }
        for way in ways
    ]


def _object(piece: Doc) -> SearchStrategy[Any]:
    made = {name: drawn(said, name) for name, said in piece["properties"].items()}
    if "value" in made:  # of which date a rule of one value is asked is not drawn: most name none
        made.pop("as_of", None)
    required = {name: made[name] for name in piece.get("required", [])}
    return some.fixed_dictionaries(required, optional={k: v for k, v in made.items() if k not in required})


def _array(piece: Doc) -> SearchStrategy[Any]:
    least = piece.get("minItems", 0)
    unique = json.dumps if piece.get("uniqueItems") else None
    return some.lists(drawn(piece["items"]), min_size=least, max_size=max(3, least), unique_by=unique)


def _string(piece: Doc) -> SearchStrategy[Any]:
    if "pattern" in piece:
        return some.from_regex(piece["pattern"], fullmatch=True).filter(lambda text: text.isascii() and len(text) < 60)
    return DAY if piece.get("format") == "date" else some.sampled_from(["one", "two"])


_BY_TYPE: Mapping[str, Callable[[Doc], SearchStrategy[Any]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": lambda piece: some.integers(piece.get("minimum", 0), piece.get("maximum", 100)),
    "boolean": lambda _: some.booleans(),
}


def _piece(path: str) -> Doc:
    node = ROOT
    for step in path.split("/"):
        node = _resolved(node)["properties"][step]
    return node


@some.composite
def schemes(draw: DrawFn) -> Doc:
    """Sound files of schemes that issue vouchers: who and validity as in a published one, the money as drawn."""
    document = _published("jiangmen-service-2020")
    del document["who"]["registered_in"]
    document["rate"] = _mended_rate(draw(drawn(_piece("rate"))))
    document["caps"] = [_mended_cap(place, cap) for place, cap in enumerate(draw(drawn(_piece("caps"))))]
    document["settlement"] |= {"split": draw(drawn(_piece("settlement/split")))} if draw(some.booleans()) else {}
    return _sound(document)


@some.composite
def over_issued(draw: DrawFn) -> Doc:
    """The file of a scheme that gives out more than it has, by a factor as drawn."""
    document = _published("jiangmen-service-2020")
    backing = draw(drawn(_piece("backing")).filter(lambda one: one["value"] != "full"))
    backing["value"]["prorata_on"] = "2020-12-20"
    return _sound({**document, "backing": backing})


@some.composite
def award_schemes(draw: DrawFn) -> Doc:
    """Sound files of one award each, on a figure of money."""
    document = _published("jiangmen-topup-2021")
    del document["who"]["registered_in"]
    award = draw(drawn(ROOT["$defs"]["award"]))
    award["base"] = draw(some.sampled_from(["upper_award", "event_cost", "operating_result"]))
    award["payee"]["value"] = "holder"
    for paid in (award, *award.get("cases", [])):
        paid.pop("amount", None)
        paid["share"] = draw(SHARE)
    if "ceiling" in award:
        award["ceiling"]["value"] |= {"of": "deal", "less": ["upper_award"]}
    for one, other in (("limit", "period"), ("spend_on", "report_within")):
        if (one in award) != (other in award):
            award.pop(one, None), award.pop(other, None)
    if "limit" in award:
        award["limit"]["value"] = draw(AMOUNT)
    award["as_of"] = draw(some.sampled_from(["completion", "submission"]))
    for when in _whens_of(award):
        when.pop("category", None)
    document["awards"] = [award]
    return _sound(document)


def _whens_of(award: Doc) -> list[Doc]:
    """Each condition of an award, which knows of no contract."""
    split = award.get("split", {})
    found = [one["when"] for one in (*award.get("cases", []), *split.get("cases", []))]
    return [*found, *([award["when"]] if "when" in award else [])]


def _published(scheme: str) -> Doc:
    own = {"category": {"advertising": {"zh": "广告", "en": "advertising"}}}
    return {**deepcopy(_read(scheme)), "regions": REGIONS, "words": own}


@cache
def _read(scheme: str) -> Doc:
    return reading.read(file_of(scheme).read_text(encoding="utf-8")).document


KNOWN = {"submission": "issue", "issue": "issue", "delivery": "authorise", "authorise": "authorise"}
"""The days that the engine knows of a contract, by those that the schema draws; the others are the contract's."""


def _mended_rate(rate: Doc) -> Doc:
    rate["as_of"] = KNOWN.get(rate["as_of"], "contract")
    for said in (rate, *rate.get("cases", [])):
        bands = sorted(said.get("bands", []), key=lambda band: float(band.get("up_to", 0)))
        for place, band in enumerate(bands, start=1):
            band["up_to"] = str(int(float(band.get("up_to", 1))) + place)
        if bands:
            bands[-1].pop("up_to")
            said["bands"] = bands
    return rate


def _mended_cap(place: int, cap: Doc) -> Doc:
    """What the cap counts decides what it is about, over which period and in what it is given."""
    spends = cap["counts"].startswith("authorised")
    subject = "application" if cap["counts"] == "application_amount" else _spender(cap) if spends else "holder"
    each = cap["counts"] in {"held", "application_amount"} or subject == "redemption"
    yearly, rolling = cap["period"] == "year" and not each, cap["period"] == "rolling" and spends and not each
    period = "year" if yearly else "rolling" if rolling else "once"
    mended = {**cap, "cap": f"cap-{place}", "subject": subject, "period": period}
    for key in ("months", "categories", "as_of", "year_of", "regime"):
        mended.pop(key, None)
    mended |= {"year_of": "issue"} if yearly else {"months": 3} if rolling else {}
    mended |= {"as_of": KNOWN.get(cap["as_of"], "contract")} if spends and "as_of" in cap else {}
    for case in mended.get("cases", []) if "as_of" not in mended else ():
        for day in ("from", "until"):
            case["when"].pop(day, None)
    for said in (mended, *mended.get("cases", [])) if cap["counts"] in {"authorised_times", "applications"} else ():
        said["limit"] = str(len(said["limit"]))
    if not spends:
        for case in mended.get("cases", []):
            for word in OF_CONTRACT:
                case["when"].pop(word, None)
    return mended


def _spender(cap: Doc) -> str:
    """Whom a cap on what is spent may be about; buckets, which make a service of each category, are not drawn."""
    asked = str({"application": "contract", "bucket": "holder"}.get(cap["subject"], cap["subject"]))
    return "contract" if asked == "redemption" and cap["counts"] == "authorised_times" else asked


def _sound(document: Doc) -> Doc:
    """The document as it is kept, if neither the schema nor the checks find anything wrong in it."""
    assume(reading.SCHEMA.is_valid(document))
    kept = filled(document)
    assume(not checks.faults(kept))
    return kept


@some.composite
def cases(draw: DrawFn, caps: list[Doc]) -> Doc:
    """Cases for a scheme of vouchers, with what counts already under some of its caps."""
    line = some.fixed_dictionaries({"category": some.sampled_from(CATEGORIES), "amount": AMOUNT, "tax": AMOUNT})
    what = some.one_of(
        some.fixed_dictionaries({"lines": some.lists(line, min_size=1, max_size=4)}),
        some.fixed_dictionaries(
            {"fee": AMOUNT},
            optional={
                "invoice": AMOUNT,
                "settled": AMOUNT,
                "tax": AMOUNT,
                "category": some.sampled_from(CATEGORIES),
            },
        ),
    )
    counted = {
        cap["cap"]: some.integers(0, 3) if cap["counts"] in {"authorised_times", "applications"} else AMOUNT
        for cap in caps
    }
    known = some.fixed_dictionaries(
        {},
        optional={
            "wallet": AMOUNT,
            "used_this_year": AMOUNT,
            "counted": some.fixed_dictionaries({}, optional=counted),
            "region": some.sampled_from([*REGIONS, *CODES]),
            "size_class": some.sampled_from(SIZES),
            "residency": some.sampled_from(RESIDENCES),
            "founder_class": some.sampled_from(FOUNDERS),
            "resource_region": some.sampled_from(CODES),
            "provider_level": some.sampled_from(LEVELS),
            "contract_date": LATER,
            "authorised_on": LATER,
        },
    )
    return draw(what) | draw(known)


BUDGETS = some.fixed_dictionaries({"approved": some.lists(AMOUNT, min_size=1, max_size=6), "budget": AMOUNT})
"""What was approved, and the budget that is there for it."""

AWARD_CASES = some.fixed_dictionaries(
    {
        "deal": AMOUNT,
        "provincial": AMOUNT,
        "provider_services": AMOUNT,
        "event_cost": AMOUNT,
        "operating_result": AMOUNT,
    },
    optional={
        "region": some.sampled_from([*REGIONS, *CODES]),
        "residency": some.sampled_from(RESIDENCES),
        "size_class": some.sampled_from(SIZES),
        "completed_on": LATER,
        "given_this_year": AMOUNT,
    },
)
"""Every figure that an award may be on."""
