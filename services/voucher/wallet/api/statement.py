"""Speaks HTTP for statements and past balances, as JSON or as a sheet: what moved, what it was, and what it left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Header, Query, Request, Response
from pydantic import Field

from services.chassis import pages, problems
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, Money, StrictModel, in_utc
from services.chassis.pages import Page
from services.chassis.refusals import Refusal
from services.standards.spreadsheet import written
from services.voucher.ledger.store.movements import Wanted
from services.voucher.wallet.api.names import ClaimLineId, JournalId, RedemptionId, VoucherId
from services.voucher.wallet.domain.statement import Account, AccountLine, Balance, said
from services.voucher.wallet.operations import numbers, statement
from services.voucher.wallet.operations.statement import Standing, Statement

routes = router()
SEQUENCE_MAX = 2**63 - 1
SHEET: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
"""That a statement may also be had as a sheet."""


PARTS = ("face", "available", "held", "captured", "reclaimed")
WORDS = (
    *("id", "booked_at", "value_on", "event", "what"),
    *("voucher_id", "voucher_number", "redemption_id", "claim_line_id", "document_id"),
)
HEADINGS = [*WORDS, "currency", *(f"{part}_change" for part in PARTS), *PARTS]
"""The columns of a sheet."""


class BalanceView(StrictModel):
    """What stands; always face = available + held + captured + reclaimed.

    available counts the value of drafts too, which may not be used yet: `spendable` of a voucher or wallet does not.
    """

    face: Money
    available: Money
    held: Money
    captured: Money
    reclaimed: Money


class StandingView(StrictModel):
    """What stood at an instant, in each currency."""

    at: Instant
    balances: list[BalanceView]


class MovementView(StrictModel):
    """One line: by how much each part changed, and what stood after it; in a wallet, in all its vouchers together.

    what says in the reader's language what `event` is; it counts for the local date `value_on`. The redemption or
    claim line, and the document, are those that it was booked for.
    """

    id: JournalId
    booked_at: Instant
    value_on: Day
    event: str
    what: str
    voucher_id: VoucherId
    voucher_number: str
    redemption_id: RedemptionId | None
    claim_line_id: ClaimLineId | None
    document_id: DocumentId | None
    change: BalanceView
    balance: BalanceView


class MovementFilter(StrictModel):
    """Which lines, and how: local days of booking, both included; the newest or the oldest first; JSON or a sheet."""

    first: Day | None = Field(None, alias="from", description="Booked on this local day or later.")
    last: Day | None = Field(None, alias="to", description="Booked on this local day or earlier.")
    order: Literal["newest", "oldest"] = Field("newest", description="Which line comes first.")
    format: Literal["json", "csv"] | None = Field(None, description="As `Accept` says if left out.")
    after: str | None = Field(None, max_length=pages.CURSOR_MAX, description="`next_cursor` of the page before.")
    limit: int = Field(pages.PAGE_DEFAULT, ge=1, le=pages.PAGE_MAX)


@dataclass(frozen=True)
class Reader:
    """How a statement is wanted: which lines, in which language, and whether as a sheet."""

    wanted: Wanted
    limit: int
    request: Request
    as_sheet: bool

    def answer(self, found: Statement) -> Any:
        """A page of the lines that were found, which may be one more than was asked for."""
        language = problems.language_of(self.request.headers.get("accept-language"))
        cut, cursor = pages.cut(found.lines, self.limit, _key)
        items = [_line_view(line, found.accounts[line.movement.voucher_id], language) for line in cut]
        return self._sheet(items, cursor) if self.as_sheet else Page(items=items, next_cursor=cursor)

    def _sheet(self, items: Sequence[MovementView], cursor: str | None) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="statement.csv"', "X-Content-Type-Options": "nosniff"}
        if cursor is not None:
            query = {**self.request.query_params, "after": cursor, "format": "csv"}
            headers["Link"] = f'<{self.request.url.path}?{urlencode(query)}>; rel="next"'
        text = written([HEADINGS, *(_row(one) for one in items)])
        return Response(text.encode(), media_type="text/csv", headers=headers)


async def _reader(
    request: Request,
    wanted: Annotated[MovementFilter, Query()],
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Reader:
    lines = Wanted(wanted.first, wanted.last, _place(wanted.after), wanted.order == "newest")
    as_sheet = accept.startswith("text/csv") if wanted.format is None else wanted.format == "csv"
    return Reader(lines, wanted.limit, request, as_sheet)


Reading = Annotated[Reader, Depends(_reader)]
At = Annotated[Instant | None, Query(description="A past instant; now if left out.")]


@routes.get(
    "/v1/vouchers/{voucher_id}/statement", tags=["vouchers"], response_model=Page[MovementView], responses=SHEET
)
async def get_voucher_statement(voucher_id: VoucherId, db: Db, permit: Permitted, reader: Reading) -> Any:
    """What moved on one voucher, with the balance that each line left."""
    return reader.answer(
        await statement.of_voucher(
            db, permit=permit, voucher_id=voucher_id, wanted=reader.wanted, limit=reader.limit + 1
        )
    )


@routes.get("/v1/wallet/statement", tags=["vouchers"], response_model=Page[MovementView], responses=SHEET)
async def get_wallet_statement(db: Db, permit: Permitted, reader: Reading) -> Any:
    """What moved on all vouchers of the caller's organisation, with what stood in the whole wallet after each line."""
    return reader.answer(await statement.of_wallet(db, permit=permit, wanted=reader.wanted, limit=reader.limit + 1))


@routes.get("/v1/vouchers/{voucher_id}/balance", tags=["vouchers"])
async def get_voucher_balance(voucher_id: VoucherId, db: Db, permit: Permitted, at: At = None) -> StandingView:
    """What stood on one voucher at an instant: what was booked by then."""
    return _standing_view(await statement.voucher_at(db, permit=permit, voucher_id=voucher_id, at=at))


@routes.get("/v1/wallet/balance", tags=["vouchers"])
async def get_wallet_balance(db: Db, permit: Permitted, at: At = None) -> StandingView:
    """What stood in all vouchers of the caller's organisation at an instant, one balance per currency."""
    return _standing_view(await statement.wallet_at(db, permit=permit, at=at))


def _key(line: AccountLine) -> tuple[str, str]:
    return line.movement.booked_at.isoformat(), str(line.movement.sequence)


def _place(after: str | None) -> tuple[datetime, int] | None:
    if after is None:
        return None
    booked_at, sequence = pages.decode(after, 2)
    try:
        place = in_utc(datetime.fromisoformat(booked_at)), int(sequence)
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error
    if not 0 <= place[1] <= SEQUENCE_MAX:
        raise Refusal("page.cursor", pointer="/after")
    return place


def _line_view(line: AccountLine, of: Account, language: str) -> MovementView:
    movement, words = line.movement, said(line.movement, of)
    moved, currency = movement.moved, movement.moved.currency
    subject, subject_id = movement.subject_kind, movement.subject_id
    return MovementView(
        id=movement.journal_id,
        booked_at=movement.booked_at,
        value_on=movement.value_on,
        event=moved.event,
        what=words.zh if language == "zh-CN" else words.en,
        voucher_id=movement.voucher_id,
        voucher_number=numbers.shown(of.number),
        redemption_id=subject_id if subject == "redemption" else None,
        claim_line_id=subject_id if subject == "claim_line" else None,
        document_id=movement.document_id,
        change=_balance_view(line.change, currency),
        balance=_balance_view(line.after, currency),
    )


def _balance_view(balance: Balance, currency: str) -> BalanceView:
    return BalanceView(**{name: Money.of(getattr(balance, name), currency) for name in PARTS})


def _standing_view(standing: Standing) -> StandingView:
    return StandingView(
        at=standing.at, balances=[_balance_view(balance, currency) for currency, balance in standing.balances]
    )


def _row(line: MovementView) -> list[str]:
    """The line as cells, in the order of the headings; amounts without their currency, which has its own column."""
    shown = line.model_dump(mode="json")
    words = [shown[name] or "" for name in WORDS]
    amounts = [shown[which][part]["amount"] for which in ("change", "balance") for part in PARTS]
    return [*words, line.balance.face.currency, *amounts]
