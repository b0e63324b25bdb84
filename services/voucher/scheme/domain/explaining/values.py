"""Decides how a value is said in a sentence: 20,000.00元, 50%, 2020年9月15日, 5个工作日."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from services.voucher.scheme.domain.checking.sources import OURS
from services.voucher.scheme.domain.explaining.names import CURRENCIES, NAMES
from services.voucher.scheme.domain.rule import REGIONS
from services.voucher.scheme.domain.vocabulary import Names, house_names, own_names

Document = Mapping[str, Any]
_SINCE = {
    "issue": ("发放后", "issue"),
    "use_by": ("约定期满后", "the last day of its use"),
    "deliver_by": ("交付期满后", "the last day of delivery"),
}
"""From when a term may count."""
CHINESE = "zh-CN"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Speaks one language (``zh-CN`` or ``en``) about amounts of one currency.

    own: what the file calls its own words, and the codes of its own names of regions.
    """

    language: str
    currency: str
    own: Names = field(default_factory=dict)
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @staticmethod
    def of(document: Document, language: str) -> "Teller":
        """Who speaks about a document."""
        return Teller(language, document["currency"], own_names(document), document.get("regions", {}))

    def either(self, zh: str, en: str) -> str:
        """The one of two sentences that is in the language."""
        return zh if self.language == CHINESE else en

    def name(self, word: str) -> str:
        """What a word of the file is called: by the file itself, in the format, or by the house."""
        return self.either(*(self.own.get(word) or NAMES.get(word) or house_names().get(word, (word, word))))

    def fact(self, word: str) -> str:
        """What an award is given once for."""
        return self.either(*(self.own.get(word) or house_names("fact").get(word, (word, word))))

    def residence(self, word: str) -> str:
        """A kind of space with its level."""
        level, _, kind = word.partition("-")
        return self.either(f"{self.name(level)}{self.name(kind)}", f"{self.name(level)} {self.name(kind)}")

    def place(self, word: str) -> str:
        """A region by its name; one that the file names and does not say how, by the names of what lies in it."""
        codes = self.regions.get(word)
        if codes is None or word in self.own:
            return self.name(word)
        return self.either("、".join(self.name(code) for code in codes), word.replace("-", " "))

    def names(self, words: Iterable[str], kind: str = "") -> str:
        """Several words, one of which is enough. kind: the word of a case that they are values of, if any."""
        tell = self.residence if kind == "residency" else self.place if kind in REGIONS else self.name
        told = [tell(word) for word in words]
        if self.language == CHINESE:
            return "、".join(told)
        return " or ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)

    def amount(self, text: str) -> str:
        """An amount as the file writes it, with its currency."""
        zh, en = CURRENCIES.get(self.currency, (self.currency, self.currency))
        whole, _, part = text.partition(".")
        grouped = f"{int(whole):,}.{part:0<2}"
        return self.either(f"{grouped}{zh}", f"{en} {grouped}")

    def share(self, text: str) -> str:
        """A share in per cent."""
        return f"{format((Decimal(text) * 100).normalize(), 'f')}%"

    def day(self, text: str) -> str:
        """A local date or minute."""
        day, time = date.fromisoformat(text[:10]), text[10:]
        zh = f"{day.year}年{day.month}月{day.day}日{time}"
        return self.either(zh, f"{day.day} {MONTHS[day.month - 1]} {day.year}{time}")

    def span(self, value: Document) -> str:
        """So many months and days, of either kind."""
        units = {"months": ("个月", "months"), "days": ("天", "days"), "working_days": ("个工作日", "working days")}
        told = [
            self.either(f"{value[unit]}{zh}", f"{value[unit]} {en if value[unit] != 1 else en[:-1]}")
            for unit, (zh, en) in units.items()
            if unit in value
        ]
        return self.either("又", " and ").join(told)

    def term(self, value: str | Document) -> str:
        """Until when: a date with its whole day, or so long after issue."""
        if isinstance(value, str):
            return self.either(f"{self.day(value)}前（含当日）", f"by {self.day(value)}")
        zh, en = _SINCE[value.get("after", "issue")]
        return self.either(f"{zh}{self.span(value)}内", f"within {self.span(value)} of {en}")

    def cited(self, text: str) -> str:
        """What a source is called."""
        if text in OURS:
            return self.either("未见公布，系统自定", "our own choice: nobody published it")
        kind, _, name = text.partition(" ")
        zh = {"row": "已公布要点", "policy": "政策"}.get(kind, kind)
        en = {"row": "published summary", "policy": "policy"}.get(kind, kind)
        return self.either(f"{zh} {name}", f"{en} {name}")

    def when(self, case: Document) -> str:
        """Whom and which days a case is about."""
        told = [self._word(word, case[word]) for word in case if word not in ("from", "until")]
        if "from" in case:
            told.append(self.either(f"自{self.day(case['from'])}起", f"from {self.day(case['from'])}"))
        if "until" in case:
            told.append(self.either(f"至{self.day(case['until'])}止", f"until {self.day(case['until'])}"))
        return self.either("，", ", ").join(told)

    def _word(self, word: str, values: list[str]) -> str:
        if word in ("holder", "size_class"):
            return self.names(values)
        told = self.names(values, word)
        return self.either(f"{self.name(word)}为{told}", f"{self.name(word)} {told}")
