"""Remembers what reviewers said to applications: added once, read in the order in which it was said."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.reviewing import Answer, Said
from services.voucher.wallet.domain.states import UNDER_REVIEW
from services.voucher.wallet.store.applications import APPLICATIONS
from services.voucher.wallet.store.review_tables import ApplicationReviews

REVIEWS = ApplicationReviews.__table__
BLIND = (1, 2)
"""The seats of the two who answer without knowing of each other."""


async def add(connection: AsyncConnection, said: Said) -> None:
    """Write what was said, under the lock of its application; Refusal ``application.took_part``, held by a key."""
    try:
        await connection.execute(insert(REVIEWS).values(asdict(said)))
    except IntegrityError as error:
        if violated(error, "uq_application_reviews_person"):
            raise Refusal("application.took_part", rule="four_eyes") from error
        raise


async def under_way(connection: AsyncConnection, round_id: UUID) -> bool:
    """Whether a round has applications that stand in review."""
    found = exists().where(APPLICATIONS.c.round_id == round_id, APPLICATIONS.c.state.in_(UNDER_REVIEW))
    return bool((await connection.execute(select(found))).scalar_one())


async def of_applications(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, list[Said]]:
    """All that was said to each of these applications, oldest first."""
    statement = select(REVIEWS).where(REVIEWS.c.application_id.in_(ids)).order_by(REVIEWS.c.at, REVIEWS.c.id)
    found: dict[UUID, list[Said]] = {one: [] for one in ids}
    for row in (await connection.execute(statement)).mappings():
        found[row["application_id"]].append(_said(row))
    return found


def _said(row: Mapping[Any, Any]) -> Said:
    return Said(**{**row, "answer": Answer(row["answer"])})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two persons who answered the same applications without knowing of each other; how often, and how often unlike."""

    stage: str
    first: str
    second: str
    reviewed: int
    differed: int


async def agreement(connection: AsyncConnection, round_id: UUID) -> list[Pair]:
    """How often reviewers of a round differed, by stage and pair; who of a pair answered first does not matter."""
    one, other = REVIEWS.alias("one"), REVIEWS.alias("other")
    first, second = func.least(one.c.person, other.c.person), func.greatest(one.c.person, other.c.person)
    statement = (
        select(
            one.c.stage,
            first.label("first"),
            second.label("second"),
            func.count().label("reviewed"),
            func.count().filter(one.c.answer != other.c.answer).label("differed"),
        )
        .select_from(one)
        .join(
            other,
            (other.c.application_id == one.c.application_id)
            & (other.c.stage == one.c.stage)
            & (other.c.turn == one.c.turn),
        )
        .join(APPLICATIONS, APPLICATIONS.c.id == one.c.application_id)
        .where(APPLICATIONS.c.round_id == round_id, one.c.seat == BLIND[0], other.c.seat == BLIND[1])
        .group_by(one.c.stage, first, second)
        .order_by(one.c.stage, first, second)
    )
    return [Pair(**row) for row in (await connection.execute(statement)).mappings()]
