"""Decides how each refusal of the registry is told: its status, cause and remedy."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_READ = ("Read the object named by its id.", "请按编号查询已有对象。")
_CHECK = ("Check the id.", "请检查编号。")
_STATE = ("Read it again: its state has moved on.", "请重新查询其当前状态。")
_OPERATOR = ("Ask an operator.", "请联系经办部门。")


def _wrong(en: str, zh: str) -> Problem:
    return Problem(422, en, zh, *_REPAIR)


def _twice(en: str, zh: str) -> Problem:
    return Problem(409, en, zh, *_READ)


def _unknown(en: str, zh: str) -> Problem:
    return Problem(404, en, zh, *_CHECK)


PROBLEMS: Mapping[str, Problem] = {
    "name.empty": _wrong("A name has at least one visible character.", "名称不能为空。"),
    "name.too_long": _wrong("At most {limit} characters are taken.", "最多 {limit} 个字符。"),
    "name.character": _wrong(
        "Character {position} ({code_point}, {kind}) is invisible or changes direction.",
        "第 {position} 个字符（{code_point}）不可见或改变书写方向。",
    ),
    "uscc.invalid": _wrong("This is not a unified social credit code.", "统一社会信用代码无效。"),
    "uscc.length": _wrong("A unified social credit code has 18 characters.", "统一社会信用代码应为 18 位。"),
    "uscc.character": _wrong("Character {position} is not used in credit codes.", "第 {position} 位字符不合规。"),
    "uscc.region": _wrong("Character {position} must be a digit of the region.", "第 {position} 位应为数字。"),
    "uscc.organisation_check": _wrong(
        "The check character of the organisation code (the 17th) is wrong.", "第 17 位组织机构代码校验码不符。"
    ),
    "uscc.check": _wrong("The check character of the whole code (the 18th) is wrong.", "第 18 位校验码不符。"),
    "region.unlisted": _wrong("There is no region {region}.", "区域代码 {region} 不存在。"),
    "region.code": _wrong("The code of a region has another form.", "区域代码格式不符。"),
    "category.unlisted": _wrong("There is no category {category}.", "服务类别 {category} 不存在。"),
    "category.id": _wrong("The id of a category has another form.", "服务类别编号格式不符。"),
    "period.reversed": _wrong("The period ends ({until}) before it begins ({from}).", "起止日期颠倒。"),
    "date.future": _wrong("{date} has not come yet; today is {today}.", "日期 {date} 尚未到来。"),
    "reference.unknown": _wrong("There is no such {kind}.", "所引用的对象不存在。"),
    "calendar.year": _wrong("{date} does not lie in {year}.", "{date} 不在 {year} 年内。"),
    "calendar.weekday": _wrong(
        "{date}: only weekdays are off and only weekend days are worked.", "{date}：休日须为工作日，补班须为周末。"
    ),
    "calendar.twice": _wrong("{date} is named twice.", "{date} 重复。"),
    "team.core_members": _wrong(
        "A team has {least} to {most} core members, this one {count}.",
        "核心成员应为 {least}–{most} 人，现为 {count} 人。",
    ),
    "team.member_twice": _wrong("A member is named twice.", "成员重复。"),
    "team.not_resident": _wrong("The team is not resident in the space today.", "团队当日未入驻该空间。"),
    "residency.resident": _wrong("Name one team or one organisation.", "请指定一个团队或一个单位。"),
    "related_party.itself": _wrong("An organisation is not its own related party.", "单位不能与自身关联。"),
    "sanction.length": _wrong(
        "A sanction of 1 to 3 years ends from {earliest} to {latest}.", "期限为 1 至 3 年：{earliest} 至 {latest}。"
    ),
    "admission.over": _wrong("The admission would have ended already.", "准入期限已过。"),
    "offering.price": _wrong("A listed price is more than nothing.", "价格须大于零。"),
    "provider.not_yet_admitted": Problem(
        422,
        "The provider is not admitted for {category} on {date}.",
        "服务机构在 {date} 未获 {category} 类准入。",
        "Have the provider admitted first.",
        "请先办理准入。",
    ),
    "field.not_yours": Problem(403, "Only an operator changes this.", "该字段仅经办部门可改。", *_OPERATOR),
    "organization.deregistered": Problem(409, "The organisation is deregistered.", "该单位已注销。", *_OPERATOR),
    "space.closed": Problem(409, "The space is closed.", "该空间已关闭。", *_OPERATOR),
    "provider.state": Problem(409, "A provider that is {state} cannot {verb}.", "服务机构当前状态不允许。", *_STATE),
    "offering.state": Problem(409, "An offering that is {state} cannot {verb}.", "服务产品当前状态不允许。", *_STATE),
    "organization.duplicate": _twice(
        "This credit code is recorded with other facts as {id}.", "该代码已登记为 {id}，信息不同。"
    ),
    "space.duplicate": _twice("The operator has a space of this name: {id}.", "该运营单位已有同名空间：{id}。"),
    "team.duplicate": _twice("The space has a team of this name: {id}.", "该空间已有同名团队：{id}。"),
    "provider.duplicate": _twice("The organisation is a provider already: {id}.", "该单位已是服务机构：{id}。"),
    "offering.duplicate": _twice("The provider has an offering of this name: {id}.", "该机构已有同名产品：{id}。"),
    "region.duplicate": _twice("The region {id} is recorded already.", "区域 {id} 已登记。"),
    "category.duplicate": _twice("The category {id} is recorded already.", "类别 {id} 已登记。"),
    "calendar.duplicate": _twice("The calendar of {id} is recorded already.", "{id} 年日历已登记。"),
    "priority_list.overlap": _twice("It stands on this list on those days already: {id}.", "名单期限重叠：{id}。"),
    "related_party.overlap": _twice("This link holds on those days already: {id}.", "关联期限重叠：{id}。"),
    "sanction.overlap": _twice("Such a sanction holds on those days already: {id}.", "惩戒期限重叠：{id}。"),
    "residency.overlap": _twice("The residency holds on those days already: {id}.", "入驻期限重叠：{id}。"),
    "admission.overlap": _twice("It is admitted on those days already: {id}.", "准入期限重叠：{id}。"),
    "organization.unknown": _unknown("There is no such organisation.", "单位不存在。"),
    "team.unknown": _unknown("There is no such team.", "团队不存在。"),
    "space.unknown": _unknown("There is no such space.", "空间不存在。"),
    "provider.unknown": _unknown("There is no such provider.", "服务机构不存在。"),
    "offering.unknown": _unknown("There is no such offering.", "服务产品不存在。"),
    "related_party.unknown": _unknown("There is no such link.", "关联记录不存在。"),
    "sanction.unknown": _unknown("There is no such sanction.", "惩戒记录不存在。"),
    "region.unknown": _unknown("There is no such region.", "区域不存在。"),
    "category.unknown": _unknown("There is no such category.", "类别不存在。"),
    "calendar.unknown": _unknown("This year's calendar is not loaded.", "该年日历未加载。"),
}
