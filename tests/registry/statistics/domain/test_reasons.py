"""Every reason of this wing in full: its code, rule, pointer and numbers are what a caller is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal
from services.registry.statistics.domain import subject, summary, supported, target
from services.registry.statistics.domain.subject import Subject
from services.registry.statistics.domain.summary import Duty, Submission, WorkSummary
from services.registry.statistics.domain.supported import Entry, ListState, SupportedKind, SupportedList
from services.registry.statistics.domain.target import Measure, TargetFacts

ID = UUID(int=1)
DUE = date(2021, 1, 29)
AT = datetime(2020, 9, 14, tzinfo=UTC)
DUTY = Duty(ID, "330402", None, 2019, "嘉政办发〔2015〕90号", "六(二)")
OPEN = WorkSummary(ID, ID, 2020, "330402", None, DUE, DUE)
HANDED_IN = Submission(DUE, "per_1", ID, {}, days_late=0)
SUBMITTED = summary.submit(OPEN, HANDED_IN)
NOTHING_WANTED = TargetFacts(Measure.SPACES, "440700", 0, DUE, "p", "一")
LINE = Entry(SupportedKind.PROVIDER, ID, "甲检测", "440703", ("admitted",))
LIST = SupportedList(ID, "440700", 2020, (LINE,), "per_1", AT)
DROPPED = replace(LIST, state=ListState.DROPPED)
LIFE, LIST_LIFE = "the life cycle of a work summary", "the life cycle of a list"

LISTS: list[tuple[Callable[[], list[Reason]], list[Reason]]] = [
    (
        lambda: subject.dimension_faults(Subject.PROVIDERS, ["kind"], most=2),
        [
            Reason(
                "statistics.dimension",
                "each subject has its dimensions",
                "/group_by",
                {"subject": "providers", "known": "region, size, year", "dimension": "kind"},
            )
        ],
    ),
    (
        lambda: subject.dimension_faults(Subject.PROVIDERS, ["region", "region"], most=1),
        [
            Reason("statistics.too_many", "a table has few dimensions", "/group_by", {"most": 1}),
            Reason("statistics.twice", "a dimension is named once", "/group_by"),
        ],
    ),
    (
        lambda: subject.alone_faults(Subject.ADMISSIONS, ["ground", "region"]),
        [
            Reason(
                "statistics.alone",
                "what is not public of each is told by itself",
                "/group_by",
                {"dimension": "ground"},
            )
        ],
    ),
    (
        lambda: target.target_faults(NOTHING_WANTED, regions=["440700"]),
        [Reason("target.value", "a target wants more than nothing", "/value")],
    ),
    (
        lambda: summary.duty_faults(DUTY, today=date(2020, 9, 14)),
        [
            Reason(
                "summary.past",
                "nobody is made to report on a year that is over",
                "/from_year",
                {"year": 2019, "earliest": 2020},
            )
        ],
    ),
    (
        lambda: summary.stated_faults({"lies": 1}, ["spaces", "teams"]),
        [
            Reason(
                "summary.figure",
                "the figures of a summary are those counted here",
                "/stated/lies",
                {"figure": "lies", "known": "spaces, teams"},
            )
        ],
    ),
    (
        lambda: summary.duty_faults(replace(DUTY, from_year=2020, bureau="市科技局"), today=date(2020, 9, 14)),
        [
            Reason(
                "summary.bureau",
                "a bureau is told by the code in the roles of its staff",
                "/bureaus",
                {"bureau": "市科技局"},
            )
        ],
    ),
    (
        lambda: summary.elsewhere_faults("330400", ["a", "b", "c"], {"a": "440700", "b": "330400"}),
        [Reason("summary.elsewhere", "a bureau is one city's", "/bureaus", {"bureau": "a", "city": "440700"})],
    ),
    (
        lambda: summary.clause_faults("p", "六(二)", None, ()),
        [Reason("summary.clause", "a duty has a clause that holds", "/clause", {"policy": "p", "clause": "六(二)"})],
    ),
]
ACTS: list[tuple[Callable[[], object], list[Reason]]] = [
    (
        lambda: summary.submit(SUBMITTED, HANDED_IN),
        [Reason("summary.state", LIFE, None, {"state": "submitted", "verb": "submit"})],
    ),
    (
        lambda: summary.accept(OPEN, by="per_2"),
        [Reason("summary.state", LIFE, None, {"state": "open", "verb": "accept"})],
    ),
    (
        lambda: summary.send_back(OPEN, by="per_2", reason="缺名单", owed_by=DUE),
        [Reason("summary.state", LIFE, None, {"state": "open", "verb": "return"})],
    ),
    (lambda: summary.accept(SUBMITTED, by="per_1"), [Reason("summary.own", "four_eyes")]),
    (
        lambda: supported.prepare(replace(LIST, entries=())),
        [Reason("supported.nothing", None, None, {"region": "440700", "year": 2020})],
    ),
    (
        lambda: supported.publish(LIST, digest=LIST.digest, by="per_1", at=AT, today=LIST.entries),
        [Reason("supported.own", "four_eyes")],
    ),
    (
        lambda: supported.publish(LIST, digest="0" * 64, by="per_2", at=AT, today=LIST.entries),
        [Reason("supported.digest", "what is published was seen", "/digest")],
    ),
    (
        lambda: supported.publish(LIST, digest=LIST.digest, by="per_2", at=AT, today=()),
        [Reason("supported.outdated", "what is published is so", None, {"lines": 1})],
    ),
    (
        lambda: supported.publish(DROPPED, digest=LIST.digest, by="per_2", at=AT, today=DROPPED.entries),
        [Reason("supported.state", LIST_LIFE, None, {"state": "dropped", "verb": "publish"})],
    ),
    (
        lambda: supported.drop(DROPPED, by="per_2", at=AT),
        [Reason("supported.state", LIST_LIFE, None, {"state": "dropped", "verb": "drop"})],
    ),
]


@pytest.mark.parametrize(("faults", "expected"), LISTS)
def test_a_fault_says_exactly_this(faults: Callable[[], list[Reason]], expected: list[Reason]) -> None:
    assert faults() == expected


@pytest.mark.parametrize(("act", "expected"), ACTS)
def test_a_refusal_says_exactly_this(act: Callable[[], object], expected: list[Reason]) -> None:
    with pytest.raises(Refusal) as refused:
        act()
    assert list(refused.value.reasons) == expected
