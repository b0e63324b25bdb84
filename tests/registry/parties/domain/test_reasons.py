"""What is wrong with names, ends, sizes and founders is told with rule, place and numbers, none of which may drift."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.data import founder_kinds, size_standard
from services.registry.parties.domain.founder import (
    FounderClass,
    FounderRole,
    Founding,
    class_faults,
    founding_faults,
)
from services.registry.parties.domain.naming import Name, rename
from services.registry.parties.domain.organization import Organization, SizeClass, Succession, SuccessionHow, amend
from services.registry.parties.domain.size import Measure, SizeDeclaration, SizeFacts, SizeSource, size_faults
from services.registry.parties.domain.succession import succeed
from tests.registry.samples import PENGJIANG, TODAY, facts

ID, OTHER = UUID(int=1), UUID(int=2)
SINCE = date(2018, 3, 15)
FIRM = Organization(ID, facts(registered_on=SINCE))
KEPT = [Name(ID, ID, FIRM.facts.name, Period(SINCE))]
MERGED = Succession(SuccessionHow.MERGER, date(2018, 3, 14), ID, OTHER)
ENDED = replace(FIRM, succession=replace(MERGED, on=date(2020, 8, 31)))
SIZE = SizeFacts(ID, 1948, "other", {Measure.STAFF: -1}, SizeSource.REGISTER)
STANDARD = size_standard()
ONCE = "one fact holds once on a day"
STUDENT = FounderClass(ID, ID, "student", Period(SINCE), ID)
FOUNDED = Founding(ID, ID, ID, None, FounderRole.FOUNDER, Period(SINCE), ID)


def named(text: str, start: date, until: date | None = None) -> object:
    return rename(FIRM, KEPT, Name(OTHER, ID, text, Period(start, until)), today=TODAY)


@pytest.mark.parametrize(
    ("act", "wanted"),
    [
        (
            lambda: named(FIRM.facts.name, SINCE),
            [
                Reason("organization_name.same", "a new name is another one", "/name"),
                Reason(
                    "organization_name.place",
                    "a name holds for a day at least",
                    "/from",
                    {"earliest": "2018-03-16", "latest": None},
                ),
            ],
        ),
        (
            lambda: named("旧名", date(2018, 3, 16), TODAY),
            [
                Reason(
                    "organization_name.place",
                    "a former name goes before the oldest",
                    "/from",
                    {"earliest": None, "latest": "2018-03-15"},
                ),
                Reason(
                    "organization_name.place",
                    "a former name goes before the oldest",
                    "/until",
                    {"earliest": None, "latest": "2020-09-13"},
                ),
            ],
        ),
        (
            lambda: succeed(ENDED, MERGED, None, today=TODAY),
            [
                Reason("succession.recorded", "an organisation ends once", None, {"on": "2020-08-31"}),
                Reason(
                    "succession.before",
                    "what ends or takes up is registered",
                    "/on",
                    {"registered_on": "2018-03-15"},
                ),
            ],
        ),
        (
            lambda: succeed(FIRM, replace(ENDED.succession or MERGED, successor_id=None), None, today=TODAY),
            [Reason("succession.successor", "a merger names who takes up", "/successor")],
        ),
        (
            lambda: succeed(FIRM, replace(ENDED.succession or MERGED, successor_id=ID), FIRM, today=TODAY),
            [Reason("succession.itself", "nobody succeeds himself", "/successor")],
        ),
        (
            lambda: amend(
                replace(ENDED, facts=replace(FIRM.facts, size_class=None)),
                {"status": "deregistered", "size_class": "small"},
                by_itself=False,
                regions={PENGJIANG},
                today=TODAY,
                is_sized=True,
            ),
            [
                Reason("organization.sized", "a size class computed from figures counts", "/size_class"),
                Reason("organization.succeeded", "what has been taken up does not come back", "/status"),
            ],
        ),
    ],
)
def test_an_act_is_refused_for_exactly_this(act: Callable[[], object], wanted: list[Reason]) -> None:
    with pytest.raises(Refusal) as refused:
        act()
    assert list(refused.value.reasons) == wanted


KNOWN = SizeDeclaration(ID, replace(SIZE, source=SizeSource.OPERATOR), SizeClass.MICRO, "x")


@pytest.mark.parametrize(
    ("find", "wanted"),
    [
        (
            lambda: size_faults(SIZE, [KNOWN], standard=STANDARD, by_itself=True, today=TODAY),
            [
                Reason(
                    "size.year", "figures are of a year that has begun", "/year", {"earliest": 1949, "latest": 2020}
                ),
                Reason("field.not_yours", "recorded by an operator", "/source"),
                Reason("size.settled", "an operator's word stands", "/year"),
                Reason("size.figure", "figures are counted from nothing up", "/staff"),
            ],
        ),
        (
            lambda: size_faults(
                replace(SIZE, year=2019, industry="x"), [], standard=STANDARD, by_itself=False, today=TODAY
            ),
            [Reason("size.industry", f"industries are those of {STANDARD.number}", "/industry", {"industry": "x"})],
        ),
        (
            lambda: size_faults(
                replace(SIZE, year=2019, figures={}), [], standard=STANDARD, by_itself=False, today=TODAY
            ),
            [Reason("size.missing", "the industry's measures decide", "/staff")],
        ),
        (
            lambda: class_faults(
                replace(STUDENT, employer="x", kept_until=SINCE), [STUDENT], kinds=founder_kinds(), today=TODAY
            ),
            [
                Reason(
                    "founder_class.employment",
                    "a researcher's post is kept for three years at most",
                    "/kept_until",
                    {"latest": "2021-03-15"},
                    "tongzhou-2018-5 三(五)",
                ),
                Reason("founder_class.overlap", ONCE, "/from", {"id": f"fcl_{ID.hex}"}),
            ],
        ),
        (
            lambda: class_faults(replace(STUDENT, kind="x"), [], kinds=founder_kinds(), today=TODAY),
            [Reason("founder_class.unlisted", "classes are those listed", "/class", {"class": "x"})],
        ),
        (
            lambda: founding_faults(replace(FOUNDED, organization_id=None), [], today=TODAY),
            [Reason("founding.founded", "a founding is of one organisation or of one team", "/organization")],
        ),
        (
            lambda: founding_faults(FOUNDED, [FOUNDED], today=TODAY),
            [Reason("founding.overlap", ONCE, "/from", {"id": f"fnd_{ID.hex}"})],
        ),
    ],
)
def test_a_list_of_faults_says_exactly_this(find: Callable[[], list[Reason]], wanted: list[Reason]) -> None:
    assert find() == wanted
