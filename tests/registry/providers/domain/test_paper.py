"""Which papers prove who a provider is, which it lacks, and when the next one is asked for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from services.chassis.ids import new_id
from services.chassis.refusals import Reason
from services.registry.catalogue.domain.period import Period
from services.registry.providers.data import papers, requirements
from services.registry.providers.domain.paper import lacking, paper_faults, relieved, reminder
from services.registry.providers.domain.qualification import Qualification, QualificationState, confirm, end
from services.standards.calendar import local_date
from tests.registry.samples import TODAY

ZONE = "Asia/Shanghai"
NOW = datetime(2020, 9, 14, 2, tzinfo=UTC)
LAST = date(2021, 9, 13)
PAPERS = papers()
LICENCE, REPRESENTATIVE, _ = (paper.kind for paper in PAPERS)


def paper(kind: str = LICENCE, until: date | None = LAST) -> Qualification:
    """One that was confirmed."""
    sent = Qualification(new_id(), new_id(), kind, "1", "市监局", Period(TODAY, until), new_id(), "per_1")
    return confirm(sent, by="per_2", at=NOW)


def missing(*sent: Qualification, on: date = TODAY) -> list[str]:
    return [one.kind for one in lacking(PAPERS, sent, on=on)]


def asked_at(one: Qualification, *known: Qualification, at: datetime = NOW) -> datetime | None:
    return reminder(one, known, days=30, zone=ZONE, at=at)


def test_a_paper_admits_for_nothing() -> None:
    admitting = {kind for one in requirements() for kind in one.qualifications}
    assert admitting.isdisjoint(paper.kind for paper in PAPERS)
    assert all(paper.source for paper in PAPERS)


def test_all_that_is_missing_is_told_at_once_with_its_names() -> None:
    (fault,) = paper_faults(PAPERS, [], on=TODAY)
    assert fault == Reason(
        "provider.papers_missing",
        rule="papers prove who a provider is before it is admitted",
        numbers={"kinds": "business_licence, legal_representative", "names": "营业执照、法定代表人身份证明"},
        clause="our default, not in the papers",
    )


def test_nothing_is_missing_where_the_required_papers_hold() -> None:
    both = [paper(), paper(REPRESENTATIVE)]
    assert paper_faults(PAPERS, both, on=LAST) == []
    assert missing(*both, on=LAST + timedelta(days=1)) == [LICENCE, REPRESENTATIVE]


def test_what_is_unconfirmed_ended_or_not_yet_begun_counts_for_nothing() -> None:
    unconfirmed = replace(paper(), state=QualificationState.SENT)
    assert missing(unconfirmed, paper(REPRESENTATIVE)) == [LICENCE]
    assert missing(end(paper(), today=TODAY, reason="吊销"), paper(REPRESENTATIVE)) == [LICENCE]
    assert missing(paper(), paper(REPRESENTATIVE), on=TODAY - timedelta(days=1)) == [LICENCE, REPRESENTATIVE]


def test_the_next_paper_is_asked_for_a_month_before_the_end_or_at_once() -> None:
    assert asked_at(paper()) == datetime(2021, 8, 13, 16, tzinfo=UTC)
    assert asked_at(paper(until=TODAY)) == NOW
    assert asked_at(paper(until=None)) is None


def test_whoever_has_a_longer_one_is_asked_for_none() -> None:
    longer = paper(until=LAST + timedelta(days=1))
    assert asked_at(paper(), longer) is None
    assert relieved(longer, [short := paper()]) == [short]
    assert relieved(paper(until=None), [short, paper(until=None)]) == [short]


def test_only_a_confirmed_paper_of_the_same_kind_and_a_later_end_follows() -> None:
    others = [paper(REPRESENTATIVE, None), replace(paper(until=None), state=QualificationState.SENT), paper()]
    assert asked_at(paper(), *others) is not None
    assert [relieved(one, [paper()]) for one in others] == [[], [], []]


@given(some.dates(TODAY, date(2030, 1, 1)), some.integers(1, 365))
def test_there_are_as_many_whole_days_to_the_end_as_were_asked_for(last: date, days: int) -> None:
    at = reminder(paper(until=last), [], days=days, zone=ZONE, at=NOW)
    assert at is not None
    assert at >= NOW
    assert local_date(at, ZONE) == max(TODAY, last - timedelta(days=days))
