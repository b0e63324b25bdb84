"""What is awarded is taken from what the budget line has free, and free again when it is taken back."""

from services.chassis.ids import new_id
from services.voucher.ledger.domain import granting
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.paying import Leg
from services.voucher.ledger.domain.posting import Funding, Posting

CITY, DISTRICT, CLAIM_LINE = new_id(), new_id(), new_id()
OF_CITY, OF_DISTRICT = Funding("CNY", "江门市财政局", line_id=CITY), Funding("CNY", "蓬江区财政局", line_id=DISTRICT)
LEGS = (Leg("city", 30, OF_CITY), Leg("district", 70, OF_DISTRICT))


def amounts(posting: Posting) -> dict[Place, int]:
    return {entry.place: entry.amount for entry in posting.entries}


def test_an_award_is_granted_of_what_its_line_has_free_and_owed() -> None:
    posting = granting.grant(claim_line_id=CLAIM_LINE, legs=LEGS[:1])
    assert (posting.row, posting.event) == (34, "award_approved")
    assert amounts(posting) == {
        Place(PlaceKind.LINE_FREE, CITY): -30,
        Place(PlaceKind.LINE_GRANTED, CITY): 30,
        Place(PlaceKind.PAYABLE, CLAIM_LINE, "city"): -30,
        Place(PlaceKind.COST, CITY, "award"): 30,
    }


def test_a_top_up_costs_each_budget_line_its_own_share() -> None:
    posting = granting.grant(claim_line_id=CLAIM_LINE, legs=LEGS)
    assert posting.row == 35
    assert [posting.moved(PlaceKind.LINE_FREE, line) for line in (CITY, DISTRICT)] == [-30, -70]
    assert [posting.moved(PlaceKind.PAYABLE, CLAIM_LINE, leg.part) for leg in LEGS] == [-30, -70]


def test_what_is_taken_back_is_the_same_the_other_way_round() -> None:
    granted, back = (make(claim_line_id=CLAIM_LINE, legs=LEGS) for make in (granting.grant, granting.take_back))
    assert (back.row, back.event) == (35, "award_taken_back")
    assert amounts(back) == {place: -amount for place, amount in amounts(granted).items()}
