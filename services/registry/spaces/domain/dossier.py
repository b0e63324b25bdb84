"""Decides what the registry tells about spaces, teams and residencies as wholes, in the feed and by the API alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.catalogue.domain.dossier import Document, day_document, period_document
from services.registry.catalogue.domain.names import shown
from services.registry.spaces.domain.act import Step
from services.registry.spaces.domain.activity import Activity
from services.registry.spaces.domain.investor import CURRENCY, Investor
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.domain.recognition import Recognition, Standing
from services.registry.spaces.domain.residency import Residency
from services.registry.spaces.domain.revocation import Revocation
from services.registry.spaces.domain.team import Team
from services.standards.money import format_amount


@dataclass(frozen=True)
class TeamDossier:
    """A team with its residencies, oldest first."""

    team: Team
    region: str
    residencies: Sequence[Residency] = ()


def team_document(dossier: TeamDossier) -> Document:
    """Render a team; its members stay references to persons, ``root`` is the team with which its quota begins."""
    team, firm = dossier.team, dossier.team.incorporation
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
        "incorporated_as": None if firm is None else shown("org", firm.organization_id),
        "incorporated_on": None if firm is None else firm.on.isoformat(),
        "root": shown("tea", team.root),
        "version": team.version,
    }


def space_document(standing: Standing) -> Document:
    """Render a space with its recognitions, those that ended too."""
    space, facts, premises = standing.space, standing.space.facts, standing.space.facts.premises
    return {
        "id": shown("spc", space.id),
        "name": facts.name,
        "kind": facts.kind.value,
        "form": facts.form.value,
        "operator": shown("org", facts.operator_id),
        "region": facts.region,
        "status": space.status.value,
        "state": space.state.value,
        "sponsor": facts.sponsor,
        "field": facts.field,
        "premises": dict(vars(premises)),
        "parent": None if facts.parent_id is None else shown("spc", facts.parent_id),
        "recognitions": [recognition_document(one) for one in standing.recognitions],
        "revoked_on": day_document(space.revoked_on),
        "incubator_since": day_document(space.incubator_on),
        "version": space.version,
    }


def recognition_document(recognition: Recognition) -> Document:
    """Render a recognition; ``ended_on`` is the first day on which it is no longer in force."""
    end = recognition.end
    return {
        "id": shown("rcg", recognition.id),
        "track": recognition.track.value,
        "level": recognition.level.value,
        "document_number": recognition.document_number,
        "decided_on": recognition.decided_on.isoformat(),
        "document": shown("doc", recognition.document_id),
        "clause": recognition.clause,
        "ended_on": None if end is None else end.on.isoformat(),
        "end_reason": None if end is None else end.reason.value,
    }


def revocation_document(case: Revocation) -> Document:
    """Render a case against a space; instants in UTC."""
    answer, verdict = case.answer, case.verdict
    return {
        "id": shown("rvc", case.id),
        "space": shown("spc", case.space_id),
        "reason": case.reason,
        "clause": case.clause,
        "document": shown("doc", case.document_id),
        "proposed_by": case.proposed_by,
        "proposed_at": case.proposed_at,
        "due_at": case.due_at,
        "state": case.state.value,
        "answer": None if answer is None else answer.text,
        "answered_at": None if answer is None else answer.at,
        "decided_by": None if verdict is None else verdict.by,
        "decided_at": None if verdict is None else verdict.at,
        "decision": None if verdict is None else verdict.reason,
    }


def step_document(step: Step) -> Document:
    """Render a step in the history of a space; ``at`` is an instant in UTC."""
    return {
        "number": step.number,
        "verb": step.verb,
        "from": step.from_state,
        "to": step.to_state,
        "at": step.at,
        "by": step.by,
        "reason": step.reason,
        "clause": step.clause,
        "document": None if step.document_id is None else shown("doc", step.document_id),
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
        "ended_how": None if residency.ended_how is None else residency.ended_how.value,
    }


def activity_document(activity: Activity) -> Document:
    """Render an activity; ``corrects`` is what it replaced and ``corrected_by`` what replaced it."""
    facts, correction = activity.facts, activity.correction
    return {
        "id": shown("atv", activity.id),
        "space": shown("spc", activity.space_id),
        "kind": facts.kind.value,
        "title": facts.title,
        "held_on": facts.held_on.isoformat(),
        "sessions": facts.sessions,
        "heads": facts.heads,
        "mentor": None if facts.mentor_id is None else shown("mnt", facts.mentor_id),
        "document": None if facts.document_id is None else shown("doc", facts.document_id),
        "corrects": None if correction is None else shown("atv", correction.corrects_id),
        "correction_reason": None if correction is None else correction.reason,
        "corrected_by": None if activity.corrected_by is None else shown("atv", activity.corrected_by),
    }


def mentor_document(mentor: Mentor) -> Document:
    """Render a mentor: the person by reference, never by name."""
    return {
        "id": shown("mnt", mentor.id),
        "space": shown("spc", mentor.space_id),
        "person": shown("per", mentor.person_id),
        "title": mentor.title,
        "fields": list(mentor.fields),
        **period_document(mentor.period),
    }


def investor_document(investor: Investor) -> Document:
    """Render an investor; ``managed`` as decimal text."""
    managed = investor.managed
    money = None if managed is None else {"amount": format_amount(managed, CURRENCY), "currency": CURRENCY}
    return {
        "id": shown("ivs", investor.id),
        "space": shown("spc", investor.space_id),
        "organization": None if investor.organization_id is None else shown("org", investor.organization_id),
        "fund": investor.fund,
        "fields": list(investor.fields),
        "managed": money,
        **period_document(investor.period),
    }
