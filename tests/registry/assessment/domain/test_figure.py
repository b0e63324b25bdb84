"""Counted figures, told figures, ruled figures: which stands, and what is wrong with a report or a review."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Reason
from services.registry.assessment.domain.figure import (
    LARGEST,
    Figure,
    Ruling,
    Told,
    counted,
    missing_faults,
    report_faults,
    reported,
    ruled,
    ruling_faults,
)
from services.registry.assessment.domain.indicator import Counter, Unit
from services.registry.spaces.domain.counting import Counted
from tests.registry.assessment.samples import BUSINESS, SYSTEM, TRAINEES

PAPER = UUID(int=7)
COUNTS = Counted(training_sessions=3, coaching_sessions=4, trainees=12, corrected=True)
FIGURES = counted(SYSTEM, COUNTS)
BUSINESS_TOLD = Told("business", 5, document_id=PAPER)
TYPED = Told("trainees", 15, reason="未登记", document_id=PAPER)
NAMED = "figures are those of the indicator system"


def test_what_the_registry_counts_stands_and_the_rest_is_missing() -> None:
    assert list(FIGURES) == [
        Figure(indicator="business"),
        Figure(indicator="trainees", counted=12, counted_corrected=True),
    ]
    assert [(one.value, one.typed) for one in FIGURES] == [(None, False), (12, False)]
    assert missing_faults(FIGURES) == [
        Reason("assessment.figure_missing", "every indicator has a figure", "/figures", {"indicator": "business"})
    ]


def test_counters_are_summed() -> None:
    sessions = (Counter.TRAINING_SESSIONS, Counter.COACHING_SESSIONS)
    both = replace(TRAINEES, unit=Unit.TIMES, counted_from=sessions)
    assert counted(replace(SYSTEM, indicators=(both,)), COUNTS)[0].counted == 7


def test_a_typed_figure_stands_before_a_counted_one_and_is_marked() -> None:
    business, trainees = reported(FIGURES, [BUSINESS_TOLD, TYPED])
    assert (business.value, business.typed, business.document_id) == (5, False, PAPER)
    assert (trainees.value, trainees.counted, trainees.typed, trainees.reason) == (15, 12, True, "未登记")


def test_a_ruled_figure_stands_before_all_and_the_rest_is_left_alone() -> None:
    before = reported(FIGURES, [BUSINESS_TOLD])
    business, trainees = ruled(before, [Ruling("business"), Ruling("trainees", 9, reason="重复计数")])
    assert (business, trainees.value, trainees.typed) == (before[0], 9, True)
    assert trainees.ruling == "重复计数"


def test_a_whole_report_has_no_faults() -> None:
    assert report_faults(SYSTEM, FIGURES, [BUSINESS_TOLD], documents={PAPER}) == []
    assert report_faults(SYSTEM, FIGURES, [BUSINESS_TOLD, TYPED], documents={PAPER}) == []


EVIDENCE = "a figure that is told has its document"
EMPTY = "whoever decides or answers says why"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (
            [BUSINESS_TOLD, Told("x", 1, document_id=PAPER)],
            [Reason("assessment.figure_unknown", NAMED, "/figures/1/indicator", {"indicator": "x"})],
        ),
        (
            [BUSINESS_TOLD, BUSINESS_TOLD],
            [Reason("assessment.figure_twice", "a figure is told once", "/figures/1/indicator")],
        ),
        (
            [Told("business", 1, money=True, document_id=PAPER)],
            [Reason("assessment.figure_unit", "money is told as money", "/figures/0/value", {"unit": "cases"})],
        ),
        (
            [Told("business", -1, document_id=PAPER)],
            [Reason("assessment.figure_size", "figures are bounded", "/figures/0/value", {"most": LARGEST})],
        ),
        (
            [Told("business", LARGEST + 1, document_id=PAPER)],
            [Reason("assessment.figure_size", "figures are bounded", "/figures/0/value", {"most": LARGEST})],
        ),
        ([Told("business", 1)], [Reason("assessment.evidence", EVIDENCE, "/figures/0/document")]),
        (
            [Told("business", 1, document_id=UUID(int=8))],
            [Reason("assessment.evidence", EVIDENCE, "/figures/0/document")],
        ),
        (
            [Told("business", 1, reason=" ", document_id=PAPER)],
            [Reason("reason.empty", EMPTY, "/figures/0/reason")],
        ),
        (
            [BUSINESS_TOLD, Told("trainees", 15, document_id=PAPER)],
            [Reason("reason.empty", EMPTY, "/figures/1/reason")],
        ),
        (
            [TYPED],
            [
                Reason(
                    "assessment.figure_missing",
                    "every indicator has a figure",
                    "/figures",
                    {"indicator": "business"},
                )
            ],
        ),
    ],
)
def test_a_report_says_what_is_wrong_with_it(told: list[Told], wanted: list[Reason]) -> None:
    assert report_faults(SYSTEM, FIGURES, told, documents={PAPER}) == wanted


@pytest.mark.parametrize(
    ("rulings", "every", "wanted"),
    [
        ([Ruling("business"), Ruling("trainees")], True, []),
        ([Ruling("trainees", 3, reason="重复")], False, []),
        (
            [Ruling("business")],
            True,
            [
                Reason(
                    "assessment.figure_unruled",
                    "a reviewer says something of every figure",
                    "/figures",
                    {"indicator": "trainees"},
                )
            ],
        ),
        ([Ruling("trainees", 3)], False, [Reason("reason.empty", EMPTY, "/figures/0/reason")]),
        (
            [Ruling("x")],
            False,
            [Reason("assessment.figure_unknown", NAMED, "/figures/0/indicator", {"indicator": "x"})],
        ),
        (
            [Ruling("business"), Ruling("business")],
            False,
            [Reason("assessment.figure_twice", "a figure is told once", "/figures/1/indicator")],
        ),
        (
            [Ruling("business", -1, reason="a")],
            False,
            [Reason("assessment.figure_size", "figures are bounded", "/figures/0/value", {"most": LARGEST})],
        ),
    ],
)
def test_a_review_says_what_is_wrong_with_it(rulings: list[Ruling], every: bool, wanted: list[Reason]) -> None:
    assert ruling_faults(SYSTEM, rulings, every=every) == wanted


def test_money_is_told_as_money_and_nothing_else_is() -> None:
    money: dict[str, Any] = {"document_id": PAPER}
    system = replace(SYSTEM, indicators=(replace(BUSINESS, unit=Unit.FEN), TRAINEES))
    assert report_faults(system, FIGURES, [Told("business", 5, money=True, **money)], documents={PAPER}) == []
    (fault,) = report_faults(system, FIGURES, [BUSINESS_TOLD], documents={PAPER})
    assert (fault.code, fault.numbers) == ("assessment.figure_unit", {"unit": "fen"})
