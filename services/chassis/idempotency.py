"""Remembers each acknowledged request by caller, operation and key, so that its effect happens exactly once.

Alone, a request takes its key first (`replay`, `record`): the row locks the key, and a twin in flight waits for it
and then finds the answer. Together, requests look their keys up once everything else was read, and write key and
answer at the end (`answered`, `record_all`): who comes second fails on the key and is played again
(docs/decisions/0012). A refusal leaves no row, so a retry after one is free. The answer is kept for at least 30 days,
the key for ever. Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import attempts, bulk
from services.chassis.attempts import Attempt
from services.chassis.refusals import Refusal
from services.chassis.tables import IdempotencyKeys

KEYS = IdempotencyKeys.__table__
ONE_KEY = "pk_idempotency_keys"
"""The constraint on which the second of two under one key fails: played again, it finds the first one's answer."""
_IDENTITY = ("caller", "operation", "key")
_GIVEN = bulk.given(KEYS, _IDENTITY)
_EARLIER = bulk.Statement(
    select(KEYS).where(
        tuple_(*(KEYS.c[name] for name in _IDENTITY)).in_(select(*(_GIVEN.c[name] for name in _IDENTITY)))
    )
)
_AS_OF_NOW = (("created_at", func.clock_timestamp()),)

Identity = tuple[str, str, str]
"""What makes a key unique: caller and operation belong to it."""


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
    def identity(self) -> Identity:
        """Caller, operation and key."""
        return self.attempt.caller, self.attempt.operation, self.attempt.key or ""


@dataclass(frozen=True)
class Answer:
    """What the client is told, now or at the first time."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def fingerprint(path: str, body: Any, *, unsaid: Collection[str] = ()) -> str:
    """A digest of what was asked, indifferent to the order and spacing of the JSON.

    unsaid: members, at whatever depth, that are no part of what is asked, such as one that only proves who asks.
    """
    text = json.dumps([path, _said(body, unsaid)], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(body: Any, unsaid: Collection[str]) -> Any:
    if isinstance(body, dict):
        return {name: _said(member, unsaid) for name, member in body.items() if name not in unsaid}
    return [_said(item, unsaid) for item in body] if isinstance(body, list) else body


async def replay(connection: AsyncConnection, keyed: Keyed) -> Answer | None:
    """Take the key in this transaction, or give the first request's answer; a twin in flight is waited for.

    Refusal ``idempotency.mismatch``: the key was used for another body; ``idempotency.forgotten``: its answer is no
    longer kept.
    """
    taken = await connection.execute(
        postgresql.insert(KEYS)
        .values(
            **dict(zip(_IDENTITY, keyed.identity, strict=True)),
            fingerprint=keyed.fingerprint,
            created_at=func.clock_timestamp(),
        )
        .on_conflict_do_nothing()
        .returning(KEYS.c.key)
    )
    if taken.one_or_none() is not None:
        return None
    told = _told(keyed, (await connection.execute(select(KEYS).where(*_is(keyed)))).mappings().one())
    if isinstance(told, Refusal):
        raise told
    return told


async def record(connection: AsyncConnection, keyed: Keyed, result: Any, object_id: UUID | None) -> Answer:
    """Keep the answer under its key and the attempt as done, in the transaction that had the effect."""
    answer = Answer(keyed.status, keyed.render(result))
    await connection.execute(
        update(KEYS).where(*_is(keyed)).values(status=answer.status, answer=answer.body, object_id=object_id)
    )
    await attempts.record(connection, [keyed.attempt.done(object_id)])
    return answer


async def answered(connection: AsyncConnection, requests: Sequence[Keyed]) -> dict[Identity, Answer | Refusal]:
    """By identity, what was answered earlier to these requests, or why their key may not be used: as `replay` says it.

    Takes no key and waits for nobody. Ask last of all that is read: whatever was seen of a twin's effect, its key is
    then seen too.
    """
    if not requests:
        return {}
    wanted = {one.identity: one for one in requests}
    given = [dict(zip(_IDENTITY, one, strict=True)) for one in wanted]
    rows = await _EARLIER.rows(connection, bulk.told(KEYS, given))
    found = {(row["caller"], row["operation"], row["key"]): row for row in rows}
    return {identity: _told(wanted[identity], row) for identity, row in found.items()}


async def record_all(connection: AsyncConnection, done: Sequence[tuple[Keyed, Any, UUID | None]]) -> list[Answer]:
    """Write keys with their answers, and the attempts as done, in the transaction that had the effects; all at its end.

    done: each request with its result and its object. IntegrityError of `ONE_KEY` where another was answered under
    one of the keys since they were looked up: then all must be undone and played again.
    """
    answers = [Answer(keyed.status, keyed.render(result)) for keyed, result, _ in done]
    rows = [_row(keyed, object_id, answer) for (keyed, _, object_id), answer in zip(done, answers, strict=True)]
    # in one order, so that two that share several keys wait for each other in it
    rows.sort(key=lambda row: [row[name] for name in _IDENTITY])
    await bulk.insert_all(connection, KEYS, rows, computed=_AS_OF_NOW)
    await attempts.record(connection, [keyed.attempt.done(object_id) for keyed, _, object_id in done])
    return answers


def _row(keyed: Keyed, object_id: UUID | None, answer: Answer) -> dict[str, Any]:
    said = {"status": answer.status, "answer": answer.body, "object_id": object_id}
    return {**dict(zip(_IDENTITY, keyed.identity, strict=True)), "fingerprint": keyed.fingerprint, **said}


def _told(keyed: Keyed, earlier: Any) -> Answer | Refusal:
    """What a request is told whose key has a row."""
    if earlier["fingerprint"] != keyed.fingerprint:
        return Refusal("idempotency.mismatch", pointer="/headers/Idempotency-Key")
    if earlier["answer"] is None:
        return Refusal("idempotency.forgotten", numbers={"object_id": str(earlier["object_id"])})
    return Answer(earlier["status"], earlier["answer"], replayed=True)


def _is(keyed: Keyed) -> tuple[Any, ...]:
    caller, operation, key = keyed.identity
    return KEYS.c.caller == caller, KEYS.c.operation == operation, KEYS.c.key == key
