"""The five shipped papers: what each is, its clauses, and whom they name."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.registry.catalogue.domain.policy import ClauseLevel, Part
from services.registry.catalogue.policy_papers import PAPERS, paper

FACTS = json.loads((Path(__file__).parent / "data" / "policies.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_a_paper_is_read_as_the_facts_have_it(fact: dict[str, Any]) -> None:
    facts = paper(fact["id"]).facts
    days = {name: day and day.isoformat() for name, day in (("made", facts.made), ("published", facts.published))}
    told = {"issuer": facts.issuer, "number": facts.number, **days, "status": facts.status.value, "note": facts.note}
    assert told == {name: fact.get(name) for name in told}


def test_the_shipped_papers_are_those_of_the_facts() -> None:
    assert [fact["id"] for fact in FACTS] == list(PAPERS)


@pytest.mark.parametrize(
    ("paper_id", "chapters", "sections", "items"),
    [
        ("tongzhou-2018-5", 4, 19, 0),
        ("jiaxing-2015-90", 6, 21, 4),
        ("liaoning-2016-88", 4, 13, 16),
        ("tianshui-2015", 3, 11, 4),
        ("jiangmen-2016-draft", 4, 17, 0),
    ],
)
def test_every_numbered_clause_is_found(paper_id: str, chapters: int, sections: int, items: int) -> None:
    levels = [clause.level for clause in paper(paper_id).clauses]
    assert [levels.count(level) for level in ClauseLevel] == [chapters, sections, items]


@pytest.mark.parametrize("paper_id", PAPERS)
def test_a_clause_has_one_id_in_its_paper(paper_id: str) -> None:
    ids = [clause.id for clause in paper(paper_id).clauses]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("paper_id", "clause_id", "heading"),
    [
        ("jiangmen-2016-draft", "四(十七)", "加强示范引导和宣传推广"),
        ("liaoning-2016-88", "二(一)3", "IC装备"),
        ("tianshui-2015", "三(二)4", "深化商事制度改革"),
        ("tongzhou-2018-5", "四(五)", "加強績效考核"),
        ("jiaxing-2015-90", "三一是", "发挥示范引领效应"),
    ],
)
def test_a_clause_is_called_as_it_is_printed(paper_id: str, clause_id: str, heading: str) -> None:
    assert {clause.id: clause.heading for clause in paper(paper_id).clauses}[clause_id] == heading


def test_a_paragraph_without_a_number_belongs_to_the_clause_before_it_with_its_own_bureaus() -> None:
    (clause,) = [clause for clause in paper("liaoning-2016-88").clauses if clause.id == "二(三)3"]
    named = [[charge.bureau for charge in one.charges] for one in clause.paragraphs]
    assert named == [["各市政府", "省企业服务局"], ["各市政府", "省人力资源社会保障厅"]]


def test_a_paper_that_breaks_off_keeps_what_was_handed_down() -> None:
    assert paper("tianshui-2015").clauses[-1].paragraphs[-1].text.endswith("鼓励互联网经济等新兴业态创业")


def test_what_follows_the_signature_is_no_clause() -> None:
    assert paper("tongzhou-2018-5").clauses[-1].paragraphs[-1].text.endswith("對責任主體進行處理。")


def test_fourteen_clauses_of_jiangmen_name_who_is_responsible() -> None:
    named = [clause for clause in paper("jiangmen-2016-draft").clauses if clause.charges]
    assert len(named) == 14
    assert {charge.part for clause in named for charge in clause.charges} == {Part.RESPONSIBLE}
