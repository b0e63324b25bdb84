"""Decides what the refusals of providers and offerings mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import MOVED_ON, moved_on, twice, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "admission.over": wrong("The admission would have ended already.", "准入期限已过。"),
    "admission.not_applied_for": Problem(
        422,
        "The provider did not apply for {category}.",
        "服务机构未申请 {category} 类别。",
        "Let it apply for the category first.",
        "请由其先申请该类别。",
    ),
    "admission.before_registration": wrong(
        "The organisation was registered on {earliest}.", "该单位于 {earliest} 才登记成立。"
    ),
    "admission.before_application": wrong(
        "The provider applied on {earliest}; this ground admits for no day before.",
        "服务机构于 {earliest} 才提出申请，该准入依据不得追溯至此前。",
    ),
    "admission.scheme": wrong(
        "{scheme} is not the id of a scheme, or is named twice.", "政策编号 {scheme} 格式不符或重复。"
    ),
    "ground.insufficient": wrong(
        "This ground ({ground}) does not suffice for the category.", "该准入依据不足以准入此类别。"
    ),
    "ground.not_in_force": wrong("The ground does not hold on {date}.", "该准入依据在 {date} 未生效。"),
    "ground.list_region": wrong(
        "A list that admits is another region's, by its six-digit code.", "名录须为其他地区所发布，并填写六位区划代码。"
    ),
    "qualification.over": wrong("The certificate would have ended already.", "资质证书已过期。"),
    "offering.kind": wrong("A service does not become a result, nor the other way.", "服务与成果不能互相变更。"),
    "suspension.until": wrong(
        "A suspension needs a last day; another decision has none.", "暂停须有截止日期，其他决定不得填写截止日期。"
    ),
    "suspension.over": wrong("The suspension would have ended already.", "暂停期限已过。"),
    "offering.price": wrong("A listed price is more than nothing.", "价格须大于零。"),
    "qualification.identity_number": wrong(
        "This is the number of a person's identity card.", "不得填写居民身份证号码。"
    ),
    "provider.papers_missing": Problem(
        422,
        "Papers that prove who the provider is are missing, unconfirmed or over: {kinds}.",
        "服务机构的身份证明材料缺失、未经核实或已过期：{names}。",
        "Let the provider send them as qualifications, and a reviewer confirm them.",
        "请由服务机构提交所列材料并经审核人员核实。",
    ),
    "provider.not_yet_admitted": Problem(
        422,
        "The provider is not admitted for {category} on {date}.",
        "服务机构在 {date} 未获 {category} 类准入。",
        "Have the provider admitted first.",
        "请先办理准入。",
    ),
    "provider.state": Problem(409, "A provider that is {state} cannot {verb}.", "服务机构当前状态不允许。", *MOVED_ON),
    "offering.state": Problem(409, "An offering that is {state} cannot {verb}.", "服务产品当前状态不允许。", *MOVED_ON),
    "qualification.state": Problem(
        409, "A qualification that is {state} cannot {verb}.", "资质证书当前状态不允许。", *MOVED_ON
    ),
    "instrument.state": Problem(
        409, "An instrument that is {state} cannot {verb}.", "仪器设备当前状态不允许。", *MOVED_ON
    ),
    "suspension.state": Problem(409, "A case that is {state} cannot {verb}.", "该案当前状态不允许。", *MOVED_ON),
    "offering.nothing_waits": moved_on("Nothing of this offering waits for approval.", "该产品没有待审批的内容。"),
    "suspension.answered": moved_on("The answer was given already.", "已经陈述过意见。"),
    "suspension.too_late": moved_on("The time for this was over at {due}.", "期限已于 {due} 届满。"),
    "suspension.not_heard": Problem(
        409,
        "The provider has until {due} to answer.",
        "服务机构的陈述期限至 {due}。",
        "Wait for its answer, or until then.",
        "请等待其答复或期限届满。",
    ),
    "suspension.lapsed": Problem(
        409,
        "Your suspension {id} lapsed, because nobody confirmed it.",
        "您此前作出的暂停 {id} 因无人确认已失效。",
        "Let another person order it, or give notice and hear the provider.",
        "请由他人作出，或先告知并听取陈述。",
    ),
    "suspension.running": Problem(
        409,
        "A case against the provider runs: {id}.",
        "该服务机构有未结案件：{id}。",
        "Wait until it is decided.",
        "请等待案件处理完毕。",
    ),
    **{
        code: Problem(
            409,
            "Whoever did the first step does not decide on it.",
            "经办人与决定人不得为同一人。",
            "Let another person decide.",
            "请由他人决定。",
        )
        for code in ("qualification.same_person", "offering.same_person", "suspension.same_person")
    },
    "qualification.overlap": twice("This certificate was sent already: {id}.", "该资质证书已提交：{id}。"),
    "suspension.duplicate": twice("A case against the provider runs already: {id}.", "该服务机构已有未结案件：{id}。"),
    "instrument.duplicate": twice("The provider has an instrument of this name: {id}.", "该机构已有同名仪器：{id}。"),
    "branch.duplicate": twice("The provider has a branch of this name: {id}.", "该机构已有同名网点：{id}。"),
    "provider.duplicate": twice("The organisation is a provider already: {id}.", "该单位已是服务机构：{id}。"),
    "offering.duplicate": twice("The provider has an offering of this name: {id}.", "该机构已有同名产品：{id}。"),
    "admission.overlap": twice("It is admitted on those days already: {id}.", "准入期限重叠：{id}。"),
    "provider.unknown": unknown("There is no such provider.", "服务机构不存在。"),
    "offering.unknown": unknown("There is no such offering.", "服务产品不存在。"),
    "qualification.unknown": unknown("There is no such qualification.", "资质证书不存在。"),
    "suspension.unknown": unknown("There is no such case.", "该案不存在。"),
    "instrument.unknown": unknown("There is no such instrument.", "仪器设备不存在。"),
    "branch.unknown": unknown("There is no such branch.", "服务网点不存在。"),
}
