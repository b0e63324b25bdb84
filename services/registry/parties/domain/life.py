"""Decides what a founder's record over the years says: classes, teams, foundings and spaces, oldest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.catalogue.domain.dossier import Document, day_document, period_document
from services.registry.catalogue.domain.names import shown
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.founder import FounderClass, FounderKind, Founding


@dataclass(frozen=True)
class Membership:
    """A person is a core member of a team, or was; the team lives in some space since ``start``, None where in none.

    incorporated_on, incorporated_as: when the team became a firm, and which.
    """

    team_id: UUID
    start: date | None
    incorporated_on: date | None
    incorporated_as: UUID | None
    is_member: bool


@dataclass(frozen=True)
class Stay:
    """A team or an organisation lives in a space, and how that ended."""

    space_id: UUID
    team_id: UUID | None
    organization_id: UUID | None
    period: Period
    ended_how: str | None


@dataclass(frozen=True)
class Life:
    """All that is known of a founder, without anything that is personal."""

    person_id: UUID
    classes: Sequence[FounderClass] = ()
    foundings: Sequence[Founding] = ()
    memberships: Sequence[Membership] = ()
    stays: Sequence[Stay] = ()


def life_document(life: Life) -> Document:
    """Render a founder's record: one list, oldest first; what has no day comes first."""
    entries = [
        *map(_class, life.classes),
        *map(_founding, life.foundings),
        *map(_membership, life.memberships),
        *map(_stay, life.stays),
    ]
    return {"person": shown("per", life.person_id), "entries": sorted(entries, key=lambda one: one["from"] or "")}


def person_document(person_id: UUID, region: str | None, classes: Iterable[FounderClass], status: str) -> Document:
    """Render a person as the feed tells of him: by reference, with where he lives and what class of founder he is."""
    return {
        "id": shown("per", person_id),
        "status": status,
        "region": region,
        "founder_classes": [{"class": one.kind, **period_document(one.period)} for one in classes],
    }


def residents_of(foundings: Iterable[Founding], memberships: Iterable[Membership]) -> list[UUID]:
    """Give the teams and organisations whose spaces a founder lived in: his own, and those they became."""
    known = [one for founding in foundings for one in (founding.organization_id, founding.team_id)]
    known += [one for member in memberships for one in (member.team_id, member.incorporated_as)]
    return list(dict.fromkeys(one for one in known if one is not None))


def kind_document(kind: FounderKind) -> Document:
    """Render a class of founders with the clauses that name it."""
    clauses = [{"policy": policy, "clause": clause} for policy, clause in kind.clauses]
    return {**vars(kind), "clauses": clauses}


def class_document(one: FounderClass) -> Document:
    """Render of which class a person is."""
    return {
        "id": shown("fcl", one.id),
        "class": one.kind,
        **period_document(one.period),
        "employer": one.employer,
        "kept_until": day_document(one.kept_until),
        "document": shown("doc", one.document_id),
    }


def founding_document(one: Founding) -> Document:
    """Render what a person founded."""
    return {
        "id": shown("fnd", one.id),
        "role": one.role.value,
        **_whose(one.team_id, one.organization_id),
        **period_document(one.period),
        "document": shown("doc", one.document_id),
    }


def _class(one: FounderClass) -> Document:
    return {"kind": "class", "class": one.kind, **period_document(one.period), "employer": one.employer}


def _founding(one: Founding) -> Document:
    whose = _whose(one.team_id, one.organization_id)
    return {"kind": "founding", "role": one.role.value, **whose, **period_document(one.period)}


def _membership(one: Membership) -> Document:
    """A member's days are his team's, from its first in a space until it became a firm: his own nobody records."""
    return {
        "kind": "team",
        "role": "core_member" if one.is_member else "past_member",
        **_whose(one.team_id, one.incorporated_as),
        "from": day_document(one.start),
        "until": day_document(one.incorporated_on),
    }


def _stay(one: Stay) -> Document:
    return {
        "kind": "space",
        "space": shown("spc", one.space_id),
        **_whose(one.team_id, one.organization_id),
        **period_document(one.period),
        "ended_how": one.ended_how,
    }


def _whose(team_id: UUID | None, organization_id: UUID | None) -> Document:
    return {
        "team": None if team_id is None else shown("tea", team_id),
        "organization": None if organization_id is None else shown("org", organization_id),
    }
