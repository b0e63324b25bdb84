"""Speaks HTTP for `/v1/provider-codes`: the code that a provider hangs up and a holder scans."""

from typing import Annotated

from fastapi import Path
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Line, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.redemption.api.drawing import svg_of
from services.voucher.redemption.api.names import ProviderCodeId, ProviderId
from services.voucher.redemption.domain.provider_code import ProviderCode
from services.voucher.redemption.operations import provider_codes as operations

routes = router()
CodeText = Annotated[str, Path(max_length=64)]


class NewProviderCode(StrictModel):
    """Where the code will hang, for the provider's own use."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"label": "东区实验室前台"}]})

    label: Line


class ProviderCodeView(StrictModel):
    """A provider's own code; dead once retired."""

    id: ProviderCodeId
    code: str
    provider_id: ProviderId
    label: str
    created_at: Instant
    retired_at: Instant | None


class ProviderCodeDrawn(ProviderCodeView):
    """A new code, drawn as SVG to be printed."""

    svg: str


class ProviderNamed(StrictModel):
    """Whom a code stands for. categories: what the provider is admitted for today, none while it takes no orders."""

    code: str
    svg: str
    provider_id: ProviderId
    name: str
    label: str
    categories: list[str]


def _view(code: ProviderCode) -> ProviderCodeView:
    return ProviderCodeView(
        id=code.id,
        code=code.code,
        provider_id=code.provider_id,
        label=code.label,
        created_at=code.created_at,
        retired_at=code.retired_at,
    )


def _drawn(code: ProviderCode) -> ProviderCodeDrawn:
    return ProviderCodeDrawn(**vars(_view(code)), svg=svg_of(code.code))


@routes.post("/v1/provider-codes", status_code=201, response_model=ProviderCodeDrawn, tags=["consent"])
async def create_provider_code(
    body: NewProviderCode, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(_drawn)]
) -> Response:
    """Make a code for one of my counters. It is no secret: it names me and lets a holder pay me, no more."""
    return answered(await operations.make_provider_code(db, keyed, permit=permit, label=body.label))


@routes.get("/v1/provider-codes", tags=["consent"])
async def list_provider_codes(
    db: Db, permit: Permitted, after: After = None, limit: Limit = pages.PAGE_DEFAULT
) -> Page[ProviderCodeView]:
    """My codes, retired ones too, newest first; all for the auditor."""
    found, cursor = await operations.list_provider_codes(db, permit=permit, after=after, limit=limit)
    return Page(items=[_view(code) for code in found], next_cursor=cursor)


@routes.get("/v1/provider-codes/{code}", tags=["consent"])
async def get_provider_code(code: CodeText, db: Db, permit: Permitted) -> ProviderNamed:
    """Whom I would pay, before I do: the provider behind a code that I scanned."""
    named = await operations.read_provider_code(db, text=code)
    return ProviderNamed(
        code=named.code.code,
        svg=svg_of(named.code.code),
        provider_id=named.code.provider_id,
        name=named.name,
        label=named.code.label,
        categories=list(named.categories),
    )


@routes.post("/v1/provider-codes/{provider_code_id}/retire", response_model=ProviderCodeView, tags=["consent"])
async def retire_provider_code(
    provider_code_id: ProviderCodeId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(_view, status=200)]
) -> Response:
    """Retire a code that hangs no more: from now on it names nobody."""
    return answered(await operations.retire_provider_code(db, keyed, permit=permit, code_id=provider_code_id))
