"""Decides what is told of a natural person 自然人, what of it is right, and how it looks to who need not know it."""

import re
import unicodedata
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import clean, name_faults
from services.standards import resident_card
from services.standards.resident_card import ResidentCardFault

NAME_LENGTH = 100
EMAIL_LENGTH = 254

_PAPER = re.compile(r"[A-Z0-9]{5,20}")
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_BETWEEN = re.compile(r"[\s()-]")


class IdKind(StrEnum):
    """By which paper a person is known; the same number of two papers is of two persons."""

    RESIDENT_CARD = "resident_card"
    PASSPORT = "passport"
    HOME_RETURN_PERMIT = "home_return_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    FOREIGNER_CARD = "foreigner_card"


@dataclass(frozen=True)
class PersonFacts:
    """What is personal; a trace that shows this object shows none of it."""

    name: str = field(repr=False)
    id_kind: IdKind = field(repr=False)
    id_number: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)

    def written(self) -> "PersonFacts":
        """Give the same as it is kept: the name in NFC, numbers without what stands between their digits."""
        return PersonFacts(
            name=clean(self.name),
            id_kind=self.id_kind,
            id_number=resident_card.normalise(self.id_number),
            phone=None if self.phone is None else _BETWEEN.sub("", unicodedata.normalize("NFKC", self.phone)),
            email=None if self.email is None else clean(self.email),
        )

    @property
    def personal(self) -> dict[str, str]:
        """What is sealed: every field that is known."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: str(value) for name, value in told.items() if value is not None}

    @property
    def paper(self) -> str:
        """What makes this person the same as another: kind and number of the paper."""
        return f"{self.id_kind.value} {self.id_number}"

    def masked(self) -> "PersonFacts":
        """Give the same as everybody sees it who sees the person at all: who is meant, and nothing to reach him by."""
        shown = 4 if self.id_kind is IdKind.RESIDENT_CARD else 1
        return PersonFacts(
            name=self.name[:1] + "*" * min(len(self.name) - 1, 2),
            id_kind=self.id_kind,
            id_number=self.id_number[:shown] + "*" * (len(self.id_number) - shown),
            phone=None if self.phone is None else self.phone[:3] + "*" * (len(self.phone) - 5) + self.phone[-2:],
            email=None if self.email is None else f"{self.email[0]}***@{self.email.rpartition('@')[2]}",
        )


def person_of(personal: dict[str, str]) -> PersonFacts:
    """Give the person whose personal fields were opened."""
    return PersonFacts(
        name=personal["name"],
        id_kind=IdKind(personal["id_kind"]),
        id_number=personal["id_number"],
        phone=personal.get("phone"),
        email=personal.get("email"),
    )


def person_faults(facts: PersonFacts, *, today: date) -> list[Reason]:
    """List all that is wrong with a person: name, number of the paper, phone, e-mail. No number is in a reason."""
    written = facts.written()
    faults = name_faults(facts.name, "/name", limit=NAME_LENGTH)
    wrong = _paper_fault(written, today)
    if wrong is not None:
        faults.append(Reason("people.id_number", rule=wrong, pointer="/id_number"))
    if not _fits(_PHONE, written.phone):
        faults.append(Reason("people.phone", rule="digits, after a country code or not", pointer="/phone"))
    if not _fits(_EMAIL, written.email):
        faults.append(Reason("people.email", rule="one at sign, and a dot after it", pointer="/email"))
    return faults


def reason_faults(reason: str, facts: PersonFacts) -> list[Reason]:
    """List what is wrong with a reason that is kept openly: it names the person, or gives a number of his."""
    personal = (facts.name, facts.id_number, facts.phone, facts.email)
    said = unicodedata.normalize("NFKC", reason).casefold()
    if not any(one.casefold() in said for one in personal if one):
        return []
    return [Reason("people.named", rule="what is kept openly names nobody", pointer="/reason")]


def _paper_fault(written: PersonFacts, today: date) -> str | None:
    """Which rule the number of the paper breaks; None when it is right."""
    if written.id_kind is not IdKind.RESIDENT_CARD:
        return None if _fits(_PAPER, written.id_number) else "letters and digits"
    try:
        born = resident_card.birthday(resident_card.check(written.id_number))
    except ResidentCardFault as fault:
        return fault.code
    return "resident_card.birthday" if born > today else None


def _fits(form: re.Pattern[str], text: str | None) -> bool:
    return text is None or (len(text) <= EMAIL_LENGTH and form.fullmatch(text) is not None)
