"""Next year's draft: dates are questions, figures are asked about, comments stay, and it is no scheme yet."""

import re
from pathlib import Path

import pytest

from services.voucher.scheme.domain.next_year import next_year
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import FILE, SCHEMES

FILES = sorted(SCHEMES.glob("*.yaml"))
DRAFT = next_year(FILE, reading.places(FILE))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_refused_until_its_questions_are_answered(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    faults = reading.read(next_year(text, reading.places(text))).faults
    assert {fault.code for fault in faults} <= {"scheme.question", "scheme.named_twice"}
    assert any(fault.pointer == "/effective/value" for fault in faults)


def test_every_date_is_a_question_that_tells_what_it_was() -> None:
    assert 'effective: {value: "2021-??-?? (was 2020-09-15)", source' in DRAFT
    assert 'opens: {value: "2021-??-?? ??:?? (was 2020-09-15 10:00)", source' in DRAFT
    assert not re.search(r"value: 20\d\d-", DRAFT)


def test_its_name_and_title_are_next_years_and_its_basis_is_to_be_confirmed() -> None:
    assert "\nscheme: jiangmen-service-2021\n" in DRAFT
    assert "江门市小微企业服务补贴券（2021年）" in DRAFT
    assert '- row: "jiangmen-service-2021? (to be confirmed, was jiangmen-service-2020)"' in DRAFT


def test_it_follows_the_scheme_that_it_is_made_of() -> None:
    followed = 'follows: {value: jiangmen-service-2020, source: "our default, not in the notice"}\n'
    assert f"\nscheme: jiangmen-service-2021\n{followed}" in DRAFT
    again = FILE.replace(
        "scheme: jiangmen-service-2020\n", f"scheme: jiangmen-service-2020\n{followed.replace('2020', '2019')}"
    )
    assert f"\nscheme: jiangmen-service-2021\n{followed}" in next_year(again, reading.places(again))


def test_a_scheme_without_a_year_goes_on_under_its_own_name() -> None:
    text = FILE.replace("scheme: jiangmen-service-2020\n", "scheme: jiangmen-service\n")
    assert "\nfollows:" not in next_year(text, reading.places(text))


def test_figures_stay_and_are_asked_about() -> None:
    assert '  share: "0.50"  # as last year?\n' in DRAFT
    assert DRAFT.count('limit: "20000.00"  # as last year?') == 3


def test_the_list_of_a_year_is_asked_about() -> None:
    assert "value: {list: jiangmen-service-2020, classes: [priority]}  # as last year?\n" in DRAFT


def test_comments_stay_and_a_question_is_added_to_one() -> None:
    assert [line for line in FILE.splitlines() if line.startswith("#")] == [
        line for line in DRAFT.splitlines() if line.startswith("#")
    ]
    text = 'rate:\n  share: "0.50" # of the invoice\n'
    assert next_year(text, reading.places(text)) == 'rate:\n  share: "0.50" # of the invoice – as last year?\n'


def test_answered_it_is_next_years_scheme() -> None:
    answered = re.sub(r'"(\d{4})-\?\?-\?\?(?: \?\?:\?\?)? \(was \d{4}-([^)]+)\)"', r"\1-\2", DRAFT)
    answered = re.sub(r'"([^"?]+)\? \(to be confirmed, was ([^)]+)\)"', r"\2", answered)
    assert reading.read(answered).faults == ()


def test_what_is_no_yaml_has_no_places() -> None:
    assert reading.places("a: [1") == []
