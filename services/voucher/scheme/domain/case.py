"""Reads a worked case, in the words of an officer, into what the rules of a scheme are asked with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from services.chassis.refusals import Reason, refuse_all
from services.standards.money import AmountFault
from services.standards.region import SIX_DIGITS
from services.voucher.scheme.domain import vocabulary
from services.voucher.scheme.domain.caps import TIMES
from services.voucher.scheme.domain.case_words import ALIKE, ANSWERS, NOTES, WORDS, Form
from services.voucher.scheme.domain.facts import Ban, DealFacts, Figures, Listing, PartyFacts, Residence
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.words import Words

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a service: its category, or None, and its amount and the tax in it, in fen."""

    category: str | None
    amount: int
    tax: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """What is told, read: amounts in fen, local dates, words as sets; a word told as nothing is told, and empty.

    scheme: the words of the file that it is asked of.
    """

    told: Told
    words: Words
    effective: date

    def __contains__(self, word: str) -> bool:
        return word in self.told

    def get(self, word: str, otherwise: Any = None) -> Any:
        """What was told of a word; `otherwise` where nothing was."""
        found = self.told.get(word)
        return otherwise if found is None else found

    def day(self, as_of: str | None) -> date:
        """The day that a rule names: as told, else the first day on which the file counts."""
        found: date = self.get(DAYS.get(as_of or "", ""), self.effective)
        return found

    @property
    def regions(self) -> frozenset[str]:
        """Codes of the holder's region; a region of the file's own naming has several."""
        return frozenset(self.get("region", ())) | frozenset(self.get("district", ()))

    def party(self, as_of: str) -> PartyFacts:
        """The holder as the rules see it on a day."""
        return PartyFacts(
            as_of=self.day(as_of),
            holder=self.get("holder", "organization"),
            region=min(self.regions, default=None),
            size_class=self.get("size_class"),
            legal_form=self.get("legal_form"),
            registered_on=self.get("registered_on"),
            active=not self.get("deregistered", False),
            bans=tuple(Ban(one) for one in sorted(self.get("banned", ()))),
            listings=tuple(Listing(one, "") for one in sorted(self.get("listed", ()))),
            figures=self.get("figures", ()),
            members=self.get("members"),
            residences=self.get("residency", ()),
            founder_classes=tuple(sorted(self.get("founder_class", ()))),
            suspended_for_under_use=self.get("suspended", False),
        )

    @property
    def deal(self) -> DealFacts:
        """The contract as the rules see it."""
        return DealFacts(
            services=self.get("services", frozenset()),
            subcontracted=self.get("subcontracted", False),
            funded_by=tuple(sorted(self.get("funded_by", ()))),
            provider=self._names("provider"),
            offering=self._names("offering"),
        )

    def _names(self, word: str) -> frozenset[str] | None:
        found: frozenset[str] = self.get(word, frozenset())
        return found if word in self else None

    def known(self, as_of: str, **more: frozenset[str]) -> Known:
        """Everything that the `when` of a case of the file may ask, and what more is known of one line or level."""
        plain = {word: self.get(word, frozenset()) for word in ("category", "provider_level", "level", "grade", "item")}
        resource = {"resource_region": self.get("resource_region", frozenset())}
        return {**self.party(as_of).known(), "region": self.regions, **plain, **resource, **more}


DAYS = {
    "submission": "submitted_on",
    "issue": "issued_on",
    "contract": "contract_date",
    "authorise": "authorised_on",
    "delivery": "delivered_on",
    "completion": "completed_on",
    "recognition": "recognised_on",
}
"""By what a rule names as `as_of`: the word of a case that tells the day."""


def read_case(case: Mapping[str, Any], document: Mapping[str, Any]) -> Case:
    """A case as it is told for a scheme's document. Words of an answer and notes are passed over, so that a worked
    case may be handed over whole.

    Refusal with every fault at once: ``case.word_unknown``, ``case.value_unknown``, ``case.malformed``,
    ``case.two_words``, ``case.other_scheme``, ``case.other_currency``.
    """
    asked = {word: value for word, value in case.items() if word not in NOTES | ANSWERS}
    words, effective = Words.of(document), date.fromisoformat(document["effective"]["value"])
    reader = _Reader(words, times=frozenset(cap["cap"] for cap in document.get("caps", ()) if cap["counts"] in TIMES))
    told = {word: reader.of(WORDS[word], value, f"/{word}") for word, value in asked.items() if word in WORDS}
    told |= {"category": vocabulary.lineage(told["category"])} if told.get("category") else {}
    other = _other(case, document["scheme"], words.currency)
    readable = {word: value for word, value in asked.items() if told.get(word) is not None}
    refuse_all([*_unknown(asked), *_values(readable, document), *_alike(asked), *other, *reader.faults])
    return Case(MappingProxyType(told), words, effective)


def _unknown(asked: Mapping[str, Any]) -> Iterator[Reason]:
    for word in asked:
        if word not in WORDS and word != "currency":
            numbers = {"word": word, "known": ", ".join(WORDS)}
            numbers |= zip(["near"], get_close_matches(word, WORDS, n=1, cutoff=0.0), strict=True)
            yield Reason("case.word_unknown", pointer=f"/{word}", numbers=numbers)


def _values(asked: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Reason]:
    """Values that are no words of the house, nor of the file: a rule would pass over them in silence."""
    allowed = vocabulary.known(document)
    for word, kind in KINDS.items():
        told = asked.get(word, ())
        for value in [told] if isinstance(told, str) else told if isinstance(told, list | dict) else ():
            if isinstance(value, str) and not vocabulary.is_known(kind, value, allowed):
                every = vocabulary.choices(kind, allowed)
                known = ", ".join(get_close_matches(value, every, n=1) or every)
                yield Reason("case.value_unknown", pointer=f"/{word}", numbers={"found": value, "allowed": known})


KINDS: Mapping[str, str] = {
    **{word: kind for word, kind in vocabulary.KIND_OF.items() if word in WORDS and word != "item"},
    "residency": "residency",
    "services": "service",
}
"""Of which kind the values of a word are, where the list of them is closed; money is spent on anything."""


def _alike(asked: Mapping[str, Any]) -> Iterator[Reason]:
    for alike in ALIKE:
        both = [word for word in alike if word in asked]
        if len(both) > 1:
            yield Reason("case.two_words", pointer=f"/{both[1]}", numbers={"one": both[0], "other": both[1]})


def _other(case: Mapping[str, Any], scheme: str, currency: str) -> Iterator[Reason]:
    if case.get("scheme", scheme) != scheme:
        yield Reason("case.other_scheme", pointer="/scheme", numbers={"told": str(case["scheme"]), "scheme": scheme})
    if case.get("currency", currency) != currency:
        numbers = {"told": str(case["currency"]), "currency": currency}
        yield Reason("case.other_currency", pointer="/currency", numbers=numbers)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values by their form; what cannot be read is gathered, and read as nothing.

    times: the caps that count how often, and not how much.
    """

    words: Words
    times: frozenset[str] = frozenset()
    faults: list[Reason] = field(default_factory=list)

    def of(self, form: Form, value: Any, pointer: str) -> Any:
        """The value of a word; None where it is told as nothing, or cannot be read."""
        if value is None:
            return None
        try:
            return _READ[form](self, value, pointer)
        except (ValueError, TypeError, KeyError, AttributeError, AmountFault):
            word = pointer.removeprefix("/")
            self.faults.append(Reason("case.malformed", pointer=pointer, numbers={"word": word, "form": form.value}))
            return None

    def amount(self, value: Any, _: str) -> int:
        if not isinstance(value, str):
            raise TypeError("an amount is text")
        return self.words.amount(value)

    def amounts(self, value: Any, pointer: str) -> tuple[int, ...]:
        return tuple(self.of(Form.AMOUNT, one, f"{pointer}/{place}") or 0 for place, one in enumerate(_list(value)))

    def named(self, value: Any, pointer: str) -> dict[str, int]:
        return {name: self.of(Form.AMOUNT, one, f"{pointer}/{name}") or 0 for name, one in value.items()}

    def counted(self, value: Any, pointer: str) -> dict[str, int]:
        """By cap: an amount, or how many times as a number."""
        return {
            name: _times(one) if name in self.times else self.of(Form.AMOUNT, one, f"{pointer}/{name}") or 0
            for name, one in value.items()
        }

    def places(self, value: Any, pointer: str) -> frozenset[str]:
        """Region codes of names that the file gives, or of codes."""
        names = _texts(value)
        for name in sorted(names):
            if name not in self.words.regions and not SIX_DIGITS.fullmatch(name):
                known = {"region": name, "known": ", ".join(self.words.regions) or "–"}
                self.faults.append(Reason("case.region_unknown", pointer=pointer, numbers=known))
        return frozenset(self.words.places(sorted(names)))

    def lines(self, value: Any, pointer: str) -> tuple[Line, ...]:
        return tuple(self._line(one, f"{pointer}/{place}") for place, one in enumerate(_list(value)))

    def _line(self, said: Mapping[str, Any], pointer: str) -> Line:
        if said.keys() - {"category", "amount", "tax"} or "amount" not in said:
            raise ValueError("a line has a category, an amount and a tax")
        amount, tax = (self.of(Form.AMOUNT, said.get(name), f"{pointer}/{name}") or 0 for name in ("amount", "tax"))
        return Line(said.get("category"), amount, tax)

    def figures(self, value: Any, pointer: str) -> tuple[Figures, ...]:
        return tuple(self._figures(one, f"{pointer}/{place}") for place, one in enumerate(_list(value)))

    def _figures(self, said: Mapping[str, Any], pointer: str) -> Figures:
        if said.keys() - {"year", "staff", "sales", "assets"}:
            raise ValueError("figures have a year, staff, sales and assets")
        sales, assets = (self.of(Form.AMOUNT, said.get(name), f"{pointer}/{name}") for name in ("sales", "assets"))
        staff = said.get("staff")
        return Figures(_number(said["year"]), None if staff is None else _number(staff), sales, assets)


def _residences(value: Any) -> tuple[Residence, ...]:
    """Residences written level-kind, such as ``provincial-incubator``."""
    found = [one.partition("-") for one in sorted(_texts(value))]
    if not all(level and kind for level, _, kind in found):
        raise ValueError("a residence is written level-kind")
    return tuple(Residence(kind, (level,)) for level, _, kind in found)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a word is text")
    return value


def _texts(value: Any) -> frozenset[str]:
    return frozenset(_text(one) for one in (value if isinstance(value, list) else [value]))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> int:
    if not _is_number(value):
        raise TypeError("a whole number")
    return int(value)


def _times(value: Any) -> int:
    """How often, as a number or in its digits."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else _number(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _share(value: Any) -> Fraction:
    found = Fraction(_text(value))
    if not 0 <= found <= 1:
        raise ValueError("a share lies between 0 and 1")
    return found


_READ: Mapping[Form, Callable[[_Reader, Any, str], Any]] = {
    Form.AMOUNT: _Reader.amount,
    Form.AMOUNTS: _Reader.amounts,
    Form.NAMED: _Reader.named,
    Form.COUNTED: _Reader.counted,
    Form.PLACE: _Reader.places,
    Form.LINES: _Reader.lines,
    Form.FIGURES: _Reader.figures,
    Form.RESIDENCE: lambda _, value, __: _residences(value),
    Form.TEXT: lambda _, value, __: _text(value),
    Form.TEXTS: lambda _, value, __: _texts(value),
    Form.LEVELS: lambda _, value, __: tuple(_text(one) for one in (value if isinstance(value, list) else [value])),
    Form.NUMBER: lambda _, value, __: _number(value),
    Form.YES_OR_NO: lambda _, value, __: _yes_or_no(value),
    Form.SHARE: lambda _, value, __: _share(value),
    Form.DAY: lambda _, value, __: date.fromisoformat(_text(value)),
}
