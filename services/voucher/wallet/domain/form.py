"""Decides what is wrong with the answers to a scheme's form: every fault at once, each at its field."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import AmountFault, parse_amount
from services.standards.spelling import compared
from services.voucher.scheme.domain.applications import Field
from services.voucher.scheme.domain.rule import Rule

Answer = str | int | bool
Answers = Mapping[str, Answer]
"""What a party said, by field: amounts as decimal text, dates as YYYY-MM-DD, documents as ``doc_…``."""

TEXT_MAX = 2_000
WHOLE_NUMBER_MAX = 10**15
DOCUMENT = re.compile(r"doc_([0-9a-f]{32})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
RULE = "applications.form"
PROJECT = "project"
"""The kind of field that says what is to be supported: the same project is found again, whoever names it."""
CODES: Mapping[str, str] = MappingProxyType(
    {
        "text": "form.text",
        "amount": "form.amount",
        "whole_number": "form.whole_number",
        "date": "form.date",
        "yes_no": "form.yes_no",
        "choice": "form.choice",
        "document": "form.document",
        "project": "form.project",
    }
)
"""What is said of an answer that is not of its field's kind."""


def faults(
    form: Rule[tuple[Field, ...]], answers: Answers, *, currency: str, own: Collection[UUID], whole: bool
) -> list[Reason]:
    """Every reason why these answers are not taken. own: the documents of the party that it names.

    whole: whether what is required must be there, as at submission; a draft may still lack it.
    """
    fields = {field.name: field for field in form.value}
    found = [
        Reason("form.unasked", RULE, f"/answers/{name}", {}, form.source) for name in answers if name not in fields
    ]
    for name, field in fields.items():
        if name not in answers:
            if whole and field.required:
                found.append(Reason("form.missing", RULE, f"/answers/{name}", {}, form.source))
        elif not _fits(field, answers[name], currency, own):
            numbers = {"choices": ", ".join(field.choices)} if field.choices else {}
            found.append(Reason(CODES[field.kind], RULE, f"/answers/{name}", numbers, form.source))
    return found


def documents(form: Rule[tuple[Field, ...]], answers: Answers) -> dict[str, UUID]:
    """The documents that answers name, by field; what is no document's id is left out."""
    return dict(_documents(form.value, answers))


def project(form: Rule[tuple[Field, ...]], answers: Answers) -> str | None:
    """By what the project of these answers is compared with those of others; None where the form asks for none."""
    said = [compared(str(answers[one.name])) for one in form.value if one.kind == PROJECT and one.name in answers]
    return "".join(said) or None


def _documents(fields: tuple[Field, ...], answers: Answers) -> Iterator[tuple[str, UUID]]:
    for field in fields:
        match = DOCUMENT.fullmatch(str(answers.get(field.name))) if field.kind == "document" else None
        if match is not None:
            yield field.name, UUID(hex=match[1])


def _fits(field: Field, answer: Answer, currency: str, own: Collection[UUID]) -> bool:
    if field.kind == "choice":
        return answer in field.choices
    if field.kind == "document":
        match = DOCUMENT.fullmatch(str(answer))
        return match is not None and UUID(hex=match[1]) in own
    if field.kind == "amount":
        return _is_amount(answer, currency)
    return _IS[field.kind](answer)


def _is_amount(answer: Answer, currency: str) -> bool:
    try:
        return isinstance(answer, str) and parse_amount(answer, currency) >= 0
    except AmountFault:
        return False


def _is_text(answer: Answer) -> bool:
    return isinstance(answer, str) and bool(answer.strip()) and len(answer) <= TEXT_MAX


def _is_project(answer: Answer) -> bool:
    return _is_text(answer) and bool(compared(str(answer)))


def _is_whole_number(answer: Answer) -> bool:
    return isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer <= WHOLE_NUMBER_MAX


def _is_date(answer: Answer) -> bool:
    if not isinstance(answer, str) or not DAY.fullmatch(answer):
        return False
    try:
        date.fromisoformat(answer)
    except ValueError:
        return False
    return True


def _is_yes_no(answer: Answer) -> bool:
    return isinstance(answer, bool)


_IS: Mapping[str, Callable[[Answer], bool]] = MappingProxyType(
    {"text": _is_text, "whole_number": _is_whole_number, "date": _is_date, "yes_no": _is_yes_no, "project": _is_project}
)
