"""Decides what the refusals of providers and offerings mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import MOVED_ON, twice, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "admission.over": wrong("The admission would have ended already.", "准入期限已过。"),
    "offering.price": wrong("A listed price is more than nothing.", "价格须大于零。"),
    "provider.not_yet_admitted": Problem(
        422,
        "The provider is not admitted for {category} on {date}.",
        "服务机构在 {date} 未获 {category} 类准入。",
        "Have the provider admitted first.",
        "请先办理准入。",
    ),
    "provider.state": Problem(409, "A provider that is {state} cannot {verb}.", "服务机构当前状态不允许。", *MOVED_ON),
    "offering.state": Problem(409, "An offering that is {state} cannot {verb}.", "服务产品当前状态不允许。", *MOVED_ON),
    "provider.duplicate": twice("The organisation is a provider already: {id}.", "该单位已是服务机构：{id}。"),
    "offering.duplicate": twice("The provider has an offering of this name: {id}.", "该机构已有同名产品：{id}。"),
    "admission.overlap": twice("It is admitted on those days already: {id}.", "准入期限重叠：{id}。"),
    "provider.unknown": unknown("There is no such provider.", "服务机构不存在。"),
    "offering.unknown": unknown("There is no such offering.", "服务产品不存在。"),
}
