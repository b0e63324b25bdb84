"""Every reason of spaces in full: its code, rule, pointer and numbers are what a caller is told, so none may drift."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.organization import Organization, OrganizationFacts
from services.registry.spaces.domain import (
    activity,
    incorporation,
    investor,
    mentor,
    residency,
    revocation,
    space,
    team,
)
from services.registry.spaces.domain import recognition as rules
from tests.registry.samples import TODAY
from tests.registry.spaces.samples import held, recognition

ID, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2020, 9, 14, 1, tzinfo=UTC)
OPEN = Period(date(2020, 5, 4))
FACTS = space.SpaceFacts("谷", space.SpaceKind.MAKER_INCUBATING, space.SpaceForm.CAFE, ID, "440703")
PLACE = space.Space(ID, FACTS)
STANDING = rules.recognise(rules.file(rules.Standing(PLACE)), recognition(ID), today=TODAY)
REVOKED = rules.revoke(STANDING, reason="不合格", on=TODAY)
STAY = residency.Residency(ID, ID, ID, None, OPEN)
TEAM = team.Team(ID, ID, team.TeamFacts("队", (UUID(int=3), UUID(int=4), UUID(int=5))))
FIRM = team.Incorporation(ID, date(2020, 5, 4))
MENTOR = mentor.Mentor(ID, ID, ID, "教授", (), OPEN)
INVESTOR = investor.Investor(ID, ID, ID, None, (), 1, OPEN)
CASE = revocation.Revocation(ID, ID, "不合格", "四（五）", ID, "per_1", NOW, NOW + timedelta(days=7))
DUE = "2020-09-21T01:00:00+00:00"
LIFE = "the life cycle of a space"


def everything(act: Callable[[], object]) -> list[Reason]:
    with pytest.raises(Refusal) as refused:
        act()
    return list(refused.value.reasons)


def test_what_is_wrong_with_a_space() -> None:
    wrong = replace(FACTS, field="x", premises=space.Premises(0))
    assert space.space_faults(wrong, regions={"440703"}, fields=()) == [
        Reason("space.field", "fields are those listed", "/field", {"field": "x"}),
        Reason(
            "space.premises",
            "more than nothing, at most 100000000",
            "/premises/area_square_metres",
            {"most": 100_000_000},
        ),
    ]
    assert space.branch_faults(ID, PLACE, has_branches=False) == [
        Reason("space.branch", "a branch has a parent, and a parent is no branch", "/parent")
    ]
    assert space.closed_faults(REVOKED.space, "/space") == [
        Reason(
            "space.revoked",
            "a revoked space takes nobody in until it is recognised again",
            "/space",
            {"date": "2020-09-14"},
        )
    ]


def test_what_is_wrong_with_an_act_upon_a_space() -> None:
    assert everything(lambda: rules.file(STANDING)) == [
        Reason("space.state", LIFE, numbers={"state": "recognised", "verb": "file"})
    ]
    early = recognition(ID, decided_on=date(2020, 9, 1))
    assert everything(lambda: rules.recognise(STANDING, early, today=TODAY)) == [
        Reason("recognition.level", "one is recognised upwards", "/level", {"level": "city", "track": "science"}),
        Reason(
            "recognition.order",
            "a recognition is decided after what it follows",
            "/decided_on",
            {"earliest": "2020-09-14"},
        ),
    ]
    assert rules.stage_faults(rules.Level.CITY, rules.Level.COUNTY) == [
        Reason("recognition.stage", "nobody recognises above himself", "/level", {"level": "city", "stage": "county"})
    ]
    assert rules.move_faults(rules.file(rules.Standing(PLACE)).space, "440781") == [
        Reason("space.state", LIFE, numbers={"state": "filed", "verb": "move"})
    ]
    assert everything(lambda: rules.give_up(STANDING, rules.Track.SME, reason="停办", on=TODAY)) == [
        Reason("recognition.none", "what is given up is in force", "/track")
    ]
    incubator = rules.become_incubator(STANDING, on=TODAY, today=TODAY)
    assert everything(lambda: rules.become_incubator(incubator, on=TODAY, today=TODAY)) == [
        Reason("space.incubator", "a space is upgraded to an incubator once")
    ]


def test_what_is_wrong_with_a_case() -> None:
    verdict = revocation.Verdict("per_1", NOW, "")
    dropped = replace(CASE, state=revocation.RevocationState.DROPPED, verdict=verdict)
    assert everything(lambda: revocation.decide(CASE, revocation.RevocationState.REVOKED, verdict)) == [
        Reason("reason.empty", "whoever decides or answers says why", "/reason"),
        Reason("revocation.same_person", "four_eyes"),
        Reason("revocation.not_heard", "a space is heard first", numbers={"due": DUE}),
    ]
    late = revocation.Answer("整改", "per_9", CASE.due_at)
    assert everything(lambda: revocation.answer(dropped, late)) == [
        Reason("revocation.state", "due process", numbers={"state": "dropped"}),
        Reason("revocation.too_late", "an answer is given in time", numbers={"due": DUE}),
    ]
    assert revocation.running_faults(CASE) == [
        Reason("revocation.running", "a case is decided before anything else", numbers={"id": f"rvc_{ID.hex}"})
    ]


def test_what_is_wrong_with_a_stay_or_a_team() -> None:
    ended = replace(STAY, ended_how=residency.Ending.LEFT)
    on, how = TODAY, residency.Ending.LEFT
    assert everything(lambda: residency.end_residency(ended, on=on, how=how, today=TODAY)) == [
        Reason("residency.ended", "a residency ends once", numbers={"how": "left"})
    ]
    assert residency.end_faults(OPEN, date(2020, 5, 3)) == [
        Reason(
            "period.end",
            "what holds from day to day ends on one of its days",
            "/on",
            {"from": "2020-05-04", "until": None},
        )
    ]
    firm = replace(TEAM, status=team.TeamStatus.INCORPORATED)
    assert everything(lambda: incorporation.incorporate(firm, FIRM, [STAY], firm_stays=(), today=TODAY)) == [
        Reason("team.state", "an incorporated team is a firm", numbers={"state": "incorporated"}),
        Reason(
            "team.incorporation_day", "a team lives in its space before it is a firm", "/on", {"from": "2020-05-04"}
        ),
    ]
    late = Organization(ID, OrganizationFacts("", "", "440703", registered_on=TODAY))
    assert incorporation.firm_faults(late, FIRM.on) == [
        Reason("team.not_registered", "a firm begins with its registration", "/on", {"registered": "2020-09-14"})
    ]
    known = TEAM.facts.core_members[:2]
    assert incorporation.people_faults(TEAM, known) == [
        Reason("team.people", "the people of a firm are on record", numbers={"missing": f"per_{UUID(int=5).hex}"})
    ]
    taken = replace(TEAM, id=OTHER)
    status = team.TeamStatus.ACTIVE
    assert everything(lambda: team.amend_team(TEAM, TEAM.facts, status, others=[taken], members_least=3)) == [
        Reason("team.root", "whoever was a team before stays that team", "/core_members")
    ]


def test_what_is_wrong_with_who_is_there_and_what_happens() -> None:
    assert mentor.mentor_faults(MENTOR, [MENTOR], fields=()) == [
        Reason("mentor.overlap", "nobody mentors twice", "/from", {"id": f"mnt_{ID.hex}"})
    ]
    wrong = replace(INVESTOR, fund="基金", currency="SGD")
    assert investor.investor_faults(wrong, [wrong], fields=()) == [
        Reason("investor.who", "an investor is an organisation or a fund", "/organization"),
        Reason("investor.currency", "what is managed is told in yuan", "/managed/currency"),
        Reason("investor.overlap", "nobody invests twice", "/from", {"id": f"ivs_{ID.hex}"}),
    ]
    assert activity.activity_faults(held(sessions=0, heads=0, mentor_id=ID), None, today=TODAY) == [
        Reason("activity.number", "sessions are held, heads are counted", "/sessions", {"least": 1, "most": 1_000_000}),
        Reason("mentor.not_active", "an activity is led by a mentor of the space", "/mentor", {"date": "2020-09-01"}),
    ]
    replaced = activity.Activity(ID, ID, held(), corrected_by=OTHER)
    assert everything(lambda: activity.refuse_corrected(replaced)) == [
        Reason("activity.corrected", "an activity is replaced once", numbers={"id": f"atv_{OTHER.hex}"})
    ]
