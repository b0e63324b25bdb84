"""Remembers how what is registered becomes the rows of a list: of organisations and what they run; never of persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, FromClause, Select, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.regions import lies_in
from services.registry.catalogue.store.tables import Categories, Regions
from services.registry.parties.store.tables import Organizations
from services.registry.providers.store.tables import Offerings, Providers
from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.store.spaces import STATE
from services.registry.spaces.store.tables import Spaces
from services.registry.transfer.domain.exporting import Bounds, ExportKind
from services.registry.transfer.domain.wording import CURRENCY, FIELD, PRICE

ORGANIZATIONS, SPACES = Organizations.__table__, Spaces.__table__
PROVIDERS, OFFERINGS = Providers.__table__, Offerings.__table__
REGIONS, CATEGORIES = Regions.__table__, Categories.__table__


@dataclass(frozen=True, slots=True)
class Listed:
    """One kind of list. prefix: of its ids; columns: by heading; source: with the organisation behind each row."""

    prefix: str
    id: Column[Any]
    region: Column[Any]
    state: ColumnElement[Any]
    columns: Mapping[str, ColumnElement[Any]]
    source: FromClause


def _regions(column: Column[Any]) -> ColumnElement[Any]:
    return select(REGIONS.c.name_zh).where(REGIONS.c.code == column).scalar_subquery()


def _categories(ids: ColumnElement[Any]) -> ColumnElement[Any]:
    named = select(func.string_agg(CATEGORIES.c.name_zh, aggregate_order_by(literal("、"), CATEGORIES.c.id)))
    return named.where(CATEGORIES.c.id == any_(ids)).scalar_subquery()


_RUN = SPACES.join(ORGANIZATIONS, ORGANIZATIONS.c.id == SPACES.c.operator_id)
_PROVIDING = PROVIDERS.join(ORGANIZATIONS, ORGANIZATIONS.c.id == PROVIDERS.c.organization_id)
_WHO = {"统一社会信用代码": ORGANIZATIONS.c.uscc, "单位名称": ORGANIZATIONS.c.name}

LISTS: Mapping[ExportKind, Listed] = {
    ExportKind.ORGANIZATIONS: Listed(
        "org",
        ORGANIZATIONS.c.id,
        ORGANIZATIONS.c.region,
        ORGANIZATIONS.c.status,
        {
            **_WHO,
            "所属区县": ORGANIZATIONS.c.region,
            "区县名称": _regions(ORGANIZATIONS.c.region),
            "企业类型": ORGANIZATIONS.c.legal_form,
            "企业规模": ORGANIZATIONS.c.size_class,
            "成立日期": ORGANIZATIONS.c.registered_on,
            "状态": ORGANIZATIONS.c.status,
        },
        ORGANIZATIONS,
    ),
    ExportKind.SPACES: Listed(
        "spc",
        SPACES.c.id,
        SPACES.c.region,
        STATE,
        {
            **_WHO,
            "众创空间名称": SPACES.c.name,
            "类别": SPACES.c.kind,
            "形式": SPACES.c.form,
            "所属区县": SPACES.c.region,
            "区县名称": _regions(SPACES.c.region),
            FIELD: SPACES.c.field,
            "面积（平方米）": SPACES.c.area_square_metres,
            "工位数": SPACES.c.seats,
            "地址": SPACES.c.address,
            "状态": STATE,
        },
        _RUN,
    ),
    ExportKind.PROVIDERS: Listed(
        "prv",
        PROVIDERS.c.id,
        ORGANIZATIONS.c.region,
        PROVIDERS.c.state,
        {
            **_WHO,
            "所属区县": ORGANIZATIONS.c.region,
            "区县名称": _regions(ORGANIZATIONS.c.region),
            "申请类别": _categories(PROVIDERS.c.applied_for),
            "状态": PROVIDERS.c.state,
            "有效期至": PROVIDERS.c.ends_on,
        },
        _PROVIDING,
    ),
    ExportKind.OFFERINGS: Listed(
        "off",
        OFFERINGS.c.id,
        ORGANIZATIONS.c.region,
        OFFERINGS.c.state,
        {
            **_WHO,
            "服务类别": _categories(array([OFFERINGS.c.category])),
            "服务名称": OFFERINGS.c.name,
            "说明": OFFERINGS.c.description,
            PRICE: OFFERINGS.c.price,
            CURRENCY: OFFERINGS.c.currency,
            "单位": OFFERINGS.c.unit,
            "状态": OFFERINGS.c.state,
        },
        OFFERINGS.join(_PROVIDING, PROVIDERS.c.id == OFFERINGS.c.provider_id),
    ),
}


async def rows(
    connection: AsyncConnection, kind: ExportKind, wanted: Bounds, sight: Sight, *, after: UUID | None, limit: int
) -> list[tuple[UUID, tuple[Any, ...]]]:
    """Rows in sight by id, at most ``limit``: the id, and its columns in the order of their headings."""
    of = LISTS[kind]
    statement = select(of.id, *of.columns.values()).select_from(of.source).order_by(of.id).limit(limit)
    if after is not None:
        statement = statement.where(of.id > after)
    return [(row[0], tuple(row[1:])) for row in await connection.execute(_narrowed(statement, of, wanted, sight))]


def _narrowed(statement: Select[Any], of: Listed, wanted: Bounds, sight: Sight) -> Select[Any]:
    if wanted.region is not None:
        statement = statement.where(lies_in(of.region, wanted.region))
    if wanted.state is not None:
        statement = statement.where(of.state == wanted.state)
    if sight.everything:
        return statement
    own = ORGANIZATIONS.c.id == sight.organization
    return statement.where(or_(own, region_in_sight(of.region, sight.region)))
