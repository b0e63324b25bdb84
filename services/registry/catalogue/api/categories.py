"""Speaks HTTP for categories of service."""

from typing import Annotated, Any

from fastapi import Path, status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import Code, RawText
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.operations import catalogue

categories_api = router()


class NewCategory(StrictModel):
    """A category to be added to the tree."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "market-consulting",
                    "name_zh": "市场营销咨询",
                    "name_en": "Market consulting",
                    "parent": "consulting",
                }
            ]
        }
    )

    id: Code
    name_zh: RawText
    name_en: RawText
    parent: Code | None = None


class CategoryView(StrictModel):
    """A category."""

    id: str
    name_zh: str
    name_en: str
    parent: str | None


@categories_api.post(
    "/v1/categories", status_code=status.HTTP_201_CREATED, tags=["categories"], response_model=CategoryView
)
async def create_category(body: NewCategory, asked: AskedBy) -> Document:
    """Add a category."""
    category = Category(body.id, clean(body.name_zh), clean(body.name_en), body.parent)
    return await catalogue.record_category(asked, category)


@categories_api.get("/v1/categories", tags=["categories"], response_model=Page[CategoryView])
async def list_categories(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> dict[str, Any]:
    """Categories by id."""
    items, cursor = await catalogue.list_categories(asked, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@categories_api.get("/v1/categories/{category}", tags=["categories"], response_model=CategoryView)
async def get_category(category: Annotated[str, Path(max_length=64)], asked: AskedBy) -> Document:
    """One category."""
    return await catalogue.read_category(asked, category)
