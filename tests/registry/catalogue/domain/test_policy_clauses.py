"""Which marks begin a clause."""

from hypothesis import given
from hypothesis import strategies as st

from services.registry.catalogue.domain.policy import bureaus_of
from services.registry.catalogue.domain.policy_clauses import clauses_in


def ids(body: str) -> list[str]:
    return [clause.id for clause in clauses_in(body)]


def test_sections_begin_anew_in_each_chapter_or_are_numbered_through() -> None:
    assert ids("一、甲\n（一）乙。\n二、丙\n（一）丁。") == ["一", "一(一)", "二", "二(一)"]
    assert ids("一、甲\n（一）乙。\n二、丙\n（二）丁。") == ["一", "一(一)", "二", "二(二)"]


def test_a_number_that_is_not_the_next_begins_nothing() -> None:
    assert ids("一、甲\n（一）乙。\n3.丙。\n（五）丁。\n四、戊") == ["一", "一(一)"]


def test_a_mark_that_lost_its_dot_still_counts() -> None:
    assert ids("一、甲\n(一)乙。\n1.丙。\n2IC装备。") == ["一", "一(一)", "一(一)1", "一(一)2"]


def test_nothing_before_the_first_chapter_is_a_clause() -> None:
    assert ids("（一）序。\n1.序。\n序\n一、甲") == ["一"]


def test_items_of_a_new_section_begin_at_one_again() -> None:
    assert ids("一、甲\n(一)乙。\n1.丙。\n(二)丁。\n1.戊。") == ["一", "一(一)", "一(一)1", "一(二)", "一(二)1"]


def test_marks_are_found_in_a_paper_without_line_breaks() -> None:
    body = "一、总体(一)目标。到2020年,3D打印。——建设。——培育。(二)措施。1.落实1.5倍。2.简化。二、任务(一)其他。"
    assert ids(body) == ["一", "一(一)", "一(二)", "一(二)1", "一(二)2", "二", "二(一)"]


def test_a_figure_in_the_prose_of_such_a_paper_begins_nothing() -> None:
    assert ids("一、总体(一)目标。实施(三)之外的五、六项。二、任务") == ["一", "一(一)", "二"]


def test_goals_behind_dashes_are_paragraphs_of_their_own() -> None:
    assert len(clauses_in("一、总体(一)目标。——建设。——培育。二、任务")[1].paragraphs) == 3


def test_a_long_first_sentence_lends_its_first_part_as_heading() -> None:
    assert clauses_in(f"一、甲\n（一）聚焦产业，{'很' * 40}。")[1].heading == "聚焦产业"


def test_a_heading_alone_on_its_line_is_no_paragraph() -> None:
    chapter, section = clauses_in("一、甲\n（一）乙\n丙。")
    assert (chapter.paragraphs, [one.text for one in section.paragraphs]) == ((), ["丙。"])


def test_a_bureau_is_told_once_of_many_clauses() -> None:
    assert bureaus_of(clauses_in("一、甲\n（一）乙。(甲局负责)\n（二）丙。(甲局、乙局负责)")) == ["甲局", "乙局"]


@given(st.integers(1, 30), st.booleans())
def test_as_many_chapters_are_read_as_are_printed(chapters: int, on_one_line: bool) -> None:
    figures = "一二三四五六七八九十"
    names = [
        figures[n - 1] if n <= 10 else f"{'' if n < 20 else figures[n // 10 - 1]}十" for n in range(1, chapters + 1)
    ]
    full = [name + (figures[n % 10 - 1] if n > 10 and n % 10 else "") for n, name in enumerate(names, start=1)]
    assert ids(("" if on_one_line else "\n").join(f"{name}、甲。" for name in full)) == full
