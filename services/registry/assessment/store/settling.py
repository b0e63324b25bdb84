"""Remembers what an act made of assessments: their state, their figures, the decisions, and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.decisions import Decision
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.registry.assessment.domain.assessment import Assessment, AssessmentState
from services.registry.assessment.domain.consequence import CLAUSES, Consequence
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.assessment.store import assessments
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.space import Space

Turn = tuple[str, str]
"""What is to be done, and by which role."""
TURNS: Mapping[AssessmentState, Turn] = MappingProxyType(
    {
        AssessmentState.OPEN: ("report_assessment", "space"),
        AssessmentState.REPORTED: ("review_assessment", "reviewer"),
        AssessmentState.RETURNED: ("correct_report", "space"),
        AssessmentState.OBJECTED: ("decide_objection", "reviewer"),
    }
)
"""Who is to do what in a state; in the others it is the campaign's turn."""
HELP = ("help_space", "reviewer")
Change = tuple[Assessment, Assessment]
"""An assessment before and after."""


@dataclass(frozen=True)
class Turns:
    """Whose turn it is after an act: the spaces by id, and when what they or their reviewers owe is overdue (UTC)."""

    spaces: Mapping[UUID, Space]
    due_at: datetime | None = None


async def settle(
    connection: AsyncConnection, changed: Sequence[Change], system: SystemFacts, act: Act, turns: Turns
) -> None:
    """Write down locked assessments as an act has left them, why, and who is to do something next."""
    await assessments.save_all(connection, changed, at=act.at)
    await decisions.record(connection, [_decision(change, system, act) for change in changed])
    await tasks.close_tasks(connection, [after.id for _, after in changed], at=act.at)
    await open_turns(connection, [after for _, after in changed], act, turns)


async def open_turns(connection: AsyncConnection, standing: Sequence[Assessment], act: Act, turns: Turns) -> None:
    """Open the tasks of assessments in the states they are in."""
    waiting = [(one, turn) for one in standing if (turn := _turn(one)) is not None]
    await tasks.open_tasks(connection, [_task(one, turn, act, turns) for one, turn in waiting])


def _turn(assessment: Assessment) -> Turn | None:
    return HELP if assessment.consequence is Consequence.WARNING else TURNS.get(assessment.state)


def _task(assessment: Assessment, turn: Turn, act: Act, turns: Turns) -> Task:
    kind, role = turn
    space = turns.spaces[assessment.space_id]
    return Task(
        kind=kind,
        subject_kind="assessment",
        subject_id=assessment.id,
        role=role,
        opened_at=act.at,
        due_at=turns.due_at,
        region=space.facts.region if role == "reviewer" else None,
        organization=space.facts.operator_id if role == "space" else None,
    )


def _decision(change: Change, system: SystemFacts, act: Act) -> Decision:
    before, after = change
    return Decision(
        subject_kind="assessment",
        subject_id=after.id,
        kind=act.verb,
        outcome=(after.consequence or after.state).value,
        actor=act.by,
        at=act.at,
        rule=system.code,
        clause=CLAUSES[after.consequence] if after.consequence else system.clause,
        numbers={
            "from": before.state.value,
            "to": after.state.value,
            "space": show("spc", after.space_id),
            "year": after.year,
            "score": after.score,
            "grade": None if after.grade is None else after.grade.value,
            "pass_from": system.pass_from,
            "excellent_from": system.excellent_from,
            "figures": _figures(after, system) if after.round != before.round else None,
            "reason": act.reason,
            "document": None if act.document_id is None else show("doc", act.document_id),
        },
        request_id=act.request_id,
    )


def _figures(assessment: Assessment, system: SystemFacts) -> dict[str, Any]:
    """Every number a score was made of."""
    weights = {name: one.weight for name, one in system.by_id.items()}
    return {
        one.indicator: {"value": one.value, "points": one.points, "weight": weights[one.indicator], "veto": one.vetoed}
        for one in assessment.figures
    }
