"""Decides what the registry tells about providers and what they offer as wholes, in the feed and by the API alike."""

from datetime import datetime
from uuid import UUID

from services.registry.catalogue.domain.dossier import Document, day_document, period_document
from services.registry.catalogue.domain.names import shown
from services.registry.providers.domain.branch import Branch
from services.registry.providers.domain.ground import Ground, GroundKind
from services.registry.providers.domain.instrument import Instrument
from services.registry.providers.domain.offering import Offering
from services.registry.providers.domain.provider import Admission, Provider
from services.registry.providers.domain.qualification import Qualification
from services.registry.providers.domain.rating import Shown, Tally
from services.registry.providers.domain.suspension import Suspension
from services.standards.money import format_amount

_GROUND_IDS = {GroundKind.QUALIFICATION: "qua", GroundKind.CARRIER: "spc"}


def provider_document(provider: Provider) -> Document:
    """Render a provider by itself, with the document and the ground behind each admission."""
    return {
        "id": shown("prv", provider.id),
        "organization": shown("org", provider.organization_id),
        "applied_for": list(provider.applied_for),
        "state": provider.state.value,
        "admissions": [_admission(one) for one in provider.admissions],
    }


def offering_document(offering: Offering) -> Document:
    """Render an offering; proposed: terms that wait for approval."""
    facts, proposed = offering.facts, offering.proposed
    return {
        "id": shown("off", offering.id),
        "provider": shown("prv", offering.provider_id),
        "kind": facts.kind.value,
        "category": facts.category,
        "name": facts.name,
        "description": facts.description,
        "price": _price(facts.price, facts.currency),
        "unit": facts.unit,
        "state": offering.state.value,
        "proposed": None
        if proposed is None
        else {
            "category": proposed.category,
            "price": _price(proposed.price, proposed.currency),
            "unit": proposed.unit,
        },
        "returned_because": offering.returned_because,
        "version": offering.version,
    }


def instrument_document(instrument: Instrument) -> Document:
    """Render an instrument; the price is that of an hour."""
    facts = instrument.facts
    texts = ("category", "name", "model", "maker", "accuracy", "region", "address", "hours")
    return {
        "id": shown("ins", instrument.id),
        "provider": shown("prv", instrument.provider_id),
        **{name: getattr(facts, name) for name in texts},
        "price": _price(facts.price, facts.currency),
        "state": instrument.state.value,
        "version": instrument.version,
    }


def branch_document(branch: Branch) -> Document:
    """Render a branch."""
    own = {"id": shown("brn", branch.id), "provider": shown("prv", branch.provider_id)}
    return {**own, **vars(branch.facts), "version": branch.version}


def qualification_document(one: Qualification) -> Document:
    """Render a certificate and what was decided on it."""
    return {
        "id": shown("qua", one.id),
        "provider": shown("prv", one.provider_id),
        "kind": one.kind,
        "number": one.number,
        "issuer": one.issuer,
        **period_document(one.period),
        "document": shown("doc", one.document_id),
        "state": one.state.value,
        "reason": one.reason,
        "ended_on": day_document(one.ended_on),
    }


def suspension_document(one: Suspension) -> Document:
    """Render a case against a provider, step by step; persons stay in the decision log."""
    said, verdict = one.answer, one.verdict
    return {
        "id": shown("sus", one.id),
        "provider": shown("prv", one.provider_id),
        "kind": one.kind.value,
        "state": one.state.value,
        "reason": one.reason,
        "document": shown("doc", one.document_id),
        "opened_at": one.opened_at,
        "due_at": one.due_at,
        "answer": said and {"text": said.text, "document": _document(said.document_id), "at": said.at},
        "decision": verdict
        and {
            "reason": verdict.reason,
            "document": shown("doc", verdict.document_id),
            "at": verdict.at,
            "until": day_document(verdict.until),
        },
        "ends_at": one.ends_at,
        "ended_at": _ended_at(one),
    }


def ratings_document(provider_id: UUID, ratings: Shown) -> Document:
    """Render what may be told of a provider's ratings; null where they are too few."""
    return {
        "provider": shown("prv", provider_id),
        "overall": None if ratings.overall is None else _tally(ratings.overall),
        "categories": [{"category": one, **_tally(ratings.categories[one])} for one in sorted(ratings.categories)],
    }


def _admission(one: Admission) -> Document:
    return {
        "id": shown("adm", one.id),
        "category": one.category,
        **period_document(one.in_effect),
        "granted_until": day_document(one.period.until),
        "document": shown("doc", one.document_id),
        "ground": _ground(one.ground),
        "schemes": list(one.schemes),
    }


def _ground(ground: Ground) -> Document:
    named = None if ground.id is None else shown(_GROUND_IDS[ground.kind], ground.id)
    return {"kind": ground.kind.value, "id": named, "list": ground.list_name, "region": ground.list_region}


def _tally(tally: Tally) -> Document:
    return {"count": tally.count, "mean": tally.mean}


def _document(document_id: UUID | None) -> str | None:
    return None if document_id is None else shown("doc", document_id)


def _ended_at(one: Suspension) -> datetime | None:
    return None if one.ending is None else one.ending.at


def _price(price: int | None, currency: str | None) -> Document | None:
    if price is None or currency is None:
        return None
    return {"amount": format_amount(price, currency), "currency": currency}
