"""Decides in which Chinese words an export tells what is kept as a code: states, kinds, forms, sizes."""

from collections.abc import Mapping
from typing import Any

from services.registry.parties.domain.organization import OrganizationStatus, SizeClass
from services.registry.providers.domain.offering import OfferingState
from services.registry.providers.domain.provider import ProviderState
from services.registry.spaces.domain.space import SpaceForm, SpaceKind, SpaceState
from services.registry.transfer.domain.exporting import ExportKind
from services.standards.money import format_amount

Words = Mapping[str, str]

ORGANIZATIONS: Words = {OrganizationStatus.ACTIVE: "存续", OrganizationStatus.DEREGISTERED: "已注销"}
SPACES: Words = {
    SpaceState.RECORDED: "已登记",
    SpaceState.FILED: "已备案",
    SpaceState.RECOGNISED: "已认定",
    SpaceState.REVOKED: "已撤销",
    SpaceState.CLOSED: "已关闭",
}
PROVIDERS: Words = {
    ProviderState.APPLIED: "已申请",
    ProviderState.IN_REVIEW: "审核中",
    ProviderState.ADMITTED: "已入库",
    ProviderState.SUSPENDED: "已暂停",
    ProviderState.EXPIRED: "已到期",
    ProviderState.REMOVED: "已除名",
    ProviderState.WITHDRAWN: "已退出",
}
OFFERINGS: Words = {
    OfferingState.DRAFT: "草稿",
    OfferingState.SUBMITTED: "待审核",
    OfferingState.PUBLISHED: "已发布",
    OfferingState.WITHDRAWN: "已下架",
}
SIZES: Words = {
    SizeClass.MICRO: "微型企业",
    SizeClass.SMALL: "小型企业",
    SizeClass.MEDIUM: "中型企业",
    SizeClass.LARGE: "大型企业",
}
KINDS: Words = {
    SpaceKind.DEMONSTRATION_LEADING: "示范推进型",
    SpaceKind.INVESTMENT_PROMOTING: "投资促进型",
    SpaceKind.PROFESSIONAL_SERVICE: "专业服务型",
    SpaceKind.MAKER_INCUBATING: "创客孵化型",
}
FORMS: Words = {
    SpaceForm.MAKER_SPACE: "创客空间",
    SpaceForm.CAFE: "创业咖啡",
    SpaceForm.INNOVATION_WORKSHOP: "创新工场",
}
PRICE, CURRENCY, FIELD = "价格", "币种", "产业领域"
WORDS: Mapping[ExportKind, Mapping[str, Words]] = {
    ExportKind.ORGANIZATIONS: {"企业规模": SIZES, "状态": ORGANIZATIONS},
    ExportKind.SPACES: {"类别": KINDS, "形式": FORMS, "状态": SPACES},
    ExportKind.PROVIDERS: {"状态": PROVIDERS},
    ExportKind.OFFERINGS: {"状态": OFFERINGS},
}
"""By list and heading; an import takes the same words, so that what was given out may be taken in again."""


def cells(kind: ExportKind, row: Mapping[str, Any], fields: Mapping[str, str]) -> list[str]:
    """The texts of a row, by heading as it is kept: words for codes, a price in its currency's unit with all decimals.

    fields: the names of the industries by code. What is not known is empty.
    """
    words: Mapping[str, Mapping[str, str]] = {**WORDS[kind], FIELD: fields}
    return [_cell(row, heading, words.get(heading, {})) for heading in row]


def _cell(row: Mapping[str, Any], heading: str, words: Mapping[str, str]) -> str:
    value = row[heading]
    if value is None:
        return ""
    return format_amount(value, row[CURRENCY]) if heading == PRICE else words.get(str(value), str(value))
