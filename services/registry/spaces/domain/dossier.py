"""Decides what the registry tells about spaces, teams and residencies as wholes, in the feed and by the API alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.catalogue.domain.dossier import Document, period_document
from services.registry.catalogue.domain.names import shown
from services.registry.spaces.domain.space import Residency, Space
from services.registry.spaces.domain.team import Team


@dataclass(frozen=True)
class TeamDossier:
    """A team with its residencies, oldest first."""

    team: Team
    region: str
    residencies: Sequence[Residency] = ()


def team_document(dossier: TeamDossier) -> Document:
    """Render a team; its members stay references to persons."""
    team = dossier.team
    return {
        "id": shown("tea", team.id),
        "name": team.facts.name,
        "region": dossier.region,
        "space": shown("spc", team.home_id),
        "status": team.status.value,
        "core_members": [shown("per", member) for member in team.facts.core_members],
        "residencies": [
            {"space": shown("spc", one.space_id), **period_document(one.period)} for one in dossier.residencies
        ],
        "version": team.version,
    }


def space_document(space: Space) -> Document:
    """Render a space."""
    facts = space.facts
    return {
        "id": shown("spc", space.id),
        "name": facts.name,
        "kind": facts.kind.value,
        "form": facts.form.value,
        "operator": shown("org", facts.operator_id),
        "region": facts.region,
        "status": space.status.value,
        "version": space.version,
    }


def residency_document(residency: Residency) -> Document:
    """Render a residency."""
    team, organization = residency.team_id, residency.organization_id
    return {
        "id": shown("rsd", residency.id),
        "space": shown("spc", residency.space_id),
        "team": None if team is None else shown("tea", team),
        "organization": None if organization is None else shown("org", organization),
        **period_document(residency.period),
    }
