"""Decides what the refusals of lists, names and dates mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import moved_on, twice, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "name.empty": wrong("A name has at least one visible character.", "名称不能为空。"),
    "reason.empty": wrong("Say why, in at least one visible character.", "请说明理由，不能为空。"),
    "name.too_long": wrong("At most {limit} characters are taken.", "最多 {limit} 个字符。"),
    "name.character": wrong(
        "Character {position} ({code_point}, {kind}) is invisible or changes direction.",
        "第 {position} 个字符（{code_point}）不可见或改变书写方向。",
    ),
    "region.unlisted": wrong("There is no region {region}.", "区域代码 {region} 不存在。"),
    "region.code": wrong("The code of a region has another form.", "区域代码格式不符。"),
    "category.unlisted": wrong("There is no category {category}.", "服务类别 {category} 不存在。"),
    "category.id": wrong("The id of a category has another form.", "服务类别编号格式不符。"),
    "period.reversed": wrong("The period ends ({until}) before it begins ({from}).", "起止日期颠倒。"),
    "date.future": wrong("{date} has not come yet; today is {today}.", "日期 {date} 尚未到来。"),
    "reference.unknown": wrong("There is no such {kind}.", "所引用的对象不存在。"),
    "calendar.year": wrong("{date} does not lie in {year}.", "{date} 不在 {year} 年内。"),
    "calendar.weekday": wrong(
        "{date}: only weekdays are off and only weekend days are worked.", "{date}：休日须为工作日，补班须为周末。"
    ),
    "calendar.twice": wrong("{date} is named twice.", "{date} 重复。"),
    "policy.id": wrong("The id of a paper has another form.", "政策文件编号格式不符。"),
    "policy.text": wrong(
        "The document is not plain text in UTF-8 with numbered clauses that was sent by the caller.",
        "文件不是含编号条款的纯文本。",
    ),
    "policy.dates": wrong("{date} lies before the paper was made ({made}).", "{date} 早于成文日期 {made}。"),
    "policy.not_draft": moved_on("Only a draft comes into force; this paper is {status}.", "仅草案可予施行。"),
    "policy.abolished": moved_on("The paper is abolished already.", "该文件已废止。"),
    "policy.duplicate": twice("There is a paper of this id or number already: {id}.", "编号或文号已存在：{id}。"),
    "policy.unknown": unknown("There is no such paper.", "政策文件不存在。"),
    "region.duplicate": twice("The region {id} is recorded already.", "区域 {id} 已登记。"),
    "category.duplicate": twice("The category {id} is recorded already.", "类别 {id} 已登记。"),
    "calendar.not_loaded": Problem(
        409,
        "The working days of {year} are not loaded.",
        "{year} 年工作日历尚未加载。",
        "Ask the operator to load the year.",
        "请运营人员加载该年日历。",
    ),
    "calendar.duplicate": twice("The calendar of {id} is recorded already.", "{id} 年日历已登记。"),
    "region.unknown": unknown("There is no such region.", "区域不存在。"),
    "category.unknown": unknown("There is no such category.", "类别不存在。"),
    "calendar.unknown": unknown("This year's calendar is not loaded.", "该年日历未加载。"),
}
