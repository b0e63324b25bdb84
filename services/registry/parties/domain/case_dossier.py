"""Decides what the registry tells about a sanction case, and about the lifting of a sanction."""

from datetime import datetime
from uuid import UUID

from services.registry.catalogue.domain.dossier import Document, day_document
from services.registry.catalogue.domain.names import shown
from services.registry.parties.domain.sanction_case import Lifting, SanctionCase


def case_document(case: SanctionCase) -> Document:
    """Render a case whole: the charge, what was said to it, and what became of it."""
    ruling = case.ruling
    return {
        "id": shown("sac", case.id),
        "organization": shown("org", case.organization_id),
        "kind": case.charge.kind.value,
        "grounds": case.charge.grounds,
        "clause": case.charge.clause,
        "document": shown("doc", case.charge.document_id),
        "state": case.state.value,
        "proposed_by": case.proposed_by,
        "proposed_at": case.proposed_at,
        "notified_at": case.notified_at,
        "reply_by": day_document(case.reply_by),
        "answer": case.answer,
        "answer_document": _document(case.answer_document_id),
        "answered_at": case.answered_at,
        "decided_by": case.decided_by,
        "decided_at": case.decided_at,
        "years": None if ruling is None else ruling.years,
        "decision_number": None if ruling is None else ruling.number,
        "decision_document": None if ruling is None else _document(ruling.document_id),
        "remedy": None if ruling is None else ruling.remedy,
        "drop_reason": case.drop_reason,
    }


def lifting_document(lifting: Lifting) -> Document:
    """Render that a sanction shall be, or was, lifted."""
    return {
        "id": shown("sli", lifting.id),
        "sanction": shown("san", lifting.sanction_id),
        "reason": lifting.reason,
        "document": shown("doc", lifting.document_id),
        "state": lifting.state.value,
        "proposed_by": lifting.proposed_by,
        "proposed_at": lifting.proposed_at,
        "decided_by": lifting.decided_by,
        "decided_at": lifting.decided_at,
        "refusal": lifting.refusal,
    }


def told(document: Document) -> Document:
    """The same for the decision log: instants as text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in document.items()}


def _document(document_id: UUID | None) -> str | None:
    return None if document_id is None else shown("doc", document_id)
