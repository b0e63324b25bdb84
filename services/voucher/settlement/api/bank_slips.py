"""Speaks HTTP for `/v1/bank-slips`: a transfer from holder to provider, registered by one of them."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.holders import HolderId, HolderQuery
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import ClientRef, Day, Instant, Line, Money, MoneyAsked, StrictModel
from services.chassis.pages import After, Limit, Page
from services.standards.holding import Holder
from services.voucher.settlement.api.invoice_bodies import VoidBody
from services.voucher.settlement.api.names import BankSlipId
from services.voucher.settlement.domain.slip import BankSlip, SlipAsked, SlipParty, SlipState
from services.voucher.settlement.operations import slips
from services.voucher.settlement.store.slips import Wanted

routes = router()
ITEM = "/v1/bank-slips/{bank_slip_id}"
SLIP: JsonDict = {
    "bank": "中国工商银行",
    "serial": "HQH000000012345",
    "paid_on": "2020-09-29",
    "payer": {
        "organization_id": "org_0190163d8694739b8bde3d2e05f9a1c4",
        "name": "江门一号公司",
        "account": "6222020200012345678",
    },
    "payee": {
        "organization_id": "org_0190163d8694739b8bde3d2e05f9a1c5",
        "name": "江门检测所",
        "account": "6222020200087654321",
    },
    "amount": {"amount": "18000.00", "currency": "CNY"},
    "document_id": "doc_0190163d8694739b8bde3d2e05f9a1c6",
    "client_ref": "slip-2020-117",
}
Account = Annotated[str, Field(pattern=r"^[0-9*-]{4,40}$")]
"""As printed: a bank may mask digits."""


class SlipPartyBody(StrictModel):
    """Who paid or was paid, an organisation, or a team or person who pays, with name and account as printed."""

    organization_id: HolderId
    name: Line
    account: Account

    @property
    def party(self) -> SlipParty:
        """The same, inside."""
        return SlipParty(self.organization_id.id, self.name, self.account, self.organization_id.kind)


class BankSlipBody(StrictModel):
    """A transfer as printed: payer is the holder, payee the provider. document_id: the slip itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [SLIP]})

    bank: Line
    serial: Line
    paid_on: Day
    payer: SlipPartyBody
    payee: SlipPartyBody
    amount: MoneyAsked
    document_id: DocumentId
    client_ref: ClientRef | None = None

    def asked(self) -> SlipAsked:
        """The slip, inside."""
        return SlipAsked(
            bank=self.bank,
            serial=self.serial,
            paid_on=self.paid_on,
            payer=self.payer.party,
            payee=self.payee.party,
            currency=self.amount.currency,
            amount=self.amount.fen,
            document_id=self.document_id,
            client_ref=self.client_ref,
        )


class SlipPartyView(StrictModel):
    """Who paid or was paid. name: empty where a person's account paid, whose name is not kept."""

    organization_id: HolderId
    name: str
    account: str


class BankSlipView(StrictModel):
    """A bank slip. allocated: what claims have drawn of it; left: what they may still draw.

    registered_for: which of the two sides registered it; decided_by, decided_at and reason: who voided it.
    """

    id: BankSlipId
    bank: str
    serial: str
    paid_on: Day
    payer: SlipPartyView
    payee: SlipPartyView
    region: str
    amount: Money
    allocated: Money
    left: Money
    document_id: DocumentId
    state: SlipState
    registered_for: HolderId
    registered_by: str
    registered_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    client_ref: str | None


SAME = (
    "id",
    "bank",
    "serial",
    "paid_on",
    "region",
    "document_id",
    "state",
    "registered_by",
    "registered_at",
    "decided_by",
    "decided_at",
    "reason",
    "client_ref",
)


def slip_view(slip: BankSlip) -> BankSlipView:
    """A bank slip as shown."""
    return BankSlipView(
        **{name: getattr(slip, name) for name in SAME},
        payer=_party_view(slip.payer),
        payee=_party_view(slip.payee),
        amount=Money.of(slip.amount, slip.currency),
        allocated=Money.of(slip.allocated, slip.currency),
        left=Money.of(slip.left, slip.currency),
        registered_for=_of(slip.payer if slip.registrant_id == slip.payer.id else slip.payee),
    )


def _party_view(party: SlipParty) -> SlipPartyView:
    return SlipPartyView(organization_id=_of(party), name=party.name, account=party.account)


def _of(party: SlipParty) -> Holder:
    return Holder(party.kind, party.id)


@routes.post("/v1/bank-slips", status_code=201, response_model=BankSlipView, tags=["bank slips"])
async def register_bank_slip(
    body: BankSlipBody, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(slip_view)]
) -> Response:
    """Register a transfer as its payer (holder) or its payee (provider); all that is wrong with it is told at once."""
    return answered(await slips.register_slip(db, keyed, permit=permit, asked=body.asked()))


@routes.post(f"{ITEM}/void", response_model=BankSlipView, tags=["bank slips"])
async def void_bank_slip(
    bank_slip_id: BankSlipId,
    body: VoidBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(slip_view, status=200)],
) -> Response:
    """Take a slip back that one's own organisation registered and no claim draws on; its serial is free again."""
    return answered(await slips.void_slip(db, keyed, permit=permit, slip_id=bank_slip_id, reason=body.reason))


async def _wanted(
    payer_id: HolderQuery | None = None,
    payee_id: OrganizationId | None = None,
    state: SlipState | None = None,
    client_ref: ClientRef | None = None,
) -> Wanted:
    return Wanted(payer_id=payer_id, payee_id=payee_id, state=state, client_ref=client_ref)


@routes.get("/v1/bank-slips", tags=["bank slips"])
async def list_bank_slips(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[BankSlipView]:
    """The slips of one's own organisation, of a reviewer's region, or all for the auditor; newest first."""
    found, cursor = await slips.list_slips(db, permit=permit, wanted=wanted, after=after, limit=limit)
    return Page(items=[slip_view(one) for one in found], next_cursor=cursor)


@routes.get(ITEM, tags=["bank slips"])
async def get_bank_slip(bank_slip_id: BankSlipId, db: Db, permit: Permitted) -> BankSlipView:
    """One slip with what is left of it."""
    return slip_view(await slips.read_slip(db, permit=permit, slip_id=bank_slip_id))
