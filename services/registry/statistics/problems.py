"""Decides what the refusals of statistics mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import ASK_AN_OPERATOR, moved_on, twice, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "statistics.dimension": wrong(
        "{subject} cannot be told by {dimension}, only by {known}.", "统计对象不能按所列维度分组。"
    ),
    "statistics.too_many": wrong("A table has {most} dimensions at most.", "统计表最多 {most} 个维度。"),
    "statistics.twice": wrong("A dimension is named once.", "同一维度不可重复。"),
    "statistics.alone": wrong(
        "To everybody {dimension} is told by itself only, not beside another dimension.",
        "公开统计中，维度“{dimension}”只能单独使用。",
    ),
    "statistics.too_large": wrong(
        "This table has more than {most} cells; ask by fewer dimensions.", "统计表超过 {most} 格，请减少维度。"
    ),
    "target.value": wrong("A target wants more than nothing.", "目标值须大于零。"),
    "target.duplicate": twice("This clause sets the target {id} already.", "该条款的目标 {id} 已登记。"),
    "summary.past": wrong(
        "The year {year} is over; a duty begins in {earliest} or later.", "年度 {year} 已过，最早自 {earliest} 年起。"
    ),
    "summary.figure": wrong(
        "The figure {figure} is not asked for; asked for are {known}.", "未要求填报“{figure}”；可填报的数据：{known}。"
    ),
    "summary.bureau": wrong(
        "{bureau} is no code of a bureau; send the one in the roles of its staff, such as jx-kjj.",
        "“{bureau}”不是部门代码，请填写其人员角色所绑定的代码。",
    ),
    "summary.elsewhere": wrong(
        "The bureau {bureau} is that of {city}; each has a code of its own.",
        "部门“{bureau}”属于 {city}，各部门代码不得相同。",
    ),
    "summary.clause": wrong(
        "There is no clause {clause} in a paper {policy} that holds.", "没有现行政策文件“{policy}”的条款“{clause}”。"
    ),
    "summary.owed": wrong(
        "A duty cannot end before {earliest}: that summary is owed.", "{earliest} 年度总结已应报送，不能更早终止。"
    ),
    "summary.nobody": Problem(
        409,
        "Each of them owes a summary already.",
        "所列单位均已负有报送义务。",
        "Read the duties that are laid on.",
        "请查询已有报送义务。",
    ),
    "summary.ended": moved_on("This duty ended with {year}.", "该义务已于 {year} 年终止。"),
    "summary.state": moved_on("The summary is {state}; {verb} is not possible.", "总结当前状态不允许此操作。"),
    "summary.own": Problem(409, "Nobody decides on what he handed in.", "不得审核本人报送的总结。", *ASK_AN_OPERATOR),
    "supported.nothing": wrong("Nobody in {region} is supported in {year}.", "该区域 {year} 年无扶持对象。"),
    "supported.prepared": twice("The list {id} is prepared already.", "名单 {id} 已在编制中。"),
    "supported.state": moved_on("The list is {state}; {verb} is not possible.", "名单当前状态不允许此操作。"),
    "supported.own": Problem(
        409, "Another person publishes what one has prepared.", "编制人不得发布本人编制的名单。", *ASK_AN_OPERATOR
    ),
    "supported.digest": Problem(
        409,
        "This is not the list that was seen.",
        "摘要与名单不符。",
        "Read the list again and send its digest.",
        "请重新查看名单并提交其摘要。",
    ),
    "supported.outdated": Problem(
        409,
        "Since it was prepared {lines} lines of the list have changed.",
        "编制后名单已有 {lines} 处变化。",
        "Drop this list and prepare it anew.",
        "请作废该名单并重新编制。",
    ),
    "work_summary.unknown": unknown("There is no such work summary.", "工作总结不存在。"),
    "summary_duty.unknown": unknown("There is no such duty.", "报送义务不存在。"),
    "supported.unknown": unknown("There is no such list.", "名单不存在。"),
}
