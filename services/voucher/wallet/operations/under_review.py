"""Reads applications that stand in review and writes each step of one: its state, tasks, reasons and what is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.attempts import reason_json
from services.chassis.authorisation import Permit
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Keyed
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.voucher.directory.store import parties
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.reviewing import Case
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.sampling import SampleKind
from services.voucher.wallet.domain.states import (
    CORRECT,
    DRAW,
    INSPECT,
    INSPECTION,
    REVIEW,
    SAMPLE,
    SECOND_SAMPLE,
    ApplicationState,
)
from services.voucher.wallet.operations import allowances
from services.voucher.wallet.operations import rounds as round_operations
from services.voucher.wallet.store import appeals, application_reviews, applications, samples

SUBJECT = "application"
DRAWS: Mapping[SampleKind, str] = {SampleKind.AUDIT: SAMPLE, SampleKind.SECOND_REVIEW: SECOND_SAMPLE}
"""The operator's task of each kind of draw."""


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step, and the request with which he does."""

    person: str
    request_id: str | None = None

    @classmethod
    def of(cls, permit: Permit, keyed: Keyed) -> "By":
        """The caller."""
        return cls(permit.caller.person, keyed.attempt.request_id)


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to a case. kind: of the decision; rule: by which; numbers: from what, beside its stage.

    told: whether its party hears of it; of an answer that waits for another nobody hears more than that there is one.
    """

    case: Case
    after: Application
    kind: str
    rule: str
    clause: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    told: bool = True


async def cases(connection: AsyncConnection, of: Round, found: Sequence[Application], *, at: datetime) -> list[Case]:
    """Applications of a round with what was said to them and drawn of them, as of an instant."""
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    ids = [one.id for one in found]
    said = await application_reviews.of_applications(connection, ids)
    picked = await samples.picked(connection, ids)
    ruled = await appeals.ruled(connection, ids)
    calendar = await parties.working_days(connection)
    return [
        Case(
            application=one,
            scheme=scheme,
            said=tuple(said[one.id]),
            samples=picked[one.id],
            calendar=calendar,
            at=at,
            ruled=ruled[one.id],
        )
        for one in found
    ]


async def keep(connection: AsyncConnection, of: Round, steps: Sequence[Step], *, by: By) -> None:
    """Write one step or more of a round's applications: states, what they give back, tasks, decisions and events."""
    at, scheme = steps[0].case.at, steps[0].case.scheme
    await applications.save(connection, [step.after for step in steps])
    rejected = [step.after for step in steps if step.after.state is ApplicationState.REJECTED]
    await allowances.give_back(connection, scheme, rejected)
    await tasks.close_tasks(connection, [step.after.id for step in steps], at=at)
    await tasks.open_tasks(connection, [task for step in steps for task in awaited(of, step.case, step.after)])
    await decisions.record(connection, [_decision(of, step, by=by) for step in steps])
    await events.append(connection, [_event(of, step) for step in steps])


def awaited(of: Round, case: Case, one: Application) -> list[Task]:
    """The tasks that an application in review waits for: its reviewers', its holder's, its operator's draw."""
    if one.state is ApplicationState.RETURNED:
        return [_task(one, CORRECT, case, role="holder")]
    if one.state is not ApplicationState.IN_REVIEW:
        return []
    if one.stage == DRAW:
        return [round_operations.task(of, SAMPLE, at=case.at, due_at=one.due_at or case.at)]
    own = _task(one, INSPECT if one.stage == INSPECTION else REVIEW, case, role="reviewer")
    if not replace(case, application=one).waits_for_draw:
        return [own]
    return [own, round_operations.task(of, SECOND_SAMPLE, at=case.at, due_at=one.due_at or case.at)]


def _task(one: Application, kind: str, case: Case, *, role: str) -> Task:
    belongs: dict[str, Any] = {"organization": one.holder_id} if role == "holder" else {"region": one.region}
    return Task(kind, SUBJECT, one.id, role, case.at, one.due_at, **belongs)


def _decision(of: Round, step: Step, *, by: By) -> Decision:
    return Decision(
        subject_kind=SUBJECT,
        subject_id=step.after.id,
        kind=step.kind,
        outcome=step.outcome or step.after.state.value,
        actor=by.person,
        at=step.case.at,
        rule=step.rule,
        clause=step.clause,
        numbers={"number": step.after.number, "stage": step.case.application.stage, **step.numbers},
        scheme_version=of.scheme_version_id,
        request_id=by.request_id,
    )


def _event(of: Round, step: Step) -> Event:
    one = step.after
    if not step.told:
        data = {"round_id": show("rnd", of.id), "stage": one.stage}
        return Event("application.answered", SUBJECT, show("app", one.id), (), data, step.case.at)
    told: dict[str, Any] = {"round_id": show("rnd", of.id), "state": one.state.value}
    if one.stage is not None:
        told["stage"] = one.stage
    if one.due_at is not None:
        told["due_at"] = one.due_at.isoformat()
    if one.state is ApplicationState.RETURNED:
        told["words"] = step.numbers.get("words")
    if one.state is ApplicationState.REJECTED:
        told["reasons"] = [reason_json(reason) for reason in one.reasons]
    return Event(f"application.{one.state.value}", SUBJECT, show("app", one.id), (one.holder_id,), told, step.case.at)
