"""How a space is filed, recognised, upgraded, revoked, given up and closed; and that nothing leads round it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.spaces.domain.recognition import (
    EndReason,
    Level,
    Standing,
    Track,
    become_incubator,
    close,
    decline,
    file,
    give_up,
    recognise,
    reopen,
    revoke,
)
from services.registry.spaces.domain.space import (
    Space,
    SpaceFacts,
    SpaceForm,
    SpaceKind,
    SpaceState,
    SpaceStatus,
    closed_faults,
)
from tests.registry.samples import TODAY, codes
from tests.registry.spaces.samples import recognition

FACTS = SpaceFacts("珠西创谷", SpaceKind.MAKER_INCUBATING, SpaceForm.CAFE, new_id(), "440703")
RECORDED = Standing(Space(UUID(int=1), FACTS))
CITY = recognition(UUID(int=1))
FILED = file(RECORDED)
RECOGNISED = recognise(FILED, CITY, today=TODAY)
REVOKED = revoke(RECOGNISED, reason="考核不合格", on=TODAY)
CLOSED = close(RECOGNISED, on=TODAY)


def test_levels_rise_from_county_to_nation() -> None:
    assert [level.above(Level.CITY) for level in Level] == [False, False, True, True]


def test_a_recognition_is_in_force_until_before_the_day_it_ends() -> None:
    (ended,) = revoke(RECOGNISED, reason="不合格", on=TODAY + timedelta(days=1)).recognitions
    days = [TODAY + timedelta(days=days) for days in (-1, 0, 1)]
    assert [ended.covers(day) for day in days] == [False, True, False]
    assert [CITY.covers(day) for day in days] == [False, True, True]


@pytest.mark.parametrize("standing", [FILED, RECOGNISED, CLOSED])
def test_only_a_recorded_or_revoked_space_is_filed(standing: Standing) -> None:
    with pytest.raises(Refusal) as refused:
        file(standing)
    assert codes(refused.value) == {"space.state"}
    assert file(REVOKED).space.state is SpaceState.FILED


@pytest.mark.parametrize("standing", [RECORDED, REVOKED, CLOSED])
def test_only_a_filed_or_recognised_space_is_recognised(standing: Standing) -> None:
    with pytest.raises(Refusal) as refused:
        recognise(standing, replace(CITY, level=Level.NATIONAL), today=TODAY)
    assert codes(refused.value) == {"space.state"}


def test_a_former_recognition_of_another_track_orders_nothing() -> None:
    sme = replace(CITY, id=new_id(), track=Track.SME, decided_on=TODAY - timedelta(days=9))
    assert recognise(RECOGNISED, sme, today=TODAY).open == (CITY, sme)


def test_a_recognition_after_a_revocation_is_decided_after_it() -> None:
    early = replace(CITY, id=new_id(), track=Track.SME, decided_on=TODAY - timedelta(days=1))
    with pytest.raises(Refusal) as refused:
        recognise(file(REVOKED), early, today=TODAY)
    assert refused.value.reasons[0].numbers == {"earliest": TODAY.isoformat()}


@pytest.mark.parametrize("standing", [RECORDED, RECOGNISED, REVOKED, CLOSED])
def test_only_a_filing_is_declined(standing: Standing) -> None:
    with pytest.raises(Refusal) as refused:
        decline(standing, reason="")
    assert codes(refused.value) == {"reason.empty", "space.state"}


def test_a_revoked_space_that_is_declined_is_revoked_as_before() -> None:
    declined = decline(file(REVOKED), reason="材料不全")
    assert (declined.space.state, declined.space.revoked_on) == (SpaceState.REVOKED, TODAY)


@pytest.mark.parametrize("standing", [RECORDED, FILED, REVOKED, CLOSED])
def test_only_a_recognised_space_is_revoked(standing: Standing) -> None:
    with pytest.raises(Refusal) as refused:
        revoke(standing, reason="", on=TODAY)
    assert codes(refused.value) == {"reason.empty", "space.state"}


def test_a_revocation_ends_every_track_and_bars_the_door() -> None:
    both = recognise(RECOGNISED, replace(CITY, id=new_id(), track=Track.SME), today=TODAY)
    revoked = revoke(both, reason="不合格", on=TODAY)
    assert {one.end.reason for one in revoked.recognitions if one.end} == {EndReason.REVOKED}
    assert [fault.code for fault in closed_faults(revoked.space, "/space")] == ["space.revoked"]
    assert [fault.code for fault in closed_faults(file(revoked).space, "/space")] == ["space.revoked"]


def test_what_is_given_up_is_in_force() -> None:
    with pytest.raises(Refusal) as refused:
        give_up(RECOGNISED, Track.SME, reason="", on=TODAY)
    assert codes(refused.value) == {"reason.empty", "recognition.none"}
    assert give_up(RECOGNISED, Track.SCIENCE, reason="停办", on=TODAY).space.state is SpaceState.RECORDED


def test_a_closed_space_is_closed_once_and_opens_as_it_was() -> None:
    assert CLOSED.space.status is SpaceStatus.CLOSED
    assert reopen(CLOSED).space.state is SpaceState.RECORDED
    assert reopen(close(REVOKED, on=TODAY)).space.state is SpaceState.REVOKED
    with pytest.raises(Refusal) as refused:
        close(CLOSED, on=TODAY)
    assert codes(refused.value) == {"space.state"}
    with pytest.raises(Refusal) as refused:
        reopen(RECORDED)
    assert codes(refused.value) == {"space.state"}


def test_a_space_that_an_older_release_closed_keeps_what_it_had_when_it_opens() -> None:
    closed = replace(RECOGNISED, space=replace(RECOGNISED.space, state=SpaceState.CLOSED))
    assert reopen(closed).space.state is SpaceState.RECOGNISED


def test_an_incubator_is_a_recognised_space_upgraded_once() -> None:
    made = become_incubator(RECOGNISED, on=TODAY, today=TODAY)
    assert made.space.incubator_on == TODAY
    with pytest.raises(Refusal) as refused:
        become_incubator(replace(made, space=replace(made.space, state=SpaceState.FILED)), on=TODAY, today=TODAY)
    assert codes(refused.value) == {"space.incubator", "space.state"}
    with pytest.raises(Refusal) as refused:
        become_incubator(RECOGNISED, on=TODAY + timedelta(days=1), today=TODAY)
    assert codes(refused.value) == {"date.future"}


class Life(RuleBasedStateMachine):
    """One space in anybody's hands, at any time: whatever is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = RECORDED
        self.today = TODAY
        self.filed_since_revoked = False

    def attempt(self, act: Callable[[], Standing]) -> bool:
        with suppress(Refusal):
            self.standing = act()
            return True
        return False

    @rule(days=st.integers(0, 400))
    def wait(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), date(9000, 1, 1))

    @rule()
    def be_filed(self) -> None:
        self.filed_since_revoked |= self.attempt(lambda: file(self.standing))

    @rule()
    def be_declined(self) -> None:
        if self.attempt(lambda: decline(self.standing, reason="材料不全")):
            self.filed_since_revoked = False

    @rule(track=st.sampled_from(Track), level=st.sampled_from(Level), ago=st.integers(-1, 30))
    def be_recognised(self, track: Track, level: Level, ago: int) -> None:
        barred = self.standing.space.revoked_on is not None
        decided = self.today - timedelta(days=ago)
        wanted = replace(CITY, id=new_id(), track=track, level=level, decided_on=decided)
        before = self.standing
        if self.attempt(lambda: recognise(self.standing, wanted, today=self.today)):
            assert before.space.state in (SpaceState.FILED, SpaceState.RECOGNISED)
            assert self.filed_since_revoked or not barred

    @rule()
    def be_revoked(self) -> None:
        if self.attempt(lambda: revoke(self.standing, reason="不合格", on=self.today)):
            self.filed_since_revoked = False

    @rule(track=st.sampled_from(Track))
    def be_given_up(self, track: Track) -> None:
        self.attempt(lambda: give_up(self.standing, track, reason="停办", on=self.today))

    @rule()
    def be_closed(self) -> None:
        if self.attempt(lambda: close(self.standing, on=self.today)):
            self.filed_since_revoked = False

    @rule()
    def be_opened(self) -> None:
        self.attempt(lambda: reopen(self.standing))

    @invariant()
    def a_recognised_space_has_a_recognition_and_is_not_barred(self) -> None:
        recognised = self.standing.space.state is SpaceState.RECOGNISED
        assert not recognised or (self.standing.open and self.standing.space.revoked_on is None)
        assert recognised or not self.standing.open

    @invariant()
    def a_revoked_space_takes_nobody_in(self) -> None:
        if self.standing.space.state is SpaceState.REVOKED:
            assert closed_faults(self.standing.space, "/space")

    @invariant()
    def one_recognition_a_track_is_in_force_on_a_day(self) -> None:
        for track in Track:
            ordered = [one for one in self.standing.recognitions if one.track is track]
            assert all(one.end is not None for one in ordered[:-1])
            for former, later in pairwise(ordered):
                assert former.end is not None
                assert former.decided_on <= former.end.on <= later.decided_on


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
