"""Remembers the steps of a campaign as decisions, and who is to take the next one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.decisions import Decision
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.registry.assessment.domain.campaign import Campaign
from services.registry.spaces.domain.act import Act


async def campaign_step(
    connection: AsyncConnection, before: Campaign, after: Campaign, act: Act, numbers: Mapping[str, Any]
) -> None:
    """Keep what was decided on a campaign, with its numbers."""
    decision = Decision(
        subject_kind="campaign",
        subject_id=after.id,
        kind=act.verb,
        outcome=after.state.value,
        actor=act.by,
        at=act.at,
        rule="the life cycle of a campaign",
        clause=act.clause,
        numbers={
            "from": before.state.value,
            "year": after.year,
            "region": after.region,
            "reason": act.reason,
            "document": None if act.document_id is None else show("doc", act.document_id),
            **numbers,
        },
        request_id=act.request_id,
    )
    await decisions.record(connection, [decision])


async def campaign_task(
    connection: AsyncConnection, campaign: Campaign, kind: str, *, at: datetime, due_at: datetime | None
) -> None:
    """Close what waited for an operator on a campaign, and open his next task."""
    await tasks.close_tasks(connection, [campaign.id], at=at)
    task = Task(
        kind=kind,
        subject_kind="campaign",
        subject_id=campaign.id,
        role="operator",
        opened_at=at,
        due_at=due_at,
    )
    await tasks.open_tasks(connection, [task])
