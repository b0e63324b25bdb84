"""Decides what the refusals of organisations mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import ASK_AN_OPERATOR, moved_on, twice, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "uscc.invalid": wrong("This is not a unified social credit code.", "统一社会信用代码无效。"),
    "uscc.length": wrong("A unified social credit code has 18 characters.", "统一社会信用代码应为 18 位。"),
    "uscc.character": wrong("Character {position} is not used in credit codes.", "第 {position} 位字符不合规。"),
    "uscc.region": wrong("Character {position} must be a digit of the region.", "第 {position} 位应为数字。"),
    "uscc.organisation_check": wrong(
        "The check character of the organisation code (the 17th) is wrong.", "第 17 位组织机构代码校验码不符。"
    ),
    "uscc.check": wrong("The check character of the whole code (the 18th) is wrong.", "第 18 位校验码不符。"),
    "related_party.itself": wrong("An organisation is not its own related party.", "单位不能与自身关联。"),
    "related_party.share": wrong(
        "A share is of ownership, from 1 to 10000 basis points, and names its owner, one of the two.",
        "持股比例仅用于股权关系，应为 1 至 10000 个基点，并注明持股方。",
    ),
    "related_party.role": wrong("Only a link of shared officers names their role.", "仅兼任人员关系可填写职务。"),
    "related_party.ended": moved_on("This link ended on {until} already.", "该关联关系已于 {until} 终止。"),
    "relation.too_wide": wrong(
        "There are more than {at_most} owners above these two.", "两家单位的上层股东超过 {at_most} 家，无法判定。"
    ),
    "sanction.length": wrong(
        "A sanction of 1 to 3 years ends from {earliest} to {latest}.", "期限为 1 至 3 年：{earliest} 至 {latest}。"
    ),
    "field.not_yours": Problem(403, "Only an operator changes this.", "该字段仅经办部门可改。", *ASK_AN_OPERATOR),
    "organization.deregistered": Problem(409, "The organisation is deregistered.", "该单位已注销。", *ASK_AN_OPERATOR),
    "organization.duplicate": twice(
        "This credit code is recorded with other facts as {id}.", "该代码已登记为 {id}，信息不同。"
    ),
    "priority_list.overlap": twice("It stands on this list on those days already: {id}.", "名单期限重叠：{id}。"),
    "related_party.overlap": twice("This link holds on those days already: {id}.", "关联期限重叠：{id}。"),
    "sanction.overlap": twice("Such a sanction holds on those days already: {id}.", "惩戒期限重叠：{id}。"),
    "organization.unknown": unknown("There is no such organisation.", "单位不存在。"),
    "related_party.unknown": unknown("There is no such link.", "关联记录不存在。"),
    "sanction.unknown": unknown("There is no such sanction.", "惩戒记录不存在。"),
}
