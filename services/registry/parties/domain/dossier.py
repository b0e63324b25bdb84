"""Decides what the registry tells about an organisation as a whole, in the feed and by the API alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.catalogue.domain.dossier import Document, day_document, period_document
from services.registry.catalogue.domain.names import shown
from services.registry.parties.domain.founder import Founding
from services.registry.parties.domain.naming import Name, names_told
from services.registry.parties.domain.organization import Organization, Succession
from services.registry.parties.domain.role import ProviderRole
from services.registry.parties.domain.size import Measure, SizeDeclaration, latest, yearly
from services.registry.parties.domain.standing import Link, PriorityListing, Sanction
from services.standards.money import format_amount


@dataclass(frozen=True)
class OrganizationDossier:
    """An organisation with all that stands beside it."""

    organization: Organization
    names: Sequence[Name] = ()
    sizes: Sequence[SizeDeclaration] = ()
    listings: Sequence[PriorityListing] = ()
    sanctions: Sequence[Sanction] = ()
    links: Sequence[Link] = ()
    provider: ProviderRole | None = None
    spaces: Sequence[UUID] = ()
    quota_roots: Sequence[UUID] = ()
    founders: Sequence[Founding] = ()

    def on(self, today: date) -> "OrganizationDossier":
        """Give the same as it stands on a day: a provider whose last admission is over is expired."""
        return self if self.provider is None else replace(self, provider=self.provider.on(today))


def organization_document(dossier: OrganizationDossier) -> Document:
    """Render an organisation whole; dates are local days, a period's last day included."""
    organization, facts = dossier.organization, dossier.organization.facts
    return {
        "id": shown("org", organization.id),
        "uscc": facts.uscc,
        "name": facts.name,
        "names": [_name(one) for one in names_told(organization, dossier.names)],
        "region": facts.region,
        "legal_form": facts.legal_form,
        "size_class": facts.size_class,
        "size": _size(latest(dossier.sizes)),
        "sizes": [_figures(one) for one in yearly(dossier.sizes)],
        "registered_on": day_document(facts.registered_on),
        "status": organization.status.value,
        "successor": _succession(organization.succession),
        "priority_lists": [listing_document(listing) for listing in dossier.listings],
        "sanctions": [
            {
                "id": shown("san", one.id),
                "organization": shown("org", one.organization_id),
                "kind": one.kind.value,
                **period_document(one.period),
            }
            for one in dossier.sanctions
            if one.was_in_force
        ],
        "related_parties": [
            {
                "id": shown("rel", link.id),
                "organization": shown("org", link.other(organization.id)),
                "kind": link.kind.value,
                **_share_document(link),
                **period_document(link.period),
            }
            for link in dossier.links
        ],
        "provider": None if dossier.provider is None else _provider(dossier.provider),
        "spaces": [shown("spc", space) for space in dossier.spaces],
        "quota_roots": [shown("tea", root) for root in dossier.quota_roots],
        "founders": [_founder(one) for one in dossier.founders],
        "version": organization.version,
    }


def listing_document(listing: PriorityListing) -> Document:
    """Render a place on a priority list."""
    return {"list": listing.list_name, "class": listing.priority_class, **period_document(listing.period)}


def link_document(link: Link) -> Document:
    """Render a link with both ends and its document."""
    return {
        "id": shown("rel", link.id),
        "a": shown("org", link.a_id),
        "b": shown("org", link.b_id),
        "kind": link.kind.value,
        **_share_document(link),
        "officer_role": link.officer_role,
        **period_document(link.period),
        "document": shown("doc", link.document_id),
    }


def sanction_document(sanction: Sanction) -> Document:
    """Render a sanction with its organisation and its document."""
    return {
        "id": shown("san", sanction.id),
        "organization": shown("org", sanction.organization_id),
        "kind": sanction.kind.value,
        **period_document(sanction.period),
        "document": shown("doc", sanction.document_id),
        "case": None if sanction.case_id is None else shown("sac", sanction.case_id),
        "authority": sanction.authority,
        "decision_number": sanction.decision_number,
        "lifted_on": day_document(sanction.lifted_on),
    }


def size_document(declared: SizeDeclaration) -> Document:
    """Render a declaration of size whole, as its organisation and its officials see it."""
    document = declared.facts.document_id
    return {
        "id": shown("siz", declared.id),
        "organization": shown("org", declared.facts.organization_id),
        **_figures(declared),
        "standard": declared.standard,
        "document": None if document is None else shown("doc", document),
    }


def _size(declared: SizeDeclaration | None) -> Document | None:
    return None if declared is None else _figures(declared)


def _figures(declared: SizeDeclaration) -> Document:
    figures = declared.facts.figures
    return {
        "year": declared.facts.year,
        "industry": declared.facts.industry,
        "staff": figures.get(Measure.STAFF),
        "revenue": _yuan(figures.get(Measure.REVENUE)),
        "assets": _yuan(figures.get(Measure.ASSETS)),
        "size_class": declared.size_class.value,
        "source": declared.facts.source.value,
    }


def _yuan(fen: int | None) -> Document | None:
    return None if fen is None else {"amount": format_amount(fen), "currency": "CNY"}


def _founder(one: Founding) -> Document:
    """Who founded or leads it, by reference: what is personal is told by nobody but the registry itself."""
    return {"person": shown("per", one.person_id), "role": one.role.value, **period_document(one.period)}


def _name(name: Name) -> Document:
    return {"name": name.text, **period_document(name.period)}


def _succession(succession: Succession | None) -> Document | None:
    if succession is None:
        return None
    successor = None if succession.successor_id is None else shown("org", succession.successor_id)
    return {"organization": successor, "how": succession.how.value, "on": day_document(succession.on)}


def _share_document(link: Link) -> Document:
    """How much is owned, in basis points, and by whom; null where nobody recorded it."""
    owner = None if link.owner_id is None else shown("org", link.owner_id)
    return {"share_basis_points": link.share, "owner": owner}


def _provider(role: ProviderRole) -> Document:
    admissions = [
        {"category": one.category, **period_document(one.period), "schemes": list(one.schemes)}
        for one in role.admissions
    ]
    return {"id": shown("prv", role.id), "state": role.state, "admissions": admissions}
