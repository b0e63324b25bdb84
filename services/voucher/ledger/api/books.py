"""Speaks HTTP for `/v1/ledger/accounts` and `/v1/ledger/journals`: the books, for finance and the auditor."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.chassis import pages
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.ledger.api.names import BudgetLineId, JournalId, Moment, RoundId, as_of_moment, number_place
from services.voucher.ledger.domain.chart import CHART, Book, NormalSide, PlaceKind
from services.voucher.ledger.domain.posting import Entry
from services.voucher.ledger.operations import books
from services.voucher.ledger.store.accounts import Account
from services.voucher.ledger.store.journals import Booked, Wanted

routes = router()


class AccountView(StrictModel):
    """What stands in all places of a kind; `balance` is counted on the normal side."""

    book: Book
    place: PlaceKind
    side: NormalSide
    debits: Money
    credits: Money
    balance: Money


class TrialBalanceView(StrictModel):
    """Both books. `imbalance` is, by currency, the sum of absolute imbalances over journals and books: zero."""

    as_of: Instant | Day | None
    accounts: list[AccountView]
    imbalance: list[Money]


class EntryView(StrictModel):
    """One entry. `debit` or `credit` is null; `owner` is the id of what owns the place, such as a line or a voucher."""

    book: Book
    place: PlaceKind
    owner: UUID
    part: str | None
    debit: Money | None
    credit: Money | None
    funding_source: str
    round_id: RoundId | None
    budget_line_id: BudgetLineId | None


class JournalView(StrictModel):
    """One event as it was booked; `row` is its row in the postings table, `value_on` the local date it counts for."""

    id: JournalId
    sequence: int
    row: int
    event: str
    booked_at: Instant
    value_on: Day
    actor: str
    request_id: str | None
    document_id: DocumentId | None
    subject_kind: str
    subject_id: UUID
    entries: list[EntryView]


@routes.get("/v1/ledger/accounts", tags=["ledger"])
async def get_trial_balance(
    db: Db,
    permit: Permitted,
    as_of: Moment = None,
) -> TrialBalanceView:
    """The trial balance of both books, by kind of place and currency."""
    found = await books.read_trial_balance(db, permit=permit, as_of=as_of_moment(as_of))
    return TrialBalanceView(
        as_of=as_of,
        accounts=[_account_view(account) for account in found.accounts],
        imbalance=[Money.of(amount, currency) for currency, amount in sorted(found.imbalance.items())],
    )


async def _wanted(
    subject_id: Annotated[UUID | None, Query(description="What it happened to, as a bare UUID.")] = None,
    row: Annotated[int | None, Query(ge=1, le=47, description="Row of the postings table.")] = None,
    round_id: RoundId | None = None,
) -> Wanted:
    return Wanted(subject_id=subject_id, row=row, round_id=round_id)


@routes.get("/v1/ledger/journals", tags=["ledger"])
async def list_journals(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[JournalView]:
    """Journals with their entries, the last booked first."""
    found = await books.list_journals(db, permit=permit, wanted=wanted, before=number_place(after), limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda booked: (str(booked.sequence),))
    return Page(items=[_journal_view(booked) for booked in items], next_cursor=cursor)


def _account_view(account: Account) -> AccountView:
    return AccountView(
        book=account.book,
        place=account.place,
        side=CHART[account.place].side,
        debits=Money.of(account.debits, account.currency),
        credits=Money.of(account.credits, account.currency),
        balance=Money.of(account.balance, account.currency),
    )


def _journal_view(booked: Booked) -> JournalView:
    fields = {name: getattr(booked, name) for name in JournalView.model_fields if name != "entries"}
    return JournalView(**fields, entries=[_entry_view(entry) for entry in booked.entries])


def _entry_view(entry: Entry) -> EntryView:
    amount = Money.of(abs(entry.amount), entry.funding.currency)
    return EntryView(
        book=entry.place.book,
        place=entry.place.kind,
        owner=entry.place.owner,
        part=entry.place.part or None,
        debit=amount if entry.amount > 0 else None,
        credit=amount if entry.amount < 0 else None,
        funding_source=entry.funding.source,
        round_id=entry.funding.round_id,
        budget_line_id=entry.funding.line_id,
    )
