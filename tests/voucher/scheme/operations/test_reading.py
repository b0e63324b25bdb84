"""A scheme file is read whole or not at all, and every fault has its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.checking.fault import Fault
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import FILE, spoilt


def told(text: str) -> list[tuple[str, str | None, int]]:
    read = reading.read(text)
    return [(one.code, one.pointer, int(one.numbers["line"] or 0)) for one in read.reasons(read.faults)]


def line_of(piece: str) -> int:
    return FILE[: FILE.index(piece)].count("\n") + 1


def test_the_published_file_has_no_fault() -> None:
    reading.read(FILE).refuse()


def test_faults_of_the_schema_are_told_at_once_each_at_its_line() -> None:
    text = spoilt("family: service_subsidy", "family: charity").replace("base: invoice", "base: steep")
    assert told(text) == [
        ("scheme.not_one_of", "/family", line_of("family:")),
        ("scheme.not_one_of", "/rate/base", line_of("base: invoice")),
    ]


def test_each_unknown_key_is_named() -> None:
    text = spoilt("base: invoice", "base: invoice\n  bonus: 1\n  extra/part: 2")
    assert [(code, pointer) for code, pointer, _ in told(text)] == [
        ("scheme.unknown_key", "/rate/bonus"),
        ("scheme.unknown_key", "/rate/extra~1part"),
    ]


def test_what_is_missing_is_told_where_its_parent_stands() -> None:
    text = spoilt('  share: "0.50"\n', "")
    assert told(text) == [("scheme.one_of_these", "/rate", line_of('share: "0.50"'))]


def test_faults_beyond_the_schema_have_their_line_too() -> None:
    text = spoilt("closes: {value: 2020-09-15 16:00", "closes: {value: 2020-09-15 09:00")
    assert told(text) == [("scheme.dates_out_of_order", "/allocation/closes/value", line_of("closes:"))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [1, 2\nb: 3",
        "a: &anchor 1\nb: *anchor",
        "a: 1\na: 2",
        "a: \0",
        "\ud800",
        "a: " + "[" * 30 + "]" * 30,
        "? [x]\n: 1\n? [y]\n: 2",
        "%YAML 9\n---\na",
        "a: 1\n---\nb: 2",
    ],
)
def test_what_is_no_plain_yaml_is_refused(text: str) -> None:
    assert {code for code, _, _ in told(text)} == {"scheme.yaml"}


@pytest.mark.parametrize("nested", ["[", "{", "- ", "? "])
def test_a_file_of_brackets_is_read_no_deeper_than_a_scheme_goes(nested: str) -> None:
    (fault,) = reading.read(nested * (reading.FILE_BYTES // len(nested))).faults
    assert fault.numbers["why"] == reading.TOO_DEEP
    assert int(fault.numbers["column"]) <= (reading.DEPTH + 2) * len(nested)


def test_a_list_is_no_scheme() -> None:
    assert told("- 1") == [("scheme.wrong_kind", "", 1)]


def test_a_tag_runs_nothing() -> None:
    assert told("!!python/object/apply:os.system [true]")[0][0] == "scheme.wrong_kind"


def test_a_file_beyond_the_limit_is_not_read() -> None:
    assert told("a" * (reading.FILE_BYTES + 1)) == [("scheme.file_too_large", "", 1)]


def test_a_faulty_file_is_refused_with_every_fault() -> None:
    with pytest.raises(Refusal) as refused:
        reading.read("a: 1").refuse()
    assert len(refused.value.reasons) > 10


@settings(max_examples=60)
@given(some.text(max_size=300))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    assert reading.read(text).faults


@pytest.mark.parametrize("hidden", ["\\u0007", "\\u202e", "\\u200b", "\\n", "\\u2028"])
def test_a_line_has_no_character_that_nobody_sees(hidden: str) -> None:
    text = spoilt("en: Jiangmen SME service voucher 2020", f'en: "Jiangmen{hidden}"')
    assert [(code, pointer) for code, pointer, _ in told(text)] == [("scheme.hidden_character", "/title/en")]


def test_the_name_of_regions_has_none_either() -> None:
    text = f'{FILE}\nregions: {{"a\\u202eb": ["440703"]}}\n'
    assert "scheme.hidden_character" in {code for code, _, _ in told(text)}


def test_what_the_house_filled_in_stands_where_its_section_does() -> None:
    read = reading.read(FILE)
    (reason,) = read.reasons([Fault("/allocation/nowhere/value", "scheme.share_zero")])
    assert reason.numbers["line"] == line_of("allocation:") + 1
