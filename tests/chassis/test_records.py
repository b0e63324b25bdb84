"""Decisions, attempts, tasks and documents are kept as they were given, and found again by pages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis import attempts, decisions, documents, events, tasks
from services.chassis.attempts import Attempt
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Reason, Refusal
from services.chassis.tasks import Task
from tests.statements import noted

AT = datetime(2020, 9, 14, tzinfo=UTC)
FIRM, SUBJECT = new_id(), new_id()
PDF = documents.Sent(b"%PDF-1.7 report", "application/pdf", "report.pdf")


async def test_a_decision_keeps_its_rule_and_clause(voucher_db: Database) -> None:
    decision = Decision("voucher", SUBJECT, "issue", "issued", "per_1", AT, "cap.year", "（七）", {"limit": 2_000_000})
    async with voucher_db.begin() as connection:
        await decisions.record(connection, [decision])
        await decisions.record(connection, [])
        assert await decisions.of_subject(connection, SUBJECT) == [decision]


async def test_a_refused_attempt_keeps_its_reasons(voucher_db: Database) -> None:
    tried = Attempt("submit", "per_1", FIRM, "application", SUBJECT, "k", "refused", (Reason("a.b", numbers={"n": 1}),))
    async with voucher_db.begin() as connection:
        await attempts.record(connection, [tried])
        found, cursor = await attempts.find(connection, attempts.Wanted([FIRM], SUBJECT), after=None, limit=1)
    assert (found[0].attempt, cursor) == (tried, None)


async def test_attempts_turn_over_newest_first(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        for key in "abc":
            await attempts.record(connection, [Attempt("x", "per_1", None, None, None, key, "done")])
        first, cursor = await attempts.find(connection, attempts.Wanted(), after=None, limit=2)
        rest, end = await attempts.find(connection, attempts.Wanted(), after=cursor, limit=2)
    assert len({kept.attempt.key for kept in first + rest}) == 3
    assert end is None


async def test_many_are_kept_in_one_statement(voucher_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = noted(monkeypatch)
    decision = Decision("voucher", SUBJECT, "issue", "issued", "per_1", AT)
    tried = Attempt("x", "per_1", None, None, None, "k", "done")
    happened = [Event("a.made", "thing", "1", audience, {}, AT) for audience in ((), (FIRM,), (FIRM, SUBJECT))]
    async with voucher_db.begin() as connection:
        await decisions.record(connection, [decision] * 3)
        await attempts.record(connection, [tried] * 3)
        await events.append(connection, happened)
        await tasks.open_tasks(connection, [task("one"), task("two"), task("two")])
        await tasks.close_tasks(connection, [], at=AT)
    written = [statement.split("(")[0].strip() for statement in sent]
    assert written == [f"INSERT INTO {name}" for name in ("decisions", "attempts", "events", "tasks")]
    async with voucher_db.read() as connection:
        assert len(await decisions.of_subject(connection, SUBJECT)) == 3
        read = await events.read(connection, after=None, limit=10)
    assert [entry.event for entry in read] == happened
    assert await found_kinds(voucher_db, tasks.Wanted()) == {"one", "two"}


def task(kind: str, role: str = "reviewer", **bound: Any) -> Task:
    return Task(kind, "thing", SUBJECT, role, AT, **bound)


async def found_kinds(database: Database, wanted: tasks.Wanted) -> set[str]:
    async with database.read() as connection:
        return {task.kind for _, task in (await tasks.find(connection, wanted, after=None, limit=10))[0]}


async def test_a_task_is_seen_by_its_role_in_its_region(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await tasks.open_tasks(connection, [task("here", region="440703"), task("there", region="440704"), task("any")])
        await tasks.open_tasks(connection, [task("any")])
    assert await found_kinds(voucher_db, tasks.Wanted(frozenset({"reviewer"}), region="440703")) == {"here", "any"}
    assert await found_kinds(voucher_db, tasks.Wanted(frozenset({"operator"}))) == set()


@pytest.mark.parametrize(
    ("bound", "value", "other"),
    [
        ("region", "440703", "440704"),
        ("bureau", "sme", "science"),
        ("treasury", "jiangmen", "foshan"),
        ("organization", FIRM, SUBJECT),
    ],
)
async def test_a_task_of_one_bound_is_seen_by_nobody_without_it(
    voucher_db: Database, bound: str, value: Any, other: Any
) -> None:
    async with voucher_db.begin() as connection:
        await tasks.open_tasks(connection, [task("bound", **{bound: value}), task("free")])
    reviewer = frozenset({"reviewer"})
    assert await found_kinds(voucher_db, tasks.Wanted(reviewer)) == {"free"}
    assert await found_kinds(voucher_db, tasks.Wanted(reviewer, **{bound: other})) == {"free"}
    assert await found_kinds(voucher_db, tasks.Wanted(reviewer, **{bound: value})) == {"bound", "free"}
    assert await found_kinds(voucher_db, tasks.Wanted()) == {"bound", "free"}


async def test_a_task_is_seen_in_the_city_and_province_that_its_region_lies_in(voucher_db: Database) -> None:
    regions = {"district": "440703", "city": "440700", "other city": "440803", "other province": "450703"}
    async with voucher_db.begin() as connection:
        await tasks.open_tasks(connection, [task(kind, region=region) for kind, region in regions.items()])
    reviewer = frozenset({"reviewer"})
    assert await found_kinds(voucher_db, tasks.Wanted(reviewer, region="440700")) == {"district", "city"}
    assert await found_kinds(voucher_db, tasks.Wanted(reviewer, region="440000")) == {"district", "city", "other city"}


async def test_a_closed_task_waits_no_longer(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await tasks.open_tasks(connection, [task("one"), task("two")])
        await tasks.close_tasks(connection, [SUBJECT], at=AT, kind="one")
    assert await found_kinds(voucher_db, tasks.Wanted()) == {"two"}
    async with voucher_db.begin() as connection:
        await tasks.close_tasks(connection, [SUBJECT], at=AT)
    assert await found_kinds(voucher_db, tasks.Wanted()) == set()


async def test_tasks_turn_over(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await tasks.open_tasks(connection, [task("one"), task("two")])
        first, cursor = await tasks.find(connection, tasks.Wanted(), after=None, limit=1)
        rest, end = await tasks.find(connection, tasks.Wanted(), after=cursor, limit=1)
    assert {first[0][1].kind, rest[0][1].kind} == {"one", "two"}
    assert end is None


async def test_the_same_bytes_are_the_same_document(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        first = await documents.keep(connection, PDF, organization=None, sent_by="per_1")
        again = await documents.keep(connection, PDF, organization=None, sent_by="per_1")
        others = await documents.keep(connection, PDF, organization=FIRM, sent_by="per_2")
        assert await documents.content(connection, first.id) == PDF.content
        assert set(await documents.known(connection, [first.id, new_id()])) == {first.id}
    assert first == again
    assert others.id != first.id


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (documents.Sent(b"", "application/pdf", "x"), "document.empty"),
        (documents.Sent(b"x", "text/html", "x"), "document.type"),
        (documents.Sent(b"x" * (documents.SIZE_MAX + 1), "application/pdf", "x"), "request.too_large"),
    ],
)
async def test_a_document_of_no_use_is_refused(voucher_db: Database, sent: documents.Sent, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        async with voucher_db.begin() as connection:
            await documents.keep(connection, sent, organization=None, sent_by="per_1")
    assert refused.value.code == code


async def test_an_unknown_document_is_not_found(voucher_db: Database) -> None:
    with pytest.raises(NotFound):
        async with voucher_db.read() as connection:
            await documents.read(connection, new_id())
