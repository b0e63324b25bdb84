"""A simulation is drawn as a picture that is complete in itself, and told as a table, in both languages."""

from xml.parsers import expat

import pytest

from services.voucher.wallet.domain.chart import chart
from services.voucher.wallet.domain.outlook import outlook
from services.voucher.wallet.domain.told import Row, table
from tests.voucher.wallet.trying import a_trial, an_applicant

FOUND = outlook(a_trial(3_000_000), [an_applicant(1), an_applicant(2), an_applicant(3, region="310000")])
LASTS = outlook(a_trial(), [an_applicant(1)])


def parts(picture: str) -> list[tuple[str, str]]:
    """The elements of a picture in their order, each with its text; what is not well formed fails."""
    found: list[list[str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: found.append([name, ""])
    parser.CharacterDataHandler = lambda text: found[-1].__setitem__(1, found[-1][1] + text)
    parser.Parse(picture, True)
    return [(name, text.strip()) for name, text in found]


def texts(picture: str) -> list[str]:
    return [text for name, text in parts(picture) if name == "text"]


def test_the_picture_says_where_the_budget_runs_dry_and_which_rules_refuse() -> None:
    said = texts(chart(FOUND, title="R&D <2020>", currency="CNY", lang="en"))
    assert said[0] == "R&D <2020>"
    assert "runs dry at place 2, 2020-09-15" in said
    assert "1 · who.registered_in" in said


def test_the_picture_of_a_budget_that_lasts_says_so_too() -> None:
    said = texts(chart(LASTS, title="江门", currency="CNY", lang="zh-CN"))
    assert {"预算足够全部申领", "无不予通过"} <= set(said)


def test_there_is_nothing_in_the_picture_but_shapes_and_words() -> None:
    tags = {name for name, _ in parts(chart(FOUND, title="x", currency="CNY", lang="en"))}
    assert tags == {"svg", "title", "rect", "text", "path", "polyline"}


def test_the_table_has_a_row_for_everything() -> None:
    rows = table(FOUND, currency="CNY", lang="en")
    assert rows[0] == Row("applicants", 3, "60000.00")
    assert Row("budget runs dry at place 2 (number 2, 2020-09-15)", None, None) in rows
    assert Row("refused by who.registered_in, our default, not in the notice", 1, "20000.00") in rows
    assert Row("rate -1 point: needed to serve everybody in line", None, "39200.00") in rows


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_both_languages_tell_the_same_numbers(lang: str) -> None:
    told = table(FOUND, currency="CNY", lang=lang)
    assert [(one.applicants, one.amount) for one in told] == [
        (one.applicants, one.amount) for one in table(FOUND, currency="CNY", lang="en")
    ]
    assert len(table(LASTS, currency="CNY", lang=lang)) > 10
