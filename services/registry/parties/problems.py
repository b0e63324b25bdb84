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
    "register.none": wrong(
        "No register of which extracts are taken in keeps such a code.", "该代码不属于已接入的登记机关。"
    ),
    "register.no_extract": Problem(
        409,
        "No extract of this register was taken in yet.",
        "尚未导入该登记机关的登记信息。",
        "Import one as `register_entries`.",
        "请先导入登记信息。",
    ),
    "register_check.unknown": unknown("There is no such look into a register.", "核查记录不存在。"),
    "register_check.superseded": moved_on(
        "A later look was taken, as of {as_of}.", "已有更新的核查（数据日期 {as_of}）。"
    ),
    "register_check.equal": moved_on("Nothing differs.", "核查结果一致，无需说明。"),
    "register_check.accepted": moved_on("A reason was given already.", "该差异已说明理由。"),
    "related_party.itself": wrong("An organisation is not its own related party.", "单位不能与自身关联。"),
    "related_party.share": wrong(
        "A share is of ownership, from 1 to 10000 basis points, and names its owner, one of the two.",
        "持股比例仅用于股权关系，应为 1 至 10000 个基点，并注明持股方。",
    ),
    "related_party.whole": wrong(
        "Others own so much on {date} that only {left} basis points are left.",
        "{date} 其他股东持股后仅余 {left} 个基点。",
    ),
    "related_party.identity_number": wrong(
        "This is the number of a person's identity card.", "不得填写居民身份证号码。"
    ),
    "related_party.role": wrong("Only a link of shared officers names their role.", "仅兼任人员关系可填写职务。"),
    "related_party.ended": moved_on("This link ended on {until} already.", "该关联关系已于 {until} 终止。"),
    "relation.too_wide": wrong(
        "There are more than {at_most} owners above these two.", "两家单位的上层股东超过 {at_most} 家，无法判定。"
    ),
    "sanction_case.state": moved_on("The case is {state}.", "案件状态不允许此操作。"),
    "sanction_case.too_late": moved_on("An answer was due by {reply_by}.", "陈述申辩期限已于 {reply_by} 届满。"),
    "sanction_case.same_person": Problem(
        409,
        "Whoever proposed a sanction does not decide on it.",
        "提出惩戒的人不得作出决定。",
        "Let another person decide.",
        "请由另一人作出决定。",
    ),
    "sanction_case.years": wrong("A sanction holds for {least} to {most} years.", "惩戒期限为 {least} 至 {most} 年。"),
    "sanction_case.unknown": unknown("There is no such case.", "案件不存在。"),
    "sanction.not_in_force": moved_on("The sanction does not hold on {today}.", "该惩戒在 {today} 不处于有效期。"),
    "sanction_lifting.state": moved_on("This lifting is {state}.", "该解除申请已处理。"),
    "sanction_lifting.open": twice("It is proposed already: {id}.", "已有待定的解除申请：{id}。"),
    "sanction_lifting.same_person": Problem(
        409,
        "Whoever proposed to lift a sanction does not approve it.",
        "提出解除的人不得批准。",
        "Let another person approve.",
        "请由另一人批准。",
    ),
    "sanction_lifting.unknown": unknown("There is no such lifting.", "解除申请不存在。"),
    "sanction.length": wrong(
        "A sanction of 1 to 3 years ends from {earliest} to {latest}.", "期限为 1 至 3 年：{earliest} 至 {latest}。"
    ),
    "organization_name.same": wrong("It is called that already.", "名称未变更。"),
    "organization_name.place": wrong(
        "A name holds from {earliest} at the earliest and to {latest} at the latest.",
        "名称期限须与既有名称衔接（最早 {earliest}，最晚 {latest}）。",
    ),
    "organization.sized": wrong(
        "Its size class is computed from declared figures: declare others.", "规模类型由申报数据计算，请另行申报数据。"
    ),
    "size.year": wrong("Figures are of a year from {earliest} to {latest}.", "年度应在 {earliest} 至 {latest} 之间。"),
    "size.industry": wrong("No ceilings are known of the industry {industry}.", "行业 {industry} 无划型标准。"),
    "size.figure": wrong("A figure is a number from nothing up.", "数据不得为负或过大。"),
    "size.missing": wrong("The industry's size is decided by this figure, too.", "该行业划型须填报此项数据。"),
    "succession.before": wrong("It was registered later: {registered_on}.", "早于登记日期 {registered_on}。"),
    "succession.successor": wrong("A merger names who takes the organisation up.", "合并须载明存续单位。"),
    "succession.itself": wrong("An organisation does not succeed itself.", "承继单位不能为本单位。"),
    "succession.not_active": wrong("The successor is deregistered.", "承继单位已注销。"),
    "people.id_number": wrong("This is no number of such a paper.", "证件号码无效。"),
    "people.phone": wrong("This is no phone number.", "电话号码无效。"),
    "people.email": wrong("This is no e-mail address.", "电子邮箱无效。"),
    "people.named": wrong("A reason is kept openly: it names nobody.", "理由将公开留存，不得包含个人信息。"),
    "founder_class.unlisted": wrong("There is no class of founders {class}.", "创业者类别 {class} 未列入。"),
    "founder_class.employment": wrong(
        "A researcher's post is kept by a named employer until {latest} at the latest.",
        "仅科技人员可保留人事关系，须载明单位，最迟至 {latest}。",
    ),
    "founding.founded": wrong("Name one organisation or one team.", "应载明一个单位或一个团队。"),
    "founder_class.overlap": twice("He is of this class on those days already: {id}.", "该类别期限重叠：{id}。"),
    "founding.overlap": twice("This is recorded for those days already: {id}.", "创办记录期限重叠：{id}。"),
    "people.duplicate": twice(
        "A person with this paper is recorded with other facts: {id}.", "该证件已登记，信息不同：{id}。"
    ),
    "people.erased": moved_on("The person has been erased.", "该自然人信息已删除。"),
    "people.unknown": unknown("There is no such person.", "自然人不存在。"),
    "size.settled": Problem(
        409, "An operator recorded the figures of this year.", "该年度数据已由经办部门核定。", *ASK_AN_OPERATOR
    ),
    "succession.recorded": moved_on("Its end on {on} is recorded already.", "该单位终止事项已登记（{on}）。"),
    "organization.succeeded": moved_on("It ended and does not become active again.", "该单位已终止，不能恢复。"),
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
