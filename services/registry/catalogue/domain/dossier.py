"""Decides what the registry tells about what is listed: the documents of the change feed and of the API alike."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.names import shown
from services.registry.catalogue.domain.period import Period
from services.registry.catalogue.domain.policy import Charge, Clause, Policy, bureaus_of
from services.registry.catalogue.domain.region import Region

Document = dict[str, Any]


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


def policy_document(policy: Policy, clauses: Iterable[Clause]) -> Document:
    """Render a paper with its clauses, and every bureau that they name."""
    told = tuple(clauses)
    facts = policy.facts
    return {
        "id": policy.id,
        "title": facts.title,
        "issuer": facts.issuer,
        "number": facts.number,
        "made": day_document(facts.made),
        "published": day_document(facts.published),
        "effective": day_document(facts.effective),
        "abolished": day_document(policy.abolished),
        "status": facts.status.value,
        "note": facts.note,
        "document": None if policy.document_id is None else shown("doc", policy.document_id),
        "bureaus": bureaus_of(told),
        "clauses": [_clause_document(clause) for clause in told],
        "version": policy.version,
    }


def _clause_document(clause: Clause) -> Document:
    return {
        "id": clause.id,
        "level": clause.level.value,
        "heading": clause.heading,
        "paragraphs": [{"text": one.text, "bureaus": _charges(one.charges)} for one in clause.paragraphs],
        "bureaus": _charges(clause.charges),
    }


def _charges(charges: Iterable[Charge]) -> list[Document]:
    return [{"name": charge.bureau, "part": charge.part.value} for charge in charges]


def period_document(period: Period) -> Document:
    """Render a period: its first day and its last, which is included; null is open."""
    return {"from": period.start.isoformat(), "until": day_document(period.until)}


def day_document(day: date | None) -> str | None:
    """Render a local day, or none."""
    return None if day is None else day.isoformat()
