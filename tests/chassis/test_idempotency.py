"""A key's effect happens exactly once, whoever races and however often it is sent."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis import attempts, idempotency
from services.chassis.attempts import Attempt, Wanted
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal

OBJECT = new_id()


def keyed(key: str = "k1", body: Any = 1, caller: str = "cli_1") -> Keyed:
    attempt = Attempt("make_thing", caller, None, None, None, key, "refused")
    return Keyed(attempt, idempotency.fingerprint("/v1/things", body), lambda result: {"result": result})


async def make(database: Database, request: Keyed, result: int = 7) -> Answer:
    async with database.begin() as connection:
        if answer := await idempotency.replay(connection, request):
            return answer
        await asyncio.sleep(0.01)
        return await idempotency.record(connection, request, result, OBJECT)


async def test_the_second_time_gives_the_first_answer(voucher_db: Database) -> None:
    assert await make(voucher_db, keyed()) == Answer(201, {"result": 7})
    assert await make(voucher_db, keyed(), result=8) == Answer(201, {"result": 7}, replayed=True)


async def test_of_a_hundred_twins_one_has_the_effect(voucher_db: Database) -> None:
    answers = await asyncio.gather(*(make(voucher_db, keyed(), result=n) for n in range(100)))
    assert sum(not answer.replayed for answer in answers) == 1
    assert len({answer.body["result"] for answer in answers}) == 1


async def test_another_body_under_the_same_key_is_refused(voucher_db: Database) -> None:
    await make(voucher_db, keyed())
    with pytest.raises(Refusal, match=r"idempotency\.mismatch"):
        await make(voucher_db, keyed(body=2))


async def test_another_callers_key_is_another_key(voucher_db: Database) -> None:
    await make(voucher_db, keyed())
    assert not (await make(voucher_db, keyed(caller="cli_2"))).replayed


async def test_a_refusal_leaves_the_key_free(voucher_db: Database) -> None:
    async with voucher_db.engine.connect() as connection, connection.begin() as transaction:
        assert await idempotency.replay(connection, keyed()) is None
        await transaction.rollback()
    assert not (await make(voucher_db, keyed())).replayed


async def test_a_forgotten_answer_still_names_its_object(voucher_db: Database, owner_url: str) -> None:
    await make(voucher_db, keyed())
    owner = Database(owner_url, "voucher")
    async with owner.begin() as connection:
        await connection.execute(text("UPDATE idempotency_keys SET answer = NULL"))
    await owner.dispose()
    with pytest.raises(Refusal) as refused:
        await make(voucher_db, keyed())
    assert refused.value.reasons[0].numbers == {"object_id": str(OBJECT)}


async def test_the_order_and_spacing_of_a_body_do_not_matter() -> None:
    assert idempotency.fingerprint("/x", {"a": 1, "b": 2}) == idempotency.fingerprint("/x", {"b": 2, "a": 1})
    assert idempotency.fingerprint("/x", {"a": 1}) != idempotency.fingerprint("/y", {"a": 1})


async def test_what_was_done_is_among_the_attempts(voucher_db: Database) -> None:
    await make(voucher_db, keyed())
    async with voucher_db.read() as connection:
        found, _ = await attempts.find(connection, Wanted(key="k1", outcome="done"), after=None, limit=10)
    assert [(kept.attempt.operation, kept.attempt.subject_id) for kept in found] == [("make_thing", OBJECT)]


def test_what_proves_who_asks_is_no_part_of_what_is_asked() -> None:
    body = {"amount": 1, "consent": [{"code": "c", "pin": "482913"}]}
    said = idempotency.fingerprint("/", body, unsaid={"pin"})
    assert said == idempotency.fingerprint("/", {"amount": 1, "consent": [{"code": "c"}]})
    assert said != idempotency.fingerprint("/", {"amount": 1, "consent": [{"code": "d"}]})
    assert said != idempotency.fingerprint("/", body)
