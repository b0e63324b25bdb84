"""What a line leaves behind: one journal at its bank date, and the leg that it pays, or pays no longer."""

from datetime import date

from services.chassis.ids import new_id
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.posting import Funding
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.reconciliation.domain.booking import Booked, Hand, book
from services.voucher.reconciliation.domain.line import Doubt, How, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.matching import Understanding, matched
from services.voucher.settlement.domain.claim import Leg, LegState
from tests.voucher.reconciliation.samples import ACCOUNT, SENT_AT, account, funding, line, payout

DAY = date(2020, 11, 3)
HAND = Hand("per_maker", SENT_AT, "req_1")
JOURNAL = new_id()


def leg_of(paid: Payout, state: LegState) -> Leg:
    return Leg(
        id=paid.leg_id,
        claim_line_id=paid.claim_line_id,
        part=paid.part,
        budget_line_id=paid.budget_line_id,
        treasury="jiangmen",
        funding_source=paid.funding_source,
        payee_id=paid.payee_id,
        currency="CNY",
        amount=paid.amount,
        state=state,
        payout_id=paid.id,
        sent_at=SENT_AT,
        paid_on=DAY if state is LegState.PAID else None,
    )


def booked(found: Understanding, leg: Leg | None = None) -> Booked:
    return book(found, account=account(), leg=leg, journal_id=JOURNAL, hand=HAND)


def waiting(amount: int = -10_000) -> StatementLine:
    return line(amount, state=StatementLineState.EXCEPTION, exception=Doubt.UNKNOWN_DEBIT, journal_id=new_id())


def test_a_settled_payout_is_booked_on_the_banks_date_and_its_leg_is_paid() -> None:
    sent = payout()
    found = booked(matched(line(), MatchKind.PAYOUT, How.REFERENCE, payout=sent), leg_of(sent, LegState.IN_PAYMENT))
    journal = found.journal
    assert (journal.posting.row, journal.posting.event, journal.value_on) == (21, "payout_settled", DAY)
    assert (journal.subject_kind, journal.subject_id, journal.actor) == ("payout", sent.id, "per_maker")
    assert journal.posting.moved(PlaceKind.BANK, ACCOUNT) == -10_000
    assert found.leg is not None
    assert (found.leg.state, found.leg.paid_on, found.leg.payout_id) == (LegState.PAID, DAY, sent.id)
    assert (found.line.state, found.line.journal_id, found.line.matched_by) == (
        StatementLineState.MATCHED,
        JOURNAL,
        "per_maker",
    )


def test_a_returned_payment_is_owed_again() -> None:
    paid = payout(state=PayoutState.SETTLED, settled_on=DAY)
    found = booked(matched(line(10_000), MatchKind.RETURN, How.REFERENCE, payout=paid), leg_of(paid, LegState.PAID))
    assert (found.journal.posting.row, found.journal.posting.event) == (23, "payout_returned")
    assert found.journal.posting.moved(PlaceKind.PAYABLE, paid.claim_line_id, paid.part) == -10_000
    assert found.leg is not None
    assert (found.leg.state, found.leg.payout_id, found.leg.sent_at) == (LegState.PAYABLE, None, None)
    assert found.leg.paid_on is None


def test_a_funding_comes_from_its_budget_line() -> None:
    asked = funding()
    found = booked(matched(line(50_000), MatchKind.FUNDING, How.REFERENCE, funding=asked))
    assert (found.journal.posting.row, found.journal.subject_kind) == (22, "funding")
    assert found.journal.posting.moved(PlaceKind.TREASURY_DRAWN, asked.budget_line_id) == -50_000
    assert (found.funding, found.leg) == (asked.received(DAY), None)


def test_what_nobody_knows_stands_in_suspense_with_why() -> None:
    doubted = line(700)
    found = booked(Understanding(line=doubted, meaning=Doubt.UNKNOWN_CREDIT))
    assert (found.journal.posting.row, found.journal.posting.event) == (42, "suspended")
    assert found.journal.posting.moved(PlaceKind.SUSPENSE, doubted.id) == -700
    assert found.journal.posting.entries[0].funding == Funding("CNY", "江门市财政局")
    assert (found.line.state, found.line.exception) == (StatementLineState.EXCEPTION, Doubt.UNKNOWN_CREDIT)
    assert (found.line.journal_id, found.line.match_kind) == (JOURNAL, None)


def test_what_waited_is_taken_out_of_suspense() -> None:
    sent, doubted = payout(), waiting()
    found = booked(matched(doubted, MatchKind.PAYOUT, How.BY_HAND, payout=sent), leg_of(sent, LegState.IN_PAYMENT))
    posting = found.journal.posting
    assert (posting.row, posting.event) == (42, "suspense_cleared")
    assert (found.journal.subject_kind, found.journal.subject_id) == ("statement_line", doubted.id)
    assert (posting.moved(PlaceKind.SUSPENSE, doubted.id), posting.moved(PlaceKind.BANK, ACCOUNT)) == (-10_000, 0)
    assert (found.line.journal_id, found.line.cleared_by_id) == (doubted.journal_id, JOURNAL)


def test_a_charge_is_a_charge_of_the_account() -> None:
    found = booked(matched(waiting(-300), MatchKind.CHARGE, How.BY_HAND))
    assert found.journal.posting.moved(PlaceKind.CHARGES, ACCOUNT) == 300
    assert (found.line.state, found.line.match_kind, found.line.match_id) == (
        StatementLineState.MATCHED,
        MatchKind.CHARGE,
        None,
    )


def test_what_is_not_ours_is_set_apart() -> None:
    found = booked(matched(waiting(700), MatchKind.NOT_OURS, How.BY_HAND))
    assert found.journal.posting.moved(PlaceKind.NOT_OURS, ACCOUNT) == -700
    assert found.line.state is StatementLineState.NOT_OURS
