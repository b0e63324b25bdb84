"""Speaks HTTP for regions."""

from typing import Annotated, Any

from fastapi import Path, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import Code, RawText
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.domain.region import Region, RegionList
from services.registry.catalogue.operations import catalogue

regions_api = router()


class NewRegion(StrictModel):
    """A region to be added: of the national list, or a local one beside it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "jiangmen-hightech",
                    "name_zh": "江门高新区",
                    "name_en": "Jiangmen high-tech zone",
                    "parent": "440704",
                    "list": "local",
                }
            ]
        }
    )

    code: Code
    name_zh: RawText
    name_en: RawText
    parent: Code | None = None
    list_: RegionList = Field(RegionList.NATIONAL, alias="list")


class RegionView(StrictModel):
    """A region."""

    id: str
    name_zh: str
    name_en: str
    parent: str | None
    list_: str = Field(alias="list")


@regions_api.post("/v1/regions", status_code=status.HTTP_201_CREATED, tags=["regions"], response_model=RegionView)
async def create_region(body: NewRegion, asked: AskedBy) -> Document:
    """Add a region."""
    region = Region(body.code, clean(body.name_zh), clean(body.name_en), body.parent, body.list_)
    return await catalogue.record_region(asked, region)


@regions_api.get("/v1/regions", tags=["regions"], response_model=Page[RegionView])
async def list_regions(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> dict[str, Any]:
    """Regions by code."""
    items, cursor = await catalogue.list_regions(asked, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@regions_api.get("/v1/regions/{code}", tags=["regions"], response_model=RegionView)
async def get_region(code: Annotated[str, Path(max_length=64)], asked: AskedBy) -> Document:
    """One region."""
    return await catalogue.read_region(asked, code)
