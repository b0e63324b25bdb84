"""What a paper is, from its text."""

from datetime import date

import pytest

from services.registry.catalogue.domain.policy import PolicyStatus
from services.registry.catalogue.domain.policy_text import parse

HEAD = "某政办发〔2019〕3号\n某市人民政府办公室关于某事的意见\n各单位:\n现提出如下意见。\n"
BODY = "一、总体要求\n（一）目标。建设。\n"


def closing(tail: str) -> date | None:
    return parse(f"{HEAD}{BODY}某市人民政府办公室\n{tail}").facts.made


def test_a_paper_says_who_issued_it_under_which_number() -> None:
    facts = parse(HEAD + BODY).facts
    assert (facts.issuer, facts.number, facts.status) == (
        "某市人民政府办公室",
        "某政办发〔2019〕3号",
        PolicyStatus.IN_FORCE,
    )


def test_a_title_over_two_lines_is_one() -> None:
    assert parse("某市人民政府关于\n某事的意见\n" + BODY).facts.title == "某市人民政府关于某事的意见"


def test_a_paper_is_dated_behind_its_signature() -> None:
    assert closing("2019年3月9日") == date(2019, 3, 9)


@pytest.mark.parametrize(
    ("printed", "made"),
    [("2016\n729", date(2016, 7, 29)), ("2016\n1231", date(2016, 12, 31)), ("2016\n111", None), ("2016\n999", None)],
)
def test_a_broken_date_counts_only_if_it_can_be_one_day(printed: str, made: date | None) -> None:
    assert closing(printed) == made


def test_a_day_that_there_never_was_is_no_date() -> None:
    assert closing("2019年2月30日") is None


def test_text_without_chapters_has_no_clauses_and_no_issuer() -> None:
    read = parse("随便一段话")
    assert (read.clauses, read.facts.issuer, read.facts.title) == ((), "", "")


def test_a_sound_paper_has_no_note() -> None:
    assert parse(HEAD + BODY).facts.note is None
