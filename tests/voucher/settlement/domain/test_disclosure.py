"""A list names approved lines, its digest names the list, and it ends with its last working day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.standards.calendar import WorkingDays
from services.voucher.redemption.domain.orders import TIMER
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.settlement import Span
from services.voucher.settlement.domain import disclosure as domain
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.domain.disclosure import Basis, Disclosure, DisclosureState, Shown
from services.voucher.settlement.domain.line_case import LineCase
from tests.voucher.redemption.samples import HOLDER, PAYEE, VERSION, jiangmen
from tests.voucher.settlement.lines import CLAIMED, a_line

TREASURY = "440700"
AT = datetime(2020, 9, 28, 2, 0, tzinfo=UTC)
CALENDAR = WorkingDays(frozenset(), frozenset(), frozenset({2020}))
NAMES = {HOLDER: "江门一号公司", PAYEE: "检测所"}
SHOWN = Shown(1, UUID(int=21), "检测所", "江门一号公司", "testing", CLAIMED, "CNY")


def approved(**changes: Any) -> ClaimLine:
    return a_line(**{"state": LineState.APPROVED, "stage": None, "approved": CLAIMED, **changes})


def prepared(*lines: ClaimLine, **rules: Scheme) -> Disclosure:
    basis = Basis(TREASURY, NAMES, {VERSION: rules.get("scheme", jiangmen())})
    return domain.prepare(UUID(int=9), lines or (approved(),), basis=basis, by="per_maker", at=AT)


def lasting(working_days: int) -> Scheme:
    return replace(jiangmen(), disclosure=Rule(Span(working_days), "the notice, article 9"))


def published(**changes: Any) -> Disclosure:
    one = prepared()
    asked: dict[str, Any] = {
        "digest": one.digest,
        "lines": {UUID(int=21): approved()},
        "closing": domain.closing_of([jiangmen()], at=AT, calendar=CALENDAR),
        "by": "per_checker",
        "at": AT,
        **changes,
    }
    return domain.publish(one, **asked)


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_list_names_the_lines_in_the_order_in_which_they_came() -> None:
    late = approved(id=UUID(int=1), submitted_at=AT)
    one = prepared(late, approved())
    assert [(line.position, line.claim_line_id.int) for line in one.lines] == [(1, 21), (2, 1)]
    assert one.lines[0] == SHOWN
    assert one.working_days == 5


def test_there_is_no_empty_list() -> None:
    basis = Basis(TREASURY, NAMES, {})
    with pytest.raises(Refusal) as refused:
        domain.prepare(UUID(int=9), (), basis=basis, by="per_maker", at=AT)
    assert codes(refused) == ["disclosure.nothing"]


def test_only_an_approved_line_is_listed() -> None:
    with pytest.raises(ValueError, match="not approved"):
        prepared(a_line())


def test_everything_that_is_wrong_with_the_lines_asked_for_is_told_at_once() -> None:
    ours, other, open_ = UUID(int=21), UUID(int=2), UUID(int=3)
    lines = {ours: approved(), other: approved(id=other, treasury="x"), open_: a_line(id=open_)}
    found = domain.faults([ours, other, UUID(int=4), open_, ours], lines, treasury=TREASURY)
    assert [(fault.code, fault.pointer) for fault in found] == [
        ("disclosure.line_unknown", "/line_ids/1"),
        ("disclosure.line_unknown", "/line_ids/2"),
        ("disclosure.line_state", "/line_ids/3"),
        ("disclosure.line_twice", "/line_ids/4"),
    ]


@given(
    st.sampled_from(["position", "claim_line_id", "payee_name", "holder_name", "category", "amount", "currency"]),
    st.integers(2, 10**12),
)
def test_whatever_changes_in_a_list_changes_its_digest(field: str, other: int) -> None:
    value: Any = {"position": other, "amount": other, "claim_line_id": UUID(int=other + 30), "currency": "EUR"}.get(
        field, f"甲{other}"
    )
    changed = replace(SHOWN, **{field: value})
    assert (domain.digest_of([changed]) == domain.digest_of([SHOWN])) == (changed == SHOWN)


def test_the_order_of_a_list_belongs_to_its_digest() -> None:
    another = replace(SHOWN, claim_line_id=UUID(int=7))
    assert domain.digest_of([SHOWN, another]) != domain.digest_of([another, SHOWN])


def test_it_ends_with_the_fifth_working_day_after_it_was_published() -> None:
    closing = domain.closing_of([jiangmen()], at=AT, calendar=CALENDAR)
    assert (closing.due_on, closing.due_at) == (date(2020, 10, 5), datetime(2020, 10, 5, 16, 0, tzinfo=UTC))


@given(st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_the_longest_span_of_its_schemes_counts(spans: list[int]) -> None:
    closing = domain.closing_of([lasting(span) for span in spans], at=AT, calendar=CALENDAR)
    assert closing.due_on == CALENDAR.add(date(2020, 9, 28), max(spans))


def test_a_list_of_schemes_that_count_differently_lasts_until_both_are_over() -> None:
    calendar_days = replace(jiangmen(), disclosure=Rule(Span(9, working=False), "the notice, article 9"))
    closing = domain.closing_of([jiangmen(), calendar_days], at=AT, calendar=CALENDAR)
    assert closing.due_on == date(2020, 10, 7)
    one = prepared(scheme=calendar_days)
    assert (one.working_days, one.calendar_days) == (0, 9)


def test_it_is_not_published_into_a_year_without_a_calendar() -> None:
    with pytest.raises(Refusal) as refused:
        domain.closing_of([jiangmen()], at=datetime(2020, 12, 30, tzinfo=UTC), calendar=CALENDAR)
    assert codes(refused) == ["calendar.not_loaded"]


def test_published_it_is_open_until_the_instant_at_which_it_is_over() -> None:
    one = published()
    assert one.state_at(one.over_at - timedelta(microseconds=1)) is DisclosureState.PUBLISHED
    assert one.state_at(one.over_at) is DisclosureState.CLOSED
    assert (one.as_of(AT), one.as_of(one.over_at)) == (one, domain.close(one))


def test_one_that_is_only_prepared_has_no_end() -> None:
    assert prepared().state_at(AT) is DisclosureState.PREPARED
    with pytest.raises(ValueError, match="not published"):
        _ = prepared().over_at


def test_another_digest_publishes_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        published(digest="0" * 64)
    assert codes(refused) == ["disclosure.digest_differs"]


@pytest.mark.parametrize("changes", [{"state": LineState.DISCLOSED}, {"approved": CLAIMED - 1}])
def test_a_line_that_is_no_longer_as_shown_publishes_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        published(lines={UUID(int=21): approved(**changes)})
    assert codes(refused) == ["disclosure.stale"]


def test_it_is_published_once() -> None:
    one = published()
    closing = domain.closing_of([jiangmen()], at=AT, calendar=CALENDAR)
    with pytest.raises(Refusal) as refused:
        domain.publish(one, digest=one.digest, lines={}, closing=closing, by="per_checker", at=AT)
    assert codes(refused) == ["disclosure.state"]


def test_only_what_is_disclosed_and_not_objected_to_is_released() -> None:
    free, objected, gone = (approved(id=UUID(int=number), state=LineState.DISCLOSED) for number in (1, 2, 3))
    gone = replace(gone, state=LineState.REJECTED)
    assert domain.to_release([free, objected, gone], objected={objected.id}) == [free]


def timed(line: ClaimLine, at: datetime) -> LineCase:
    """A line under the hands of a timer."""
    return LineCase(line=line, scheme=jiangmen(), calendar=CALENDAR, by=TIMER, at=at, takes_part=False)


def test_released_it_is_expected_to_be_paid_within_the_schemes_span() -> None:
    line = approved(state=LineState.DISCLOSED)
    step = domain.released(timed(line, AT))
    assert (step.event, step.after.state, step.after.steps) == ("released", LineState.RELEASED, line.steps + 1)
    assert step.after.due_on == CALENDAR.add(date(2020, 9, 28), jiangmen().settlement.pay_within.value)
    assert (step.after.acted, step.rulings[0].rule) == (line.acted, "settlement.pay_within")


def test_no_day_is_promised_in_a_year_without_a_calendar() -> None:
    late = datetime(2020, 12, 30, tzinfo=UTC)
    step = domain.released(timed(approved(), late))
    assert (step.after.due_on, step.after.due_at) == (None, None)
