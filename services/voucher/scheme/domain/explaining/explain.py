"""Says a whole scheme file, rule by rule, and what differs between two."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.voucher.scheme.domain.checking.sources import OURS
from services.voucher.scheme.domain.explaining import sentences
from services.voucher.scheme.domain.explaining.phrases import PHRASES, SECTIONS, Phrase
from services.voucher.scheme.domain.explaining.sentences import Said
from services.voucher.scheme.domain.explaining.values import Document, Teller
from services.voucher.scheme.domain.words import source_of

APPLICANTS, SIDES, PAID = (
    ("申请人", "applicants"),
    ("用券单位与服务机构", "holders and providers"),
    ("收款方", "payees"),
)
CONCERNED = {
    **dict.fromkeys(("follows", "who", "allocation", "applications", "under_use", "sanctions", "backing"), APPLICANTS),
    **dict.fromkeys(("caps", "rate", "exclusions", "validity", "leftover", "evidence"), SIDES),
    **dict.fromkeys(("disclosure", "settlement", "awards"), PAID),
}
"""Whom the rules of a section are about, where a case does not say so itself."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A section in plain sentences, each followed by where it is written."""

    heading: str
    text: str


def paragraphs(document: Document, language: str) -> list[Paragraph]:
    """What a document says, a paragraph for each section, and what the marks after its sentences stand for."""
    tell = Teller.of(document, language)
    said, marks = rules(document, language), _marks(document)
    told = {section: [one for one in said if one.section == section] for section in SECTIONS}
    bodies = [
        Paragraph(
            tell.either(*SECTIONS[section]), tell.either("", " ").join(_marked(one, marks, tell) for one in found)
        )
        for section, found in told.items()
        if found
    ]
    named = {mark: tell.cited(source) for source, mark in marks.items() if any(one.source == source for one in said)}
    legend = tell.either("；", "; ").join(f"[{mark}] {name}" for mark, name in named.items())
    return [
        _opening(document, tell),
        *bodies,
        Paragraph(tell.either("依据", "Where it is written"), legend + tell.either("。", ".")),
    ]


def _marks(document: Document) -> dict[str, str]:
    """A mark for each source: the number of the basis, a star for what is our own."""
    own = dict.fromkeys(sorted(OURS), "*")
    return {source_of(one): str(place) for place, one in enumerate(document["basis"], start=1)} | own


def _marked(said: Said, marks: Mapping[str, str], tell: Teller) -> str:
    stop = tell.either("。", ".")
    return f"{said.text.removesuffix(stop)}[{marks[said.source]}]{stop}"


def rules(document: Document, language: str) -> list[Said]:
    """Every rule of a document in a sentence, in the order of its sections."""
    tell = Teller.of(document, language)
    own = [said for phrase in PHRASES for said in _of_phrase(phrase, document, tell)]
    if "caps" in document:
        own += [*sentences.caps(document, tell), *sentences.rate(document, tell)]
    if "applications" in document:
        own += sentences.form(document, tell)
    if "split" in document["settlement"]:
        own += sentences.split("settlement", "settlement", document["settlement"]["split"], tell)
    own += sentences.awards(document, tell)
    places = list(SECTIONS)
    return sorted(own, key=lambda one: places.index(one.section))


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed for whom: the section, and the rule before and after with where it is written; empty: none."""

    heading: str
    whom: str
    before: str
    after: str


def differences(before: Document, after: Document, language: str) -> list[Difference]:
    """Every rule that is said otherwise, or rests on something else, in the later document; in either's order."""
    old, new = ({one.key: one for one in rules(document, language)} for document in (before, after))
    tell = Teller(language, "")
    either = {**old, **new}
    return [_told(one, old.get(key), new.get(key), tell) for key, one in either.items() if old.get(key) != new.get(key)]


def _told(one: Said, before: Said | None, after: Said | None, tell: Teller) -> Difference:
    """A change in the words of an officer; whom it is about: the case's own words, else the section's."""
    whom = tell.either(*CONCERNED[one.section])
    return Difference(
        tell.either(*SECTIONS[one.section]),
        f"{whom}{tell.either('：', ': ')}{one.whom}" if one.whom else whom,
        _sentence(before, tell),
        _sentence(after, tell),
    )


def _sentence(said: Said | None, tell: Teller) -> str:
    """One rule with where it is written."""
    if said is None:
        return ""
    return tell.either(f"{said.text}（{tell.cited(said.source)}）", f"{said.text} ({tell.cited(said.source)})")


def _opening(document: Document, tell: Teller) -> Paragraph:
    zh, en = document["title"]["zh"], document["title"]["en"]
    day = tell.day(document["effective"]["value"])
    bases = [_basis(one, tell) for one in document["basis"]]
    text = tell.either(
        f"编号 {document['scheme']}，由 {document['bureau']} 主管，自{day}起适用。依据：{'；'.join(bases)}。",
        f"{document['scheme']}, of the bureau {document['bureau']}, counts from {day}. It rests on {'; '.join(bases)}.",
    )
    return Paragraph(tell.either(zh, en), text)


def _basis(basis: Document, tell: Teller) -> str:
    named = tell.cited(source_of(basis))
    draft = tell.either("（草案，尚未施行）", " (a draft, not in force)") if basis.get("draft", False) else ""
    return f"{named}{draft}"


def _of_phrase(phrase: Phrase, document: Document, tell: Teller) -> Iterator[Said]:
    node: Any = document
    for step in phrase.pointer.split("/"):
        node = node.get(step) if isinstance(node, dict) else None
    if node is None:
        return
    value = node["value"]
    yes, _, no = tell.either(phrase.zh, phrase.en).partition("|")
    text = no if _is_nothing(value) else yes.format_map(_parts(phrase.kind, value, tell))
    text = f"{text[:1].upper()}{text[1:]}"
    if text:
        yield Said(phrase.pointer.split("/")[0], phrase.pointer, text, node["source"])


def _is_nothing(value: Any) -> bool:
    return value in (None, False, []) or (isinstance(value, dict) and value.get("classes") == [])


def _parts(kind: str, value: Any, tell: Teller) -> dict[str, str]:
    """The value as a sentence names it, and its parts by their own names."""
    told: dict[str, Any] = {
        "yes": lambda: "",
        "name": lambda: tell.name(value),
        "names": lambda: tell.names([value] if isinstance(value, str) else value),
        "places": lambda: tell.names(value, "region"),
        "stages": lambda: _stages(value, tell),
        "day": lambda: tell.day(value),
        "term": lambda: tell.term(value),
        "span": lambda: tell.span(value),
        "share": lambda: tell.share(value),
        "days": lambda: tell.either("、", ", ").join(str(one) for one in value),
        "years": lambda: _years(value, tell),
        "backing": lambda: _backing(value, tell),
        "classes": lambda: tell.either("、", ", ").join(
            f"{tell.name(one['class'])} {tell.share(one['at_most'])}" for one in value
        ),
        "windows": lambda: tell.either("；", "; ").join(_window(one, tell) for one in value),
        "priority": lambda: tell.names(value["classes"]),
        "team": lambda: tell.names(value["resident_in"]),
        "ceilings": lambda: _ceilings(value, tell),
        "instant": lambda: "",
        "window": lambda: "",
    }
    parts = {"value": str(told[kind]())}
    if isinstance(value, dict):
        shown = {"instant": tell.amount, "window": tell.day, "priority": tell.name}.get(kind, str)
        parts |= {name: shown(str(part)) for name, part in value.items()}
    return parts


def _stages(value: Sequence[str], tell: Teller) -> str:
    told = tell.either("、", ", then ").join(tell.name(one) for one in value)
    return tell.either("依次" if len(value) > 1 else "", "") + tell.either(f"由{told}", told)


def _years(value: Document, tell: Teller) -> str:
    years, most = value["years"], value.get("up_to", False)
    zh, en = ("至多", "up to ") if most else ("", "")
    return tell.either(f"{zh}{years}年", f"{en}{years} {'year' if years == 1 else 'years'}")


def _window(value: Document, tell: Teller) -> str:
    opens, closes, until = (tell.day(value[name]) for name in ("opens", "closes", "allocate_until"))
    zh = f"{opens}至{closes}，退回的额度可续发至{until}"
    return tell.either(zh, f"{opens} to {closes}, what is returned given out until {until}")


def _backing(value: str | Document, tell: Teller) -> str:
    if isinstance(value, str):
        return tell.either("发放额不超过预算。", "No more is issued than the budget has.")
    day = tell.day(value["prorata_on"])
    return tell.either(
        f"发放额可达预算的{value['factor']}倍，{day}按同一比例折算。",
        f"Up to {value['factor']} times the budget is issued, and cut by one factor on {day}.",
    )


def _ceilings(value: Document, tell: Teller) -> str:
    told: Sequence[str] = [
        *([tell.either(f"从业人员{value['staff']}人", f"{value['staff']} heads")] if "staff" in value else []),
        *([tell.either("营业收入", "sales of ") + tell.amount(value["sales"])] if "sales" in value else []),
        *([tell.either("资产总额", "assets of ") + tell.amount(value["assets"])] if "assets" in value else []),
    ]
    return tell.either("、", ", ").join(told)
