"""Decides what the registry tells about providers and offerings as wholes, in the feed and by the API alike."""

from services.registry.catalogue.domain.dossier import Document, period_document
from services.registry.catalogue.domain.names import shown
from services.registry.providers.domain.offering import Offering, OfferingFacts
from services.registry.providers.domain.provider import Provider
from services.standards.money import format_amount


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
                **period_document(one.period),
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


def _price(facts: OfferingFacts) -> Document | None:
    if facts.price is None or facts.currency is None:
        return None
    return {"amount": format_amount(facts.price, facts.currency), "currency": facts.currency}
