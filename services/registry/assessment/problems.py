"""Decides what the refusals of assessments mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem, Words
from services.registry.telling import MOVED_ON, twice, unknown, wrong

_OTHER_PERSON = ("Another person must do this.", "须由另一人办理。")
_SYSTEM_WORDS: Words = {"state": {"draft": "草稿", "published": "已发布", "replaced": "已替换"}}
_CAMPAIGN_WORDS: Words = {
    "state": {
        "draft": "草稿",
        "open": "填报中",
        "closed": "已截止填报",
        "announced": "已告知结果",
        "published": "已公布",
        "cancelled": "已取消",
    }
}
_ASSESSMENT_WORDS: Words = {
    "state": {
        "open": "待填报",
        "reported": "待审核",
        "returned": "退回补正",
        "reviewed": "已审核",
        "unreported": "未填报",
        "announced": "已告知结果",
        "objected": "异议处理中",
        "decided": "异议已处理",
        "published": "已公布",
        "cancelled": "已取消",
    }
}

PROBLEMS: Mapping[str, Problem] = {
    "indicator.id": wrong("{id} is not small letters, digits and hyphens.", "编号须由小写字母、数字和连字符组成。"),
    "indicator.twice": wrong("An indicator of this id is listed twice.", "指标编号重复。"),
    "indicator.counter": wrong("These counters do not count in this unit.", "所选统计项与计量单位不符。"),
    "indicator.weight": wrong(
        "A scored indicator has a weight of up to 10000 basis points, a veto none.",
        "计分指标须有权重（不超过一万个基点），否决指标没有权重。",
    ),
    "indicator.scale": wrong(
        "A scored indicator has a line that rises, or steps that rise to all of its points.",
        "计分指标须有递增的计分线或分档，且最高档为满分。",
    ),
    "indicator.bound": wrong("A veto has a least or a most, nothing else has.", "仅否决指标设下限或上限。"),
    "indicator_system.weights": wrong(
        "The weights make up {total} basis points, not {whole}.", "权重合计为 {total} 个基点，应为 {whole}。"
    ),
    "indicator_system.grades": wrong(
        "To pass takes more than nothing, to be excellent no less than to pass.",
        "合格线须大于零，优秀线不得低于合格线。",
    ),
    "indicator_system.state": Problem(
        409,
        "A version that is {state} cannot {verb}.",
        "该版本当前为{state}，不能办理。",
        *MOVED_ON,
        words=_SYSTEM_WORDS,
    ),
    "indicator_system.twin": Problem(
        409,
        "Another version of {code} was drafted at the same moment.",
        "同一指标体系正在起草另一版本。",
        "Read its versions and send again.",
        "请查询其版本后重新提交。",
    ),
    "indicator_system.shipped": Problem(
        409,
        "Nobody has drafted {code}: it is what the product proposes.",
        "{code} 为系统预置方案，尚无人起草。",
        "Draft it as a version of your own, changed where needed; another person publishes that.",
        "请据此起草本地版本（可修改），再由另一人发布。",
    ),
    "indicator_system.same_person": Problem(
        403, "Whoever drafted a version does not publish it.", "起草人不得发布。", *_OTHER_PERSON
    ),
    "indicator_system.unknown": unknown("There is no such indicator system.", "指标体系不存在。"),
    "campaign.days": wrong(
        "Reports for {year} are taken after it is over, from {from} until {until}.",
        "{year} 年度考核须在年度结束后填报，起 {from}，止 {until}。",
    ),
    "campaign.duplicate": twice("The region has a campaign for {year}.", "该地区 {year} 年度考核已设立。"),
    "campaign.order": Problem(
        409,
        "The campaign {id} for {year} is {state}; years are published in their order.",
        "{year} 年度考核（{id}）为{state}，须按年度顺序公布。",
        "Publish or cancel the earlier one first.",
        "请先公布或取消较早年度的考核。",
        words=_CAMPAIGN_WORDS,
    ),
    "campaign.state": Problem(
        409,
        "A campaign that is {state} cannot {verb}.",
        "该考核当前为{state}，不能办理。",
        *MOVED_ON,
        words=_CAMPAIGN_WORDS,
    ),
    "campaign.not_today": Problem(
        409,
        "It is opened from {from} until {until}.",
        "须在 {from} 至 {until} 之间启动。",
        "Open it on one of these days, or make another.",
        "请在期内启动，或另行设立。",
    ),
    "campaign.spaces": wrong("The region has more than {most} spaces.", "该地区空间超过 {most} 家，请按区县分别考核。"),
    "campaign.unreviewed": Problem(
        409,
        "{left} assessments have no result yet.",
        "尚有 {left} 家未出考核结果。",
        "Have them reviewed first.",
        "请先完成审核。",
    ),
    "campaign.objections": Problem(
        409,
        "{left} objections are not decided.",
        "尚有 {left} 件异议未处理。",
        "Have them decided first.",
        "请先处理异议。",
    ),
    "campaign.objection_days": Problem(
        409,
        "Spaces may object until {until}.",
        "异议期至 {until} 止。",
        "Publish after that day.",
        "请在该日之后公布。",
    ),
    "campaign.same_person": Problem(
        403, "Whoever announced the results does not publish them.", "告知结果的人不得公布。", *_OTHER_PERSON
    ),
    "campaign.digest_differs": Problem(
        409,
        "The results are not those that were shown.",
        "考核结果与所核对的不一致。",
        "Read the results again and send their digest.",
        "请重新核对结果后提交其摘要。",
    ),
    "campaign.unknown": unknown("There is no such campaign.", "考核不存在。"),
    "assessment.state": Problem(
        409,
        "An assessment that is {state} cannot {verb}.",
        "该考核当前为{state}，不能办理。",
        *MOVED_ON,
        words=_ASSESSMENT_WORDS,
    ),
    "assessment.closed": Problem(
        409, "The last day was {until}.", "已于 {until} 截止。", "Ask the bureau.", "请联系主管部门。"
    ),
    "assessment.figure_missing": wrong("There is no figure for {indicator}.", "指标 {indicator} 未填报。"),
    "assessment.figure_unknown": wrong("There is no indicator {indicator}.", "没有指标 {indicator}。"),
    "assessment.figure_twice": wrong("A figure is told twice.", "指标重复填报。"),
    "assessment.figure_unit": wrong(
        "An amount in yuan is told for money, a whole number for the rest.", "金额类指标填写人民币金额，其余填写整数。"
    ),
    "assessment.figure_size": wrong("A figure is from 0 to {most}.", "数值应在 0 至 {most} 之间。"),
    "assessment.figure_unruled": wrong("Nothing is said of {indicator}.", "指标 {indicator} 未审核。"),
    "assessment.evidence": wrong("A figure needs a document that was sent before.", "填报数值须附已上传的证明材料。"),
    "assessment.returned": Problem(
        409, "A report is returned once.", "仅可退回补正一次。", "Review it as it is.", "请按现有材料审核。"
    ),
    "assessment.return_day": wrong(
        "The last day lies after {today} and not after {latest}.", "补正期限须晚于 {today}，且不晚于 {latest}。"
    ),
    "assessment.same_person": Problem(
        403,
        "Whoever reported does not review, and neither of both decides on the objection.",
        "填报人不得审核，填报人与原审核人均不得处理异议。",
        *_OTHER_PERSON,
    ),
    "assessment.nothing_corrected": wrong("No figure is corrected.", "未更正任何数值。"),
    "assessment.worse": wrong("An objection does not make the result worse.", "异议处理结果不得更为不利。"),
    "assessment.not_warned": Problem(
        409, "The space was not warned.", "该空间未被警告。", "Check the id.", "请检查编号。"
    ),
    "assessment.unknown": unknown("There is no such assessment.", "考核记录不存在。"),
}
