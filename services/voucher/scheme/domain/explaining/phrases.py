"""Decides the sentence of each rule that has one value, in the order in which a file is read."""

from typing import NamedTuple


class Phrase(NamedTuple):
    """The sentence of one rule. kind: how its value is said; a yes-or-no rule has a sentence for each, after a bar.

    {value} is the value as said; {name} with a key is that part of a value of several.
    """

    pointer: str
    kind: str
    zh: str
    en: str


PHRASES = (
    Phrase(
        "follows",
        "name",
        "承接 {value}：跨年度的上限、一次性奖补与使用不足，与其一并计算。",
        "It follows {value}: limits over years, what is given once, and little use are counted together with it.",
    ),
    Phrase("who/holders", "names", "可以申领的是{value}。", "It may be held by {value}."),
    Phrase("who/registered_in", "places", "须注册在{value}。", "A holder must be registered in {value}."),
    Phrase(
        "who/off_site", "name", "列入名单“{value}”的外地场所视同本地。", "A place on the list {value} counts as local."
    ),
    Phrase("who/size_class", "names", "企业规模须为{value}。", "A firm must be one of {value}."),
    Phrase("who/legal_form", "names", "企业组织形式须为{value}。", "A firm must be one of {value}."),
    Phrase(
        "who/ceilings",
        "ceilings",
        "近{years}年每年均不得超过：{value}。",
        "In each of the last {years} years a firm had at most: {value}.",
    ),
    Phrase("who/trading", "span", "企业须已登记满{value}。", "A firm must have been registered for {value}."),
    Phrase("who/listed", "names", "企业须列入名单：{value}。", "A firm must stand on the list {value}."),
    Phrase(
        "who/team",
        "team",
        "团队须有核心成员至少{members}人，并入驻{value}。",
        "A team has at least {members} core members and resides in a space of the kind {value}.",
    ),
    Phrase(
        "who/good_standing",
        "yes",
        "须正常经营且无处罚或失信记录。|不查验信用记录。",
        "It must be active and under no ban.|Its standing is not asked.",
    ),
    Phrase("allocation/method", "name", "发放方式：{value}。", "The budget is given out {value}."),
    Phrase("allocation/opens", "day", "申领窗口{value}开放。", "The window opens on {value}."),
    Phrase("allocation/closes", "day", "{value}关闭。", "It closes on {value}."),
    Phrase(
        "allocation/one_live_application",
        "yes",
        "同一批次每家只能有一份有效申请。|",
        "Nobody has more than one application under way in a round.|",
    ),
    Phrase(
        "allocation/priority",
        "priority",
        "优先类别（名单“{list}”）：{value}；不在名单的列最后。|不设优先类别。",
        "Classes of priority by the list {list}: {value}; whoever is on none comes last.|Nobody has priority.",
    ),
    Phrase("allocation/results_within", "span", "窗口关闭后{value}内公布结果。", "Results are told within {value}."),
    Phrase(
        "allocation/allocate_until",
        "day",
        "额度（含退回的）发放至{value}止。",
        "The budget, with what is returned to it, is given out until {value}.",
    ),
    Phrase("allocation/last_place", "name", "预算最后一份：{value}。", "Whoever comes last gets {value}."),
    Phrase(
        "allocation/waiting_list",
        "yes",
        "未排到的列入候补。|不设候补。",
        "Whoever is not served waits on a list.|Whoever is not served is put on no list.",
    ),
    Phrase(
        "allocation/spent_first",
        "yes",
        "先前领取的须用完方可再申领。|先前领取的未用完也可再申领。",
        "What was issued before must be spent first.|What was issued before need not be spent first.",
    ),
    Phrase("allocation/windows", "windows", "此后的申领期：{value}。", "Further windows of the year: {value}."),
    Phrase(
        "allocation/class_shares",
        "classes",
        "各类别至多占预算：{value}。",
        "Of the budget a class gets at most: {value}.",
    ),
    Phrase("backing", "backing", "{value}", "{value}"),
    Phrase("exclusions/categories", "names", "可用于：{value}。", "It pays for: {value}."),
    Phrase(
        "exclusions/related_parties",
        "yes",
        "不得用于关联服务机构。|可用于关联服务机构。",
        "Not for a provider related to the holder.|Also for a provider related to the holder.",
    ),
    Phrase("exclusions/services", "names", "不支持：{value}。", "Not for: {value}."),
    Phrase(
        "exclusions/funded",
        "yes",
        "已获其他财政资助的不支持。|已获其他资助的也可使用。",
        "Not for work that other public money paid.|Also for work that other money paid.",
    ),
    Phrase(
        "exclusions/subcontracted",
        "yes",
        "转包的服务不支持。|转包的服务也可使用。",
        "Not for work that the provider hands on.|Also for work that the provider hands on.",
    ),
    Phrase(
        "exclusions/providers",
        "names",
        "仅可用于指定服务机构：{value}。",
        "It is used with these providers only: {value}.",
    ),
    Phrase(
        "exclusions/offerings",
        "names",
        "仅可用于指定服务项目：{value}。",
        "It is used for these offerings only: {value}.",
    ),
    Phrase("validity/issued/use_by", "term", "须在{value}约定服务。", "It is used {value}."),
    Phrase("validity/issued/deliver_by", "term", "须在{value}交付。", "The service is delivered {value}."),
    Phrase("validity/issued/claim_by", "term", "须在{value}申报兑付。", "It is claimed {value}."),
    Phrase(
        "validity/issued/completed_from",
        "day",
        "服务不得早于{value}完成。|服务完成日期不设起点。",
        "The service is completed no earlier than {value}.|No first day of completion is set.",
    ),
    Phrase(
        "validity/issued/completed_until",
        "day",
        "服务不得晚于{value}完成。|服务完成日期不设终点。",
        "The service is completed no later than {value}.|No last day of completion is set.",
    ),
    Phrase(
        "validity/backfilled/use_by",
        "term",
        "候补所得的券：须在{value}约定服务。",
        "One that is back-filled is used {value}.",
    ),
    Phrase(
        "validity/backfilled/deliver_by",
        "term",
        "候补所得的券：须在{value}交付。",
        "One that is back-filled is delivered {value}.",
    ),
    Phrase(
        "validity/backfilled/claim_by",
        "term",
        "候补所得的券：须在{value}申报兑付。",
        "One that is back-filled is claimed {value}.",
    ),
    Phrase(
        "validity/backfilled/completed_from",
        "day",
        "候补所得的券：服务不得早于{value}完成。|候补所得的券：服务完成日期不设起点。",
        "Its service is completed no earlier than {value}.|No first day of its completion is set.",
    ),
    Phrase(
        "validity/backfilled/completed_until",
        "day",
        "候补所得的券：服务不得晚于{value}完成。|候补所得的券：服务完成日期不设终点。",
        "Its service is completed no later than {value}.|No last day of its completion is set.",
    ),
    Phrase(
        "validity/may_predate_voucher",
        "yes",
        "合同可以早于领券签订。|合同不得早于领券签订。",
        "The contract may be older than the voucher.|The contract must not be older than the voucher.",
    ),
    Phrase("validity/proposal_lapses", "span", "提出的约定{value}内不确认即失效。", "A proposal lapses after {value}."),
    Phrase(
        "validity/restores_allowance",
        "yes",
        "过期额度返还当年额度。|过期额度不返还当年额度。",
        "What expires may be applied for again that year.|What expires stays counted under the holder's caps.",
    ),
    Phrase(
        "validity/extension",
        "span",
        "可延期一次，至多{value}。|不可延期。",
        "It may be extended once, by {value}.|It cannot be extended.",
    ),
    Phrase(
        "validity/year_end_void",
        "yes",
        "预算年度12月31日后一律作废。|跨年仍然有效。",
        "After 31 December of the budget's year it is void.|The end of the budget's year does not end it.",
    ),
    Phrase(
        "validity/reminders",
        "days",
        "到期前{value}天提醒。|到期前不提醒。",
        "Its holder is reminded {value} days before its end.|Nobody is reminded before its end.",
    ),
    Phrase("leftover", "name", "用不完的金额：{value}。", "What is left {value}."),
    Phrase(
        "applications/review",
        "stages",
        "申请{value}审核。|申请不经审核。",
        "It is reviewed by {value}.|It is not reviewed.",
    ),
    Phrase("applications/review_within", "span", "每一环节{value}内办结。", "Each stage takes at most {value}."),
    Phrase(
        "applications/correction_within", "span", "要求补正的，{value}内补正。", "A correction is made within {value}."
    ),
    Phrase(
        "applications/refusal_reasons",
        "names",
        "退件理由仅限：{value}。",
        "It is refused for these reasons only: {value}.",
    ),
    Phrase("applications/appeal_within", "span", "不服的，{value}内可申诉。", "An appeal is made within {value}."),
    Phrase("applications/audit_sample", "share", "抽查{value}的申请。", "A sample of {value} is audited."),
    Phrase(
        "applications/second_review", "share", "{value}的申请由另一人复核。", "{value} are reviewed by a second person."
    ),
    Phrase("evidence/invoice", "name", "发票：{value}。", "Invoices: {value}."),
    Phrase(
        "evidence/service_centre", "name", "券额部分的发票开给 {value}。", "The voucher's part is invoiced to {value}."
    ),
    Phrase("evidence/bank_slip", "name", "付款回单：{value}。", "Bank slip: {value}."),
    Phrase("evidence/confirmed_by", "name", "由{value}确认完成。", "{value} confirm what was done."),
    Phrase(
        "evidence/silence_accepts",
        "span",
        "交付后{value}内不表态视为验收。",
        "Silence for {value} after delivery is acceptance.",
    ),
    Phrase("evidence/rating", "yes", "须评价服务。|不要求评价。", "The service is rated.|No rating is asked for."),
    Phrase(
        "evidence/instant",
        "instant",
        "柜台即时核销单次至多{up_to}，超过{pin_above}须验密。|不适用柜台即时核销。",
        "At the counter at most {up_to} at once; above {pin_above} with a PIN.|Nothing is redeemed at the counter.",
    ),
    Phrase("disclosure", "span", "拨付前公示{value}。", "Before payment it is disclosed for {value}."),
    Phrase("settlement/payee", "name", "收款方为{value}。", "The money goes to {value}."),
    Phrase("settlement/model", "name", "支付方式：{value}。", "How it is paid: {value}."),
    Phrase("settlement/cadence", "name", "兑付时间：{value}。", "When it is paid: {value}."),
    Phrase("settlement/review", "stages", "申报{value}审核。|", "A claim is reviewed by {value}.|"),
    Phrase(
        "settlement/audit_sample",
        "share",
        "拨付前按笔数和金额抽查{value}。",
        "A sample of {value}, by number and by amount, is inspected before it is paid.",
    ),
    Phrase("settlement/review_within", "span", "每一环节{value}内办结。", "Each stage takes at most {value}."),
    Phrase(
        "settlement/correction_within", "span", "要求补正的，{value}内补正。", "A correction is made within {value}."
    ),
    Phrase("settlement/pay_within", "span", "放行后{value}内付款。", "It is paid within {value} of its release."),
    Phrase(
        "settlement/claims", "window", "申报窗口为{opens}至{closes}。", "Claims are taken from {opens} to {closes}."
    ),
    Phrase(
        "under_use",
        "share",
        "使用不足所发金额{value}的，次年暂停。|使用不足不予处罚。",
        "Whoever uses less than {value} of what was issued is suspended next year.|Little use has no consequence.",
    ),
    Phrase("sanctions", "years", "违规的，{value}内不得申领。", "Whoever breaks the rules is excluded for {value}."),
)
"""Every rule of one value; caps, the rate, forms, splits and awards have sentences of their own."""
SECTIONS: dict[str, tuple[str, str]] = {
    "follows": ("承接", "What it follows"),
    "who": ("谁可以申领", "Who may hold it"),
    "allocation": ("怎样发放", "How it is given out"),
    "caps": ("上限", "Caps"),
    "backing": ("资金保障", "What backs it"),
    "rate": ("补贴比例", "The rate"),
    "exclusions": ("用途", "What it pays for"),
    "validity": ("期限", "Until when"),
    "leftover": ("余额", "What is left"),
    "applications": ("申请与审核", "Applications"),
    "evidence": ("凭证", "Evidence"),
    "disclosure": ("公示", "Disclosure"),
    "settlement": ("兑付", "Settlement"),
    "under_use": ("使用不足", "Little use"),
    "sanctions": ("违规", "Sanctions"),
    "awards": ("奖补", "Awards"),
}
"""The sections in the order of a file, as their paragraphs are headed."""
