"""Decides how a space is filed 备案, recognised 认定, upgraded, revoked 取消资格, given up and closed.

There is no way from revoked to recognised but a new filing and a new recognition (decision 0022).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults
from services.registry.catalogue.domain.period import future_faults
from services.registry.spaces.domain.space import Space, SpaceState
from services.standards.region import prefix


class Track(StrEnum):
    """Whose list a recognition is on: the science bureau's, the human-resources base's, the SME base's."""

    SCIENCE = "science"
    HUMAN_RESOURCES = "human_resources"
    SME = "sme"


class Level(StrEnum):
    """Whose recognition it is, the lowest first."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATIONAL = "national"

    def above(self, other: "Level") -> bool:
        """Whether it is higher than another."""
        ranks = list(Level)
        return ranks.index(self) > ranks.index(other)

    @classmethod
    def of_region(cls, code: str) -> "Level":
        """Whose reviewer somebody bound to a region is, by its code (GB/T 2260): 0000 a province, 00 a city."""
        if prefix(code) is None:
            return cls.COUNTY
        return cls.PROVINCE if code.endswith("0000") else cls.CITY


class EndReason(StrEnum):
    """Why a recognition ended."""

    UPGRADED = "upgraded"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class End:
    """A recognition ended: ``on`` is the first day on which it is no longer in force."""

    on: date
    reason: EndReason


@dataclass(frozen=True)
class Recognition:
    """A space is recognised on a track at a level, by a numbered document, from the day of the decision."""

    id: UUID
    space_id: UUID
    track: Track
    level: Level
    document_number: str
    decided_on: date
    document_id: UUID
    clause: str
    end: End | None = None

    def covers(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.decided_on <= day and (self.end is None or day < self.end.on)


@dataclass(frozen=True)
class Standing:
    """A space with all its recognitions, the oldest first."""

    space: Space
    recognitions: tuple[Recognition, ...] = ()

    @property
    def open(self) -> tuple[Recognition, ...]:
        """Those that have not ended: one a track at most."""
        return tuple(one for one in self.recognitions if one.end is None)

    def of(self, track: Track) -> Recognition | None:
        """The open one of a track."""
        return next((one for one in self.open if one.track is track), None)


FILES = frozenset({SpaceState.RECORDED, SpaceState.REVOKED})
RECOGNISABLE = frozenset({SpaceState.FILED, SpaceState.RECOGNISED})
NOT_CLOSED = frozenset(SpaceState) - {SpaceState.CLOSED}


def file(standing: Standing, *, also: Sequence[Reason] = ()) -> Standing:
    """File a space with the bureau. Refusal ``space.state`` unless recorded or revoked, with what was found outside."""
    refuse_all([*also, *state_faults(standing.space, FILES, "file")])
    return _in_state(standing, SpaceState.FILED)


def decline(standing: Standing, *, reason: str, also: Sequence[Reason] = ()) -> Standing:
    """Decline a filing: the space is what it was before. Refusal ``space.state`` unless filed."""
    refuse_all([*_reason_faults(reason), *also, *state_faults(standing.space, {SpaceState.FILED}, "decline")])
    return _settled(standing)


def recognise(standing: Standing, recognition: Recognition, *, today: date, also: Sequence[Reason] = ()) -> Standing:
    """Recognise a filed space, or a recognised one on one more track or, as an upgrade, at a higher level.

    An upgrade ends the former of its track that day. Refusal with all of: ``space.state``, ``date.future``,
    ``recognition.level`` (not above the one in force), ``recognition.order`` (decided before what it follows).
    """
    former = standing.of(recognition.track)
    refuse_all(
        [
            *name_faults(recognition.document_number, "/document_number"),
            *name_faults(recognition.clause, "/clause"),
            *future_faults(recognition.decided_on, today=today, pointer="/decided_on"),
            *_level_faults(recognition, former),
            *_order_faults(recognition, standing),
            *also,
            *state_faults(standing.space, RECOGNISABLE, "recognise"),
        ]
    )
    ended = standing if former is None else upgrade(standing, former, on=recognition.decided_on)
    space = replace(standing.space, state=SpaceState.RECOGNISED, revoked_on=None)
    return Standing(space, (*ended.recognitions, recognition))


def upgrade(standing: Standing, former: Recognition, *, on: date) -> Standing:
    """End a recognition because a higher one of its track takes its place."""
    return _ended(standing, [former], End(on, EndReason.UPGRADED))


def revoke(standing: Standing, *, reason: str, on: date, also: Sequence[Reason] = ()) -> Standing:
    """Take away every recognition of a space from a day on (通政办发〔2018〕5号 四（五）).

    Its residents stay; nobody new moves in. Refusal ``space.state`` unless recognised.
    """
    refuse_all([*_reason_faults(reason), *also, *state_faults(standing.space, {SpaceState.RECOGNISED}, "revoke")])
    ended = _ended(standing, standing.open, End(on, EndReason.REVOKED))
    return replace(ended, space=replace(standing.space, state=SpaceState.REVOKED, revoked_on=on))


def bar(standing: Standing, *, on: date) -> Standing:
    """Bar the way back of a space that gave its recognitions up before it could be revoked, as if it were revoked.

    A filing that waits is over with it; a closed space stays closed, and is revoked when it opens again.
    """
    state = SpaceState.CLOSED if standing.space.state is SpaceState.CLOSED else SpaceState.REVOKED
    return replace(standing, space=replace(standing.space, state=state, revoked_on=on))


def give_up(standing: Standing, track: Track, *, reason: str, on: date, also: Sequence[Reason] = ()) -> Standing:
    """Give up the recognition of one track. Refusal ``recognition.none`` where there is none."""
    former = standing.of(track)
    none = [Reason("recognition.none", rule="what is given up is in force", pointer="/track")]
    refuse_all([*_reason_faults(reason), *also, *(none if former is None else [])])
    given = [] if former is None else [former]
    return _settled(_ended(standing, given, End(on, EndReason.GIVEN_UP)))


def close(standing: Standing, *, on: date) -> Standing:
    """Close a space; it gives up all its recognitions. Refusal ``space.state`` when it is closed already."""
    refuse_all(state_faults(standing.space, NOT_CLOSED, "close"))
    return _in_state(_ended(standing, standing.open, End(on, EndReason.GIVEN_UP)), SpaceState.CLOSED)


def reopen(standing: Standing) -> Standing:
    """Open a closed space again, as it was when it was neither filed nor recognised; a revoked one stays revoked."""
    refuse_all(state_faults(standing.space, {SpaceState.CLOSED}, "reopen"))
    return _settled(standing)


def become_incubator(standing: Standing, *, on: date, today: date, also: Sequence[Reason] = ()) -> Standing:
    """Note that a recognised space was upgraded to an incubator 科技企业孵化器 (嘉政办发〔2015〕90号 二（一）).

    Refusal ``space.state`` unless recognised, ``space.incubator`` when it is one already, ``date.future``.
    """
    space = standing.space
    twice = [Reason("space.incubator", rule="a space is upgraded to an incubator once")]
    refuse_all(
        [
            *future_faults(on, today=today, pointer="/on"),
            *also,
            *(twice if space.incubator_on is not None else []),
            *state_faults(space, {SpaceState.RECOGNISED}, "become_incubator"),
        ]
    )
    return replace(standing, space=replace(space, incubator_on=on))


def stage_faults(level: Level, stage: Level) -> list[Reason]:
    """List what is wrong with a level that a reviewer of a stage would record: it is above his own.

    A province and the nation decide on paper only: what they decided is recorded by a city's reviewer, or a province's.
    """
    if stage is not Level.COUNTY or level is Level.COUNTY:
        return []
    numbers = {"level": level.value, "stage": stage.value}
    return [Reason("recognition.stage", rule="nobody recognises above himself", pointer="/level", numbers=numbers)]


def move_faults(space: Space, region: str) -> list[Reason]:
    """List what is wrong with a space's region becoming another: its filing waits with the reviewers of this one."""
    if region == space.facts.region:
        return []
    return state_faults(space, frozenset(SpaceState) - {SpaceState.FILED}, "move")


def state_faults(space: Space, allowed: Collection[SpaceState], verb: str) -> list[Reason]:
    """List what is wrong with an act: the space's state does not allow it."""
    if space.state in allowed:
        return []
    numbers = {"state": space.state.value, "verb": verb}
    return [Reason("space.state", rule="the life cycle of a space", numbers=numbers)]


def _level_faults(recognition: Recognition, former: Recognition | None) -> list[Reason]:
    if former is None or recognition.level.above(former.level):
        return []
    numbers = {"level": former.level.value, "track": former.track.value}
    return [Reason("recognition.level", rule="one is recognised upwards", pointer="/level", numbers=numbers)]


def _order_faults(recognition: Recognition, standing: Standing) -> list[Reason]:
    same = [one for one in standing.recognitions if one.track is recognition.track]
    before = [one.decided_on if one.end is None else one.end.on for one in same]
    latest = max(before + [day for day in [standing.space.revoked_on] if day is not None], default=None)
    if latest is None or latest <= recognition.decided_on:
        return []
    numbers = {"earliest": latest.isoformat()}
    rule = "a recognition is decided after what it follows"
    return [Reason("recognition.order", rule=rule, pointer="/decided_on", numbers=numbers)]


def _reason_faults(reason: str) -> list[Reason]:
    return name_faults(reason, "/reason", limit=TEXT_LENGTH)


def _in_state(standing: Standing, state: SpaceState) -> Standing:
    return replace(standing, space=replace(standing.space, state=state))


def _ended(standing: Standing, ending: Collection[Recognition], end: End) -> Standing:
    ended = tuple(replace(one, end=end) if one in ending else one for one in standing.recognitions)
    return replace(standing, recognitions=ended)


def _settled(standing: Standing) -> Standing:
    """The same in the state that it is in of itself, when it neither waits for a filing nor is closed."""
    if standing.space.revoked_on is not None:
        return _in_state(standing, SpaceState.REVOKED)
    return _in_state(standing, SpaceState.RECOGNISED if standing.open else SpaceState.RECORDED)
