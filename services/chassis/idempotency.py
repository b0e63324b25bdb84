"""Remembers each acknowledged request by caller, operation and key, so that its effect happens exactly once.

The key's row is written first in the transaction and so locks the key: a twin in flight waits for it and then
finds the answer. A refusal rolls the row back, so a retry after one is free. The answer is kept for at least 30
days, the key for ever. Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import attempts
from services.chassis.attempts import Attempt
from services.chassis.refusals import Refusal
from services.chassis.tables import IdempotencyKeys

KEYS = IdempotencyKeys.__table__
UNSAID = frozenset({"pin", "current_pin"})
"""Members that prove who asks and are no part of what is asked: six digits could be guessed back from a digest."""


@dataclass(frozen=True)
class Keyed:
    """A request under an idempotency key: who tries what (attempt), and a digest of what was asked.

    render turns the operation's result into the answer's JSON body.
    """

    attempt: Attempt
    fingerprint: str
    render: Callable[[Any], dict[str, Any]] = field(compare=False)
    status: int = 201

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes the key unique: caller and operation belong to it."""
        return self.attempt.caller, self.attempt.operation, self.attempt.key or ""


@dataclass(frozen=True)
class Answer:
    """What the client is told, now or at the first time."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def fingerprint(path: str, body: Any) -> str:
    """A digest of what was asked, indifferent to the order and spacing of the JSON, and without what is `UNSAID`."""
    text = json.dumps([path, _said(body)], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _said(member) for name, member in body.items() if name not in UNSAID}
    return [_said(item) for item in body] if isinstance(body, list) else body


async def is_known(connection: AsyncConnection, keyed: Keyed) -> bool:
    """Whether a request was answered under this key, so that what it shows need not be proved again; takes no lock."""
    return (await connection.execute(select(KEYS.c.key).where(*_is(keyed)))).one_or_none() is not None


async def replay(connection: AsyncConnection, keyed: Keyed) -> Answer | None:
    """Take the key in this transaction, or give the first request's answer; a twin in flight is waited for.

    Refusal ``idempotency.mismatch``: the key was used for another body; ``idempotency.forgotten``: its answer is no
    longer kept.
    """
    taken = await connection.execute(
        postgresql.insert(KEYS)
        .values(
            **dict(zip(("caller", "operation", "key"), keyed.identity, strict=True)),
            fingerprint=keyed.fingerprint,
            created_at=func.clock_timestamp(),
        )
        .on_conflict_do_nothing()
        .returning(KEYS.c.key)
    )
    if taken.one_or_none() is not None:
        return None
    earlier = (await connection.execute(select(KEYS).where(*_is(keyed)))).one()
    if earlier.fingerprint != keyed.fingerprint:
        raise Refusal("idempotency.mismatch", pointer="/headers/Idempotency-Key")
    if earlier.answer is None:
        raise Refusal("idempotency.forgotten", numbers={"object_id": str(earlier.object_id)})
    return Answer(earlier.status, earlier.answer, replayed=True)


async def record(connection: AsyncConnection, keyed: Keyed, result: Any, object_id: UUID | None) -> Answer:
    """Keep the answer under its key and the attempt as done, in the transaction that had the effect."""
    answer = Answer(keyed.status, keyed.render(result))
    await connection.execute(
        update(KEYS).where(*_is(keyed)).values(status=answer.status, answer=answer.body, object_id=object_id)
    )
    await attempts.record(connection, [keyed.attempt.done(object_id)])
    return answer


def _is(keyed: Keyed) -> tuple[Any, ...]:
    caller, operation, key = keyed.identity
    return KEYS.c.caller == caller, KEYS.c.operation == operation, KEYS.c.key == key
