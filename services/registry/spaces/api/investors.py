"""Speaks HTTP for investors 创业投资机构."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import OrganizationId, new_id
from services.chassis.models import Money, MoneyAsked
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import SPACE_EXAMPLE, Code, InvestorId, RawText, ShownSpan, SpaceId, Span
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.api.mentors import FIELDS_READ, LastDay
from services.registry.spaces.domain.investor import CURRENCY, Investor
from services.registry.spaces.operations import investors

investors_api = router()


class NewInvestor(Span):
    """Who invests in the residents of a space: an organisation on record, or a fund by its name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "space": SPACE_EXAMPLE,
                    "fund": "启迪之星天使投资基金",
                    "fields": ["rail-transit"],
                    "managed": {"amount": "50000000.00", "currency": "CNY"},
                    "from": "2020-03-01",
                    "until": None,
                }
            ]
        }
    )

    space: SpaceId
    organization: OrganizationId | None = None
    fund: RawText | None = None
    fields: list[Code] = Field(default=[], max_length=FIELDS_READ)
    managed: MoneyAsked | None = None

    @property
    def investor(self) -> Investor:
        """The same as the domain has it."""
        return Investor(
            id=new_id(),
            space_id=self.space,
            organization_id=self.organization,
            fund=self.fund,
            fields=tuple(self.fields),
            managed=None if self.managed is None else self.managed.fen,
            period=self.period,
            currency=CURRENCY if self.managed is None else self.managed.currency,
        )


class InvestorView(ShownSpan):
    """An investor; `managed` is what it manages."""

    id: InvestorId
    space: SpaceId
    organization: OrganizationId | None
    fund: str | None
    fields: list[str]
    managed: Money | None


@investors_api.post(
    "/v1/investors", status_code=status.HTTP_201_CREATED, tags=["investors"], response_model=InvestorView
)
async def create_investor(body: NewInvestor, asked: AskedBy) -> Document:
    """Record who invests in the residents of a space."""
    return await investors.record_investor(asked, body.investor)


@investors_api.get("/v1/investors", tags=["investors"], response_model=Page[InvestorView])
async def list_investors(
    asked: AskedBy,
    space: Annotated[SpaceId | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Investors of the spaces that the caller may see."""
    items, cursor = await investors.list_investors(asked, space_id=space, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@investors_api.post("/v1/investors/{investor_id}/end", tags=["investors"], response_model=InvestorView)
async def end_investor(investor_id: InvestorId, body: LastDay, asked: AskedBy) -> Document:
    """Say on which day an investor is the last time there."""
    return await investors.end_investor(asked, investor_id, on=body.on)
