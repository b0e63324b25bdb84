"""Decides what the registry tells about a thing as a whole: the documents of the change feed and of the API alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.domain.calendar_year import CalendarYear
from services.registry.domain.category import Category
from services.registry.domain.names import shown
from services.registry.domain.offering import Offering, OfferingFacts
from services.registry.domain.organization import Organization
from services.registry.domain.period import Period
from services.registry.domain.provider import Provider, expire
from services.registry.domain.region import Region
from services.registry.domain.space import Residency, Space
from services.registry.domain.standing import Link, PriorityListing, Sanction
from services.registry.domain.team import Team
from services.standards.money import format_amount

Document = dict[str, Any]


@dataclass(frozen=True)
class OrganizationDossier:
    """An organisation with all that stands beside it."""

    organization: Organization
    listings: Sequence[PriorityListing] = ()
    sanctions: Sequence[Sanction] = ()
    links: Sequence[Link] = ()
    provider: Provider | None = None
    spaces: Sequence[UUID] = ()

    def on(self, today: date) -> "OrganizationDossier":
        """Give the same as it stands on a day: a provider whose last admission is over is expired."""
        return self if self.provider is None else replace(self, provider=expire(self.provider, today=today))


@dataclass(frozen=True)
class TeamDossier:
    """A team with its residencies, oldest first."""

    team: Team
    region: str
    residencies: Sequence[Residency] = ()


def organization_document(dossier: OrganizationDossier) -> Document:
    """Render an organisation whole; dates are local days, a period's last day included."""
    organization, facts = dossier.organization, dossier.organization.facts
    return {
        "id": shown("org", organization.id),
        "uscc": facts.uscc,
        "name": facts.name,
        "region": facts.region,
        "legal_form": facts.legal_form,
        "size_class": facts.size_class,
        "registered_on": _day(facts.registered_on),
        "status": organization.status.value,
        "priority_lists": [listing_document(listing) for listing in dossier.listings],
        "sanctions": [
            {"id": shown("san", one.id), "kind": one.kind.value, **_period(one.period)} for one in dossier.sanctions
        ],
        "related_parties": [
            {
                "organization": shown("org", link.other(organization.id)),
                "kind": link.kind.value,
                **_period(link.period),
            }
            for link in dossier.links
        ],
        "provider": None if dossier.provider is None else _provider_inside(dossier.provider),
        "spaces": [shown("spc", space) for space in dossier.spaces],
        "version": organization.version,
    }


def listing_document(listing: PriorityListing) -> Document:
    """Render a place on a priority list."""
    return {"list": listing.list_name, "class": listing.priority_class, **_period(listing.period)}


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
        "residencies": [{"space": shown("spc", one.space_id), **_period(one.period)} for one in dossier.residencies],
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
        **_period(residency.period),
    }


def provider_document(provider: Provider) -> Document:
    """Render a provider by itself, with the document behind each admission."""
    return {
        "id": shown("prv", provider.id),
        "organization": shown("org", provider.organization_id),
        "applied_for": list(provider.applied_for),
        "state": provider.state.value,
        "admissions": [
            {
                "id": shown("adm", one.id),
                "category": one.category,
                **_period(one.period),
                "document": shown("doc", one.document_id),
            }
            for one in provider.admissions
        ],
    }


def offering_document(offering: Offering) -> Document:
    """Render an offering."""
    facts = offering.facts
    return {
        "id": shown("off", offering.id),
        "provider": shown("prv", offering.provider_id),
        "category": facts.category,
        "name": facts.name,
        "description": facts.description,
        "price": _price(facts),
        "unit": facts.unit,
        "state": offering.state.value,
        "version": offering.version,
    }


def link_document(link: Link) -> Document:
    """Render a link with both ends and its document."""
    return {
        "id": shown("rel", link.id),
        "a": shown("org", link.a_id),
        "b": shown("org", link.b_id),
        "kind": link.kind.value,
        **_period(link.period),
        "document": shown("doc", link.document_id),
    }


def sanction_document(sanction: Sanction) -> Document:
    """Render a sanction with its organisation and its document."""
    return {
        "id": shown("san", sanction.id),
        "organization": shown("org", sanction.organization_id),
        "kind": sanction.kind.value,
        **_period(sanction.period),
        "document": shown("doc", sanction.document_id),
    }


def region_document(region: Region) -> Document:
    """Render a region."""
    return {
        "id": region.code,
        "name_zh": region.name_zh,
        "name_en": region.name_en,
        "parent": region.parent,
        "list": region.listed_in.value,
    }


def category_document(category: Category) -> Document:
    """Render a category."""
    return dict(vars(category))


def calendar_document(calendar: CalendarYear) -> Document:
    """Render a calendar year, days in order."""
    return {
        "year": calendar.year,
        "off": [day.isoformat() for day in sorted(calendar.off)],
        "worked": [day.isoformat() for day in sorted(calendar.worked)],
    }


def _provider_inside(provider: Provider) -> Document:
    admissions = [{"category": one.category, **_period(one.period)} for one in provider.admissions]
    return {"id": shown("prv", provider.id), "state": provider.state.value, "admissions": admissions}


def _price(facts: OfferingFacts) -> Document | None:
    if facts.price is None or facts.currency is None:
        return None
    return {"amount": format_amount(facts.price, facts.currency), "currency": facts.currency}


def _period(period: Period) -> Document:
    return {"from": period.start.isoformat(), "until": _day(period.until)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
