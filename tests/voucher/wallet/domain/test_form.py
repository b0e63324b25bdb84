"""Answers are looked at one by one: every fault is told at its field, and documents are the party's own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from services.voucher.scheme.domain.applications import Field
from services.voucher.scheme.domain.rule import Rule
from services.voucher.wallet.domain import form
from services.voucher.wallet.domain.form import Answers
from tests.voucher.wallet.reviewing import FORM

PLAN, FOREIGN = UUID(int=1), UUID(int=2)
FIELDS: Rule[tuple[Field, ...]] = Rule(
    tuple(
        Field(
            one["field"],
            one["kind"],
            one["label"]["zh"],
            one["label"]["en"],
            one["required"],
            tuple(one.get("choices", ())),
        )
        for one in FORM
    ),
    "s5",
)


def found(answers: Answers, *, whole: bool = True) -> Mapping[str | None, str]:
    faults = form.faults(FIELDS, answers, currency="CNY", own={PLAN}, whole=whole)
    assert {fault.clause for fault in faults} <= {"s5"}
    return {fault.pointer: fault.code for fault in faults}


GOOD: list[tuple[str, Any]] = [
    ("project", "Spindle test"),
    ("cost", "0"),
    ("cost", "40000.00"),
    ("staff", 0),
    ("begins", "2020-02-29"),
    ("new", False),
    ("kind", "design"),
    ("plan", f"doc_{PLAN.hex}"),
]
BAD: list[tuple[str, Any]] = [
    ("project", "  "),
    ("project", "x" * 2_001),
    ("project", 1),
    ("cost", "-1"),
    ("cost", "1.001"),
    ("cost", 1),
    ("staff", True),
    ("staff", -1),
    ("staff", 10**15 + 1),
    ("staff", "1"),
    ("begins", "2020-02-30"),
    ("begins", "20200229"),
    ("begins", 20200229),
    ("new", "yes"),
    ("kind", "other"),
    ("plan", f"doc_{FOREIGN.hex}"),
    ("plan", "plan.pdf"),
]


@pytest.mark.parametrize(("name", "answer"), GOOD)
def test_an_answer_of_its_kind_is_taken(name: str, answer: Any) -> None:
    assert found({"project": "x", name: answer}) == {}


@pytest.mark.parametrize(("name", "answer"), BAD)
def test_an_answer_of_another_kind_is_told_at_its_field(name: str, answer: Any) -> None:
    kind = next(one["kind"] for one in FORM if one["field"] == name)
    assert found({"project": "x", name: answer}) == {f"/answers/{name}": f"form.{kind}"}


def test_what_is_required_is_missed_at_submission_alone_and_what_nobody_asked_is_told() -> None:
    assert found({"age": 3}) == {"/answers/age": "form.unasked", "/answers/project": "form.missing"}
    assert found({}, whole=False) == {}


def test_the_documents_that_answers_name_are_found_by_their_fields() -> None:
    assert form.documents(FIELDS, {"plan": f"doc_{PLAN.hex}", "project": f"doc_{FOREIGN.hex}"}) == {"plan": PLAN}
    assert form.documents(FIELDS, {"plan": "none"}) == {}


@pytest.mark.parametrize(("answer", "key"), [("新型 电池-A", "新型电池a"), ("—", None), ("", None), (7, None)])
def test_a_project_is_compared_by_its_letters_and_digits(answer: Any, key: str | None) -> None:
    asked: Rule[tuple[Field, ...]] = Rule((Field("what", "project", "项目", "Project", required=False),), "x")
    faults = form.faults(asked, {"what": answer}, currency="CNY", own=(), whole=True)
    assert [fault.code for fault in faults] == ([] if key else ["form.project"])
    assert form.project(asked, {} if key is None else {"what": answer}) == key
