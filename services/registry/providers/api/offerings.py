"""Speaks HTTP for offerings 服务产品."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response, status
from pydantic import ConfigDict

from services.chassis.http import ExpectedVersion, router
from services.chassis.models import Money, MoneyAsked, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import Code, OfferingId, ProviderId, RawText
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.offering import OfferingFacts, OfferingKind, OfferingState
from services.registry.providers.operations import offerings
from services.registry.providers.store.offerings import OfferingFilter

offerings_api = router()


class OfferingBody(StrictModel):
    """What is offered, whole: an edit sends all of it. price: of one unit, left out where it is agreed case by case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "category": "laboratory-testing",
                    "name": "金属材料成分检测",
                    "description": "每批次三个样品，五个工作日出具报告。",
                    "price": {"amount": "1200.00", "currency": "CNY"},
                    "unit": "批次",
                }
            ]
        }
    )

    category: Code
    name: RawText
    description: RawText | None = None
    price: MoneyAsked | None = None
    unit: RawText | None = None
    kind: OfferingKind = OfferingKind.SERVICE

    @property
    def facts(self) -> OfferingFacts:
        """The same as the domain has it."""
        price = self.price
        amount, currency = (price.fen, price.currency) if price is not None else (None, None)
        return OfferingFacts(self.category, self.name, self.description, amount, currency, self.unit, self.kind)


class NewOffering(OfferingBody):
    """An offering to be drafted by its provider."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "provider": "prv_0190f3c8a1b27d3e8f00112233445566",
                    "category": "laboratory-testing",
                    "name": "金属材料成分检测",
                    "description": None,
                    "price": {"amount": "1200.00", "currency": "CNY"},
                    "unit": "批次",
                }
            ]
        }
    )

    provider: ProviderId


class Returned(StrictModel):
    """Why what waits is returned."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "价格明显高于同类服务"}]})

    reason: RawText


class TermsView(StrictModel):
    """Terms of a published offering that wait for approval."""

    category: str
    price: Money | None
    unit: str | None


class OfferingView(StrictModel):
    """An offering; proposed: new terms that wait for approval while the published ones hold."""

    id: OfferingId
    provider: ProviderId
    kind: str
    category: str
    name: str
    description: str | None
    price: Money | None
    unit: str | None
    state: str
    proposed: TermsView | None
    returned_because: str | None
    version: int


async def _wanted(
    provider: Annotated[ProviderId | None, Query()] = None,
    category: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[OfferingState | None, Query()] = None,
    kind: Annotated[OfferingKind | None, Query()] = None,
) -> OfferingFilter:
    return OfferingFilter(provider, category, state, kind)


@offerings_api.post(
    "/v1/offerings", status_code=status.HTTP_201_CREATED, tags=["offerings"], response_model=OfferingView
)
async def create_offering(body: NewOffering, asked: AskedBy, response: Response) -> Document:
    """Draft an offering."""
    return tagged(response, await offerings.record_offering(asked, body.provider, body.facts))


@offerings_api.get("/v1/offerings", tags=["offerings"], response_model=Page[OfferingView])
async def list_offerings(
    wanted: Annotated[OfferingFilter, Depends(_wanted)],
    asked: AskedBy,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Offerings that the caller may see."""
    items, cursor = await offerings.list_offerings(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@offerings_api.get("/v1/offerings/{offering_id}", tags=["offerings"], response_model=OfferingView)
async def get_offering(offering_id: OfferingId, asked: AskedBy, response: Response) -> Document:
    """One offering, with its ETag."""
    return tagged(response, await offerings.read_offering(asked, offering_id))


@offerings_api.patch("/v1/offerings/{offering_id}", tags=["offerings"], response_model=OfferingView)
async def update_offering(
    offering_id: OfferingId, body: OfferingBody, version: ExpectedVersion, asked: AskedBy, response: Response
) -> Document:
    """Change an offering from the version that If-Match names; a new price or category of a published one waits."""
    return tagged(response, await offerings.amend_offering(asked, offering_id, version=version, facts=body.facts))


@offerings_api.post("/v1/offerings/{offering_id}/publish", tags=["offerings"], response_model=OfferingView)
async def publish_offering(offering_id: OfferingId, asked: AskedBy, response: Response) -> Document:
    """Hand a draft in for approval, or publish it where this installation asks for none."""
    return tagged(response, await offerings.publish_offering(asked, offering_id))


@offerings_api.post("/v1/offerings/{offering_id}/approve", tags=["offerings"], response_model=OfferingView)
async def approve_offering(offering_id: OfferingId, asked: AskedBy, response: Response) -> Document:
    """Publish what waits: the offering, or its new terms."""
    return tagged(response, await offerings.approve_offering(asked, offering_id))


@offerings_api.post("/v1/offerings/{offering_id}/return", tags=["offerings"], response_model=OfferingView)
async def return_offering(offering_id: OfferingId, body: Returned, asked: AskedBy, response: Response) -> Document:
    """Return what waits to its provider."""
    return tagged(response, await offerings.return_offering(asked, offering_id, body.reason))


@offerings_api.post("/v1/offerings/{offering_id}/withdraw", tags=["offerings"], response_model=OfferingView)
async def withdraw_offering(offering_id: OfferingId, asked: AskedBy, response: Response) -> Document:
    """Take an offering back for good."""
    return tagged(response, await offerings.retire_offering(asked, offering_id))
