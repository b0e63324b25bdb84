"""Policy papers in the database: five ship, others are sent, come into force and are abolished."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis import documents
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.policy import PolicyFacts
from services.registry.catalogue.operations import policies
from services.registry.catalogue.operations.policies import NewPaper, load_papers
from services.registry.catalogue.policy_papers import PAPERS, paper
from services.registry.catalogue.store.policies import PolicyFilter
from services.registry.feed.operations.changes import read_changes
from tests.registry.samples import TODAY, asked, codes, document, places

TEXT = "某市人民政府办公室关于某事的意见\n一、总体要求\n（一）目标。建设。（责任单位：市科技局）\n（二）任务。落实。\n"
ALL = PolicyFilter()


async def draft(database: Database, name: str = "city-2020-1", text: str = TEXT, **said: Any) -> Mapping[str, Any]:
    new = NewPaper(name, await document(database, text), **said)
    return await policies.record_policy(asked(database, "create_policy"), new)


async def in_force(
    database: Database, name: str = "city-2020-1", number: str = "某政办发〔2020〕1号"
) -> Mapping[str, Any]:
    facts = PolicyFacts(title="", issuer="", number=number, made=TODAY - timedelta(days=9), effective=date(2021, 1, 1))
    return await policies.promulgate_policy(asked(database, "promulgate_policy"), name, version=0, facts=facts)


async def abolished(database: Database, *, version: int, on: date = TODAY) -> Mapping[str, Any]:
    return await policies.abolish_policy(asked(database, "abolish_policy"), "city-2020-1", version=version, on=on)


async def test_the_five_papers_are_loaded_once(registry: Database) -> None:
    assert (await load_papers(registry), await load_papers(registry)) == (5, 0)
    shown, cursor = await policies.list_policies(registry, ALL, after=None, limit=10)
    assert ([one["id"] for one in shown], cursor) == (sorted(PAPERS), None)


async def test_a_loaded_paper_has_the_clauses_of_its_text(registry: Database) -> None:
    await load_papers(registry)
    shown = await policies.read_policy(registry, "liaoning-2016-88", bureau=None)
    assert [clause["id"] for clause in shown["clauses"]] == [clause.id for clause in paper("liaoning-2016-88").clauses]


@pytest.mark.parametrize("bureau", ["区科委", "區科委"])
async def test_papers_are_found_by_a_bureau_in_either_script(registry: Database, bureau: str) -> None:
    await load_papers(registry)
    ((shown), _) = await policies.list_policies(registry, PolicyFilter(bureau=bureau), after=None, limit=10)
    assert [one["id"] for one in shown] == ["tongzhou-2018-5"]
    assert shown[0]["clauses"][0]["id"] == "二(一)"


async def test_papers_are_turned_over_and_narrowed_by_status(registry: Database) -> None:
    await load_papers(registry)
    first, cursor = await policies.list_policies(registry, ALL, after=None, limit=2)
    rest, _ = await policies.list_policies(registry, ALL, after=cursor, limit=10)
    drafts, _ = await policies.list_policies(registry, PolicyFilter(status="draft"), after=None, limit=10)
    assert [one["id"] for one in [*first, *rest]] == sorted(PAPERS)
    assert [one["id"] for one in drafts] == ["jiangmen-2016-draft"]


async def test_a_paper_that_is_sent_is_a_draft_with_what_its_text_says(registry: Database) -> None:
    shown = await draft(registry)
    assert (shown["status"], shown["issuer"], shown["bureaus"]) == ("draft", "某市人民政府办公室", ["市科技局"])
    assert await policies.read_policy(registry, "city-2020-1", bureau=None) == shown


async def test_what_is_said_of_a_paper_goes_before_what_is_read(registry: Database) -> None:
    assert (await draft(registry, issuer="某区科委"))["issuer"] == "某区科委"


async def test_all_that_is_wrong_with_a_paper_is_told_at_once(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await draft(registry, "City 1", title=" ", number="x" * 61, made=TODAY + timedelta(days=1), published=TODAY)
    assert places(refused.value) == {
        "/id": "policy.id",
        "/title": "name.empty",
        "/number": "name.too_long",
        "/made": "date.future",
        "/published": "policy.dates",
    }


@pytest.mark.parametrize("text", ["没有条款", "\x00"])
async def test_text_without_clauses_is_no_paper(registry: Database, text: str) -> None:
    with pytest.raises(Refusal, match=r"policy\.text"):
        await draft(registry, text=text)


@pytest.mark.parametrize(("content", "media_type"), [(b"\xff\xfe", "text/plain"), (TEXT.encode(), "application/pdf")])
async def test_what_is_not_text_is_no_paper(registry: Database, content: bytes, media_type: str) -> None:
    async with registry.begin() as connection:
        kept = await documents.keep(connection, Sent(content, media_type, "x"), organization=None, sent_by="per_1")
    with pytest.raises(Refusal, match=r"policy\.text"):
        await policies.record_policy(asked(registry, "create_policy"), NewPaper("city-2020-1", kept.id))


async def test_a_document_that_was_not_sent_is_told(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await policies.record_policy(asked(registry, "create_policy"), NewPaper("city-2020-1", UUID(int=1)))
    assert codes(refused.value) == {"reference.unknown"}


async def test_an_id_is_taken_once(registry: Database) -> None:
    await draft(registry)
    with pytest.raises(Refusal, match=r"policy\.duplicate"):
        await draft(registry)


async def test_a_draft_comes_into_force_and_is_abolished(registry: Database) -> None:
    await draft(registry)
    promulgated = await in_force(registry)
    over = await abolished(registry, version=1)
    assert [(one["status"], one["version"]) for one in (promulgated, over)] == [("in_force", 1), ("abolished", 2)]
    assert (over["abolished"], over["effective"]) == ("2020-09-14", "2021-01-01")


async def test_every_change_of_a_paper_is_told_in_the_feed(registry: Database) -> None:
    await draft(registry)
    await in_force(registry)
    found = await read_changes(asked(registry, "list_changes", "service"), after=None, seen=None, limit=200)
    told = [entry.event.data["status"] for entry in found.entries if entry.event.subject_kind == "policy"]
    assert told == ["draft", "in_force"]


async def test_only_a_draft_comes_into_force(registry: Database) -> None:
    await load_papers(registry)
    with pytest.raises(Refusal, match=r"policy\.not_draft"):
        await in_force(registry, "tianshui-2015")


async def test_a_number_belongs_to_one_paper_until_that_is_abolished(registry: Database) -> None:
    for name in ("city-2020-1", "city-2020-2"):
        await draft(registry, name)
    await in_force(registry)
    with pytest.raises(Refusal, match=r"policy\.duplicate"):
        await in_force(registry, "city-2020-2")
    await abolished(registry, version=1)
    assert (await in_force(registry, "city-2020-2"))["status"] == "in_force"


async def test_a_paper_is_abolished_once_and_not_before_it_was_made(registry: Database) -> None:
    await draft(registry, made=TODAY)
    with pytest.raises(Refusal, match=r"policy\.dates"):
        await abolished(registry, version=0, on=TODAY - timedelta(days=1))
    with pytest.raises(Refusal, match=r"date\.future"):
        await abolished(registry, version=0, on=TODAY + timedelta(days=1))
    await abolished(registry, version=0)
    with pytest.raises(Refusal, match=r"policy\.abolished"):
        await abolished(registry, version=1)


async def test_a_change_is_made_from_the_version_that_was_read(registry: Database) -> None:
    await draft(registry)
    with pytest.raises(Refusal, match=r"edit\.precondition"):
        await abolished(registry, version=7)


async def test_nobody_knows_of_a_paper_that_is_not_there(registry: Database) -> None:
    with pytest.raises(NotFound, match=r"policy\.unknown"):
        await abolished(registry, version=0)
    with pytest.raises(NotFound, match=r"policy\.unknown"):
        await policies.read_policy(registry, "nowhere", bureau=None)
