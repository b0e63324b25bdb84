"""Decides the life of a yearly campaign 年度考核, whom it judges, and that two persons stand behind its results."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, Scalar, another_person, refuse_all
from services.registry.assessment.domain.consequence import Consequence, last_day_of
from services.registry.assessment.domain.scoring import Grade
from services.registry.catalogue.domain.deadline import last_day
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown
from services.registry.spaces.domain.recognition import Recognition
from services.standards.calendar import WorkingDays
from services.standards.region import contains

SPACES_MOST = 2_000
"""Spaces in one campaign; a larger region is assessed county by county."""


class CampaignState(StrEnum):
    """draft → open → closed → announced → published; cancelled before it is published."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ANNOUNCED = "announced"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


OVER = frozenset({CampaignState.PUBLISHED, CampaignState.CANCELLED})


class Omission(StrEnum):
    """Why a space of the region is not assessed for the year."""

    NEVER_RECOGNISED = "never_recognised"
    RECOGNISED_LATER = "recognised_later"
    ENDED_BEFORE = "ended_before"
    ASSESSED_ELSEWHERE = "assessed_elsewhere"


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign: the year assessed, by which indicators, where; local days between which spaces report, both included.

    ``objection_days`` are working days after the announcement; ``objections_until`` is the last of them.
    """

    id: UUID
    year: int
    system_id: UUID
    region: str
    opens_on: date
    closes_on: date
    objection_days: int
    state: CampaignState = CampaignState.DRAFT
    objections_until: date | None = None
    announced_by: str | None = None
    published_by: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What is published of one space."""

    assessment_id: UUID
    space_id: UUID
    score: int
    grade: Grade
    consequence: Consequence


def day_faults(campaign: Campaign) -> list[Reason]:
    """List what is wrong with a campaign's days: they end before they begin, or begin before the year is over."""
    if last_day_of(campaign.year) < campaign.opens_on <= campaign.closes_on:
        return []
    rule = "a year is assessed when it is over"
    return [Reason("campaign.days", rule=rule, pointer="/closes_on", numbers=_days(campaign))]


def later_faults(campaign: Campaign, others: Iterable[Campaign]) -> list[Reason]:
    """List the published campaigns of a later year that share spaces: what follows from a fail hangs on the order."""
    return [
        _order(other, "published")
        for other in others
        if other.year > campaign.year and other.state is CampaignState.PUBLISHED and _overlap(campaign, other)
    ]


def earlier_faults(campaign: Campaign, others: Iterable[Campaign]) -> list[Reason]:
    """List the campaigns of an earlier year that share spaces and are not over."""
    return [
        _order(other, other.state.value)
        for other in others
        if other.year < campaign.year and other.state not in OVER and _overlap(campaign, other)
    ]


def omission(held: Sequence[Recognition], *, year: int, elsewhere: bool) -> Omission | None:
    """Why a space is not assessed for a year; None when it is: it was recognised on the last day of the year."""
    day = last_day_of(year)
    if any(one.covers(day) for one in held):
        return Omission.ASSESSED_ELSEWHERE if elsewhere else None
    if not held:
        return Omission.NEVER_RECOGNISED
    return Omission.ENDED_BEFORE if any(one.decided_on <= day for one in held) else Omission.RECOGNISED_LATER


def open_campaign(campaign: Campaign, *, today: date, spaces: int) -> Campaign:
    """Begin a campaign between its days. Refusal ``campaign.state``, ``campaign.not_today``, ``campaign.spaces``."""
    refuse_all(
        [
            *state_faults(campaign, {CampaignState.DRAFT}, "open"),
            *_today_faults(campaign, today),
            *_number_faults(spaces),
        ]
    )
    return replace(campaign, state=CampaignState.OPEN)


def close(campaign: Campaign) -> Campaign:
    """End the reports once the last day is over. Refusal ``campaign.state``."""
    refuse_all(state_faults(campaign, {CampaignState.OPEN}, "close"))
    return replace(campaign, state=CampaignState.CLOSED)


def announce(campaign: Campaign, *, unjudged: int, by: str, today: date, calendar: WorkingDays) -> Campaign:
    """Tell all spaces their results, which they may object to. unjudged: how many have none yet.

    Refusal ``campaign.state``, ``campaign.unreviewed``, ``calendar.not_loaded``.
    """
    refuse_all(state_faults(campaign, {CampaignState.CLOSED}, "announce"))
    if unjudged:
        raise Refusal("campaign.unreviewed", rule="all are judged", numbers={"left": unjudged})
    until = last_day(today, campaign.objection_days, calendar)
    return replace(campaign, state=CampaignState.ANNOUNCED, objections_until=until, announced_by=by)


def publish(campaign: Campaign, outcomes: Sequence[Outcome], *, digest: str, by: str, today: date) -> Campaign:
    """Put the results into force, by another person than announced them, after the days for objections.

    Refusal ``campaign.state``, ``campaign.same_person``, ``campaign.objection_days``, ``campaign.digest_differs``
    when the digest sent is not that of the results as they are now.
    """
    refuse_all(state_faults(campaign, {CampaignState.ANNOUNCED}, "publish"))
    another_person(by, than=[campaign.announced_by], otherwise="campaign.same_person")
    if campaign.objections_until is not None and today <= campaign.objections_until:
        numbers = {"until": campaign.objections_until.isoformat()}
        raise Refusal("campaign.objection_days", rule="results stand when nobody may object", numbers=numbers)
    if digest != digest_of(campaign, outcomes):
        raise Refusal("campaign.digest_differs", rule="published as shown", pointer="/digest")
    return replace(campaign, state=CampaignState.PUBLISHED, published_by=by)


def cancel(campaign: Campaign, *, reason: str) -> Campaign:
    """Give a campaign up: it is as if none had been held. Refusal ``campaign.state`` and faults of the reason."""
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    refuse_all([*faults, *state_faults(campaign, set(CampaignState) - OVER, "cancel")])
    return replace(campaign, state=CampaignState.CANCELLED)


def digest_of(campaign: Campaign, outcomes: Sequence[Outcome]) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of a campaign's results and of what they lead to."""
    listed = [
        [one.assessment_id.hex, one.space_id.hex, one.score, one.grade.value, one.consequence.value]
        for one in sorted(outcomes, key=lambda one: one.assessment_id)
    ]
    whole = {"campaign": campaign.id.hex, "year": campaign.year, "results": listed}
    return sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def state_faults(campaign: Campaign, allowed: Collection[CampaignState], verb: str) -> list[Reason]:
    """List what is wrong with an act: the campaign's state does not allow it."""
    if campaign.state in allowed:
        return []
    numbers = {"state": campaign.state.value, "verb": verb}
    return [Reason("campaign.state", rule="the life cycle of a campaign", numbers=numbers)]


def _today_faults(campaign: Campaign, today: date) -> list[Reason]:
    if campaign.opens_on <= today <= campaign.closes_on:
        return []
    return [Reason("campaign.not_today", rule="a campaign is opened between its days", numbers=_days(campaign))]


def _number_faults(spaces: int) -> list[Reason]:
    if spaces <= SPACES_MOST:
        return []
    return [Reason("campaign.spaces", rule="campaigns are bounded", pointer="/region", numbers={"most": SPACES_MOST})]


def _overlap(one: Campaign, other: Campaign) -> bool:
    return contains(one.region, other.region) or contains(other.region, one.region)


def _order(other: Campaign, state: str) -> Reason:
    numbers: Mapping[str, Scalar] = {"id": shown("cmp", other.id), "year": other.year, "state": state}
    return Reason("campaign.order", rule="years are published in their order", numbers=numbers)


def _days(campaign: Campaign) -> Mapping[str, Scalar]:
    return {"year": campaign.year, "from": campaign.opens_on.isoformat(), "until": campaign.closes_on.isoformat()}
