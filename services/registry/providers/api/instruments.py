"""Speaks HTTP for instruments 仪器设备 that providers let others use."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response, status
from pydantic import ConfigDict

from services.chassis.http import ExpectedVersion, router
from services.chassis.models import Money, MoneyAsked, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import Code, InstrumentId, ProviderId, RawText
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.instrument import InstrumentFacts, InstrumentState
from services.registry.providers.operations import instruments
from services.registry.providers.store.instruments import InstrumentFilter

instruments_api = router()
EXAMPLE: dict[str, Any] = {
    "category": "instrument-use",
    "name": "扫描电子显微镜",
    "model": "SU8010",
    "maker": "日立",
    "accuracy": "1.0 纳米",
    "region": "440703",
    "address": "江门市蓬江区东成村22号",
    "hours": "工作日九时至十七时，提前三日预约",
    "price": {"amount": "300.00", "currency": "CNY"},
}


class InstrumentBody(StrictModel):
    """An instrument, whole: an edit sends all of it. price: of an hour, left out where it is agreed case by case."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    category: Code = "instrument-use"
    name: RawText
    model: RawText | None = None
    maker: RawText | None = None
    accuracy: RawText | None = None
    region: Code
    address: RawText | None = None
    hours: RawText | None = None
    price: MoneyAsked | None = None

    @property
    def facts(self) -> InstrumentFacts:
        """The same as the domain has it."""
        price = self.price
        return InstrumentFacts(
            category=self.category,
            name=self.name,
            region=self.region,
            model=self.model,
            maker=self.maker,
            accuracy=self.accuracy,
            address=self.address,
            hours=self.hours,
            price=None if price is None else price.fen,
            currency=None if price is None else price.currency,
        )


class NewInstrument(InstrumentBody):
    """An instrument to be drafted by its provider."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"provider": "prv_0190f3c8a1b27d3e8f00112233445566", **EXAMPLE}]}
    )

    provider: ProviderId


class InstrumentView(StrictModel):
    """An instrument; the price is that of an hour."""

    id: InstrumentId
    provider: ProviderId
    category: str
    name: str
    model: str | None
    maker: str | None
    accuracy: str | None
    region: str
    address: str | None
    hours: str | None
    price: Money | None
    state: str
    version: int


async def _wanted(
    provider: Annotated[ProviderId | None, Query()] = None,
    category: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[InstrumentState | None, Query()] = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
) -> InstrumentFilter:
    return InstrumentFilter(provider, category, state, region)


@instruments_api.post(
    "/v1/instruments", status_code=status.HTTP_201_CREATED, tags=["instruments"], response_model=InstrumentView
)
async def create_instrument(body: NewInstrument, asked: AskedBy, response: Response) -> Document:
    """Draft an instrument."""
    return tagged(response, await instruments.record_instrument(asked, body.provider, body.facts))


@instruments_api.get("/v1/instruments", tags=["instruments"], response_model=Page[InstrumentView])
async def list_instruments(
    wanted: Annotated[InstrumentFilter, Depends(_wanted)],
    asked: AskedBy,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Instruments that the caller may see; region: where they stand."""
    items, cursor = await instruments.list_instruments(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@instruments_api.get("/v1/instruments/{instrument_id}", tags=["instruments"], response_model=InstrumentView)
async def get_instrument(instrument_id: InstrumentId, asked: AskedBy, response: Response) -> Document:
    """One instrument, with its ETag."""
    return tagged(response, await instruments.read_instrument(asked, instrument_id))


@instruments_api.patch("/v1/instruments/{instrument_id}", tags=["instruments"], response_model=InstrumentView)
async def update_instrument(
    instrument_id: InstrumentId, body: InstrumentBody, version: ExpectedVersion, asked: AskedBy, response: Response
) -> Document:
    """Change an instrument from the version that If-Match names."""
    told = await instruments.amend_instrument(asked, instrument_id, version=version, facts=body.facts)
    return tagged(response, told)


@instruments_api.post("/v1/instruments/{instrument_id}/publish", tags=["instruments"], response_model=InstrumentView)
async def publish_instrument(instrument_id: InstrumentId, asked: AskedBy, response: Response) -> Document:
    """Publish a draft."""
    return tagged(response, await instruments.show_instrument(asked, instrument_id))


@instruments_api.post("/v1/instruments/{instrument_id}/withdraw", tags=["instruments"], response_model=InstrumentView)
async def withdraw_instrument(instrument_id: InstrumentId, asked: AskedBy, response: Response) -> Document:
    """Take an instrument off the list for good."""
    return tagged(response, await instruments.retire_instrument(asked, instrument_id))
