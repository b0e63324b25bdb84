"""What may be said about an organisation's standing."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.standing import (
    Link,
    LinkKind,
    PriorityListing,
    Sanction,
    SanctionKind,
    end,
    link_faults,
    listing_faults,
    sanction_faults,
)
from tests.registry.samples import TODAY

A, B = UUID(int=1), UUID(int=2)
YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))
LISTING = PriorityListing(new_id(), A, "重点名单", "priority", YEAR, new_id())
LINK = Link(new_id(), A, B, LinkKind.OWNERSHIP, YEAR, new_id())
SANCTION = Sanction(new_id(), A, SanctionKind.BAN, date(2019, 9, 14), date(2021, 9, 14), new_id())


def test_a_listing_without_fault_is_taken_beside_other_lists_and_years() -> None:
    other_list = replace(LISTING, list_name="别的名单")
    last_year = replace(LISTING, period=Period(date(2019, 1, 1), date(2019, 12, 31)))
    assert listing_faults(LISTING, [other_list, last_year]) == []


def test_a_listing_tells_all_its_faults() -> None:
    wrong = replace(LISTING, list_name="", priority_class="", period=Period(date(2020, 2, 1), date(2020, 1, 1)))
    assert {fault.pointer for fault in listing_faults(wrong, [])} == {"/list", "/class", "/until"}


def test_the_same_list_holds_once_on_a_day() -> None:
    (fault,) = listing_faults(LISTING, [replace(LISTING, id=UUID(int=9))])
    assert (fault.code, fault.numbers["id"]) == ("priority_list.overlap", f"pls_{UUID(int=9).hex}")


def test_a_listing_is_written_composed() -> None:
    assert replace(LISTING, list_name=" Cafe\u0301 ").written().list_name == "Café"


def test_a_link_has_no_direction() -> None:
    assert (LINK.other(A), LINK.other(B)) == (B, A)


def test_a_link_is_taken_beside_one_of_another_kind() -> None:
    assert link_faults(LINK, [replace(LINK, kind=LinkKind.CO_FOUNDING)]) == []


def test_nobody_is_his_own_related_party() -> None:
    assert [fault.code for fault in link_faults(replace(LINK, b_id=A), [])] == ["related_party.itself"]


def test_the_same_link_holds_once_on_a_day() -> None:
    assert [fault.code for fault in link_faults(LINK, [LINK])] == ["related_party.overlap"]


@pytest.mark.parametrize(
    "said",
    [
        {"share": 2_500},
        {"owner_id": A},
        {"share": 0, "owner_id": A},
        {"share": 10_001, "owner_id": A},
        {"share": 2_500, "owner_id": UUID(int=3)},
        {"share": 2_500, "owner_id": A, "kind": LinkKind.CO_FOUNDING},
    ],
)
def test_a_share_is_of_ownership_and_says_whose_it_is(said: dict[str, Any]) -> None:
    assert link_faults(replace(LINK, share=10_000, owner_id=B), []) == []
    assert [fault.code for fault in link_faults(replace(LINK, **said), [])] == ["related_party.share"]


def owned_by(owner: int, share: int, period: Period = YEAR) -> Link:
    """A share in the second organisation."""
    return replace(LINK, id=new_id(), a_id=UUID(int=owner), period=period, share=share, owner_id=UUID(int=owner))


def test_nobody_is_owned_beyond_the_whole_on_any_day() -> None:
    autumn = Period(date(2020, 9, 1))
    known = [owned_by(3, 9_000, autumn), replace(LINK, id=new_id(), a_id=UUID(int=4)), owned_by(5, 500)]
    assert link_faults(owned_by(1, 500), known) == []
    (fault,) = link_faults(owned_by(1, 501), known)
    assert (fault.code, fault.numbers) == ("related_party.whole", {"date": "2020-09-01", "left": 500})
    assert link_faults(owned_by(1, 9_500, Period(date(2020, 1, 1), date(2020, 8, 31))), known) == []
    of_its_own = replace(owned_by(3, 9_000), a_id=B, b_id=UUID(int=3), owner_id=B)
    assert link_faults(of_its_own, known) == []


@pytest.mark.parametrize(
    "said", ["张三 44070319900101001X", "董事 440703 19900101 0010", "４４０７０３１９９００１０１００１Ｘ"]
)
def test_a_role_carries_no_identity_number(said: str) -> None:
    officers = replace(LINK, kind=LinkKind.SHARED_OFFICERS, officer_role=said)
    assert [fault.code for fault in link_faults(officers, [])] == ["related_party.identity_number"]
    assert link_faults(replace(officers, officer_role="董事 440703199013010012"), []) == []


def test_only_shared_officers_have_a_role() -> None:
    officers = replace(LINK, kind=LinkKind.SHARED_OFFICERS, officer_role=" 董事 ").written()
    assert (officers.officer_role, link_faults(officers, [])) == ("董事", [])
    assert [fault.code for fault in link_faults(replace(LINK, officer_role="董事"), [])] == ["related_party.role"]
    assert LINK.written() is LINK


def test_a_link_that_is_over_is_not_ended_again_nor_in_the_future() -> None:
    lasting = replace(LINK, period=Period(date(2020, 1, 1)))
    assert end(lasting, TODAY, today=TODAY).period == Period(date(2020, 1, 1), TODAY)
    with pytest.raises(Refusal) as refused:
        end(LINK, date(2020, 9, 15), today=TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["related_party.ended", "date.future"]


def test_a_sanction_that_was_lifted_holds_until_the_day_before() -> None:
    assert replace(SANCTION, lifted_on=date(2020, 9, 14)).period.until == date(2020, 9, 13)
    assert (SANCTION.was_in_force, replace(SANCTION, lifted_on=SANCTION.start).was_in_force) == (True, False)


@pytest.mark.parametrize("until", [date(2020, 9, 14), date(2022, 9, 14)])
def test_a_sanction_lasts_one_to_three_years(until: date) -> None:
    assert sanction_faults(replace(SANCTION, until=until), [], today=TODAY) == []


@pytest.mark.parametrize("until", [date(2020, 9, 13), date(2022, 9, 15)])
def test_a_shorter_or_longer_sanction_is_refused_with_its_bounds(until: date) -> None:
    (fault,) = sanction_faults(replace(SANCTION, until=until), [], today=TODAY)
    assert (fault.code, fault.pointer) == ("sanction.length", "/until")
    assert fault.numbers == {"earliest": "2020-09-14", "latest": "2022-09-14"}


def test_a_sanction_that_ends_before_it_begins_is_told_so() -> None:
    wrong = replace(SANCTION, until=date(2019, 1, 1))
    assert [fault.code for fault in sanction_faults(wrong, [], today=TODAY)] == ["period.reversed"]


def test_a_sanction_decided_tomorrow_is_refused() -> None:
    wrong = replace(SANCTION, start=date(2020, 9, 15))
    assert [fault.code for fault in sanction_faults(wrong, [], today=TODAY)] == ["date.future", "sanction.length"]


def test_a_sanction_of_a_kind_holds_once_on_a_day() -> None:
    another = replace(SANCTION, kind=SanctionKind.RESEARCH_INTEGRITY)
    assert [fault.code for fault in sanction_faults(SANCTION, [another, SANCTION], today=TODAY)] == ["sanction.overlap"]
