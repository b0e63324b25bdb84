"""Decides what it means to a client that a scheme's rules refuse a case: cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_ASK_US = ("Ask the scheme's operator.", "请咨询主管部门。")
_DECLARE = ("Have it entered with the registry, then apply again.", "请先在登记系统补录，再行申领。")
_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
_CASE = ("Correct the case and ask again.", "请更正情形后再问。")
_TELL = ("Name the figure and send again.", "请补报该数据后重新提交。")


def _against(en: str, zh: str) -> Problem:
    return Problem(422, en, zh, *_ASK_US)


def _unknown(en: str, zh: str) -> Problem:
    return Problem(422, en, zh, *_DECLARE)


PROBLEMS: Mapping[str, Problem] = {
    "application.holder_kind": _against(
        "A holder of the kind {holder} is none of {holders}.", "申领主体（{holder}）不在 {holders} 之列。"
    ),
    "application.not_local": _against(
        "The organisation is registered in {region}, not in {regions}.", "单位登记地 {region} 不在 {regions} 范围。"
    ),
    "application.region_unknown": _unknown(
        "It is not known where the holder is registered; the scheme asks for {regions}.",
        "登记地未知，须在 {regions} 范围内。",
    ),
    "application.size_class": _against(
        "The size class {size_class} is none of {size_classes}.", "单位规模 {size_class} 不在 {size_classes} 之列。"
    ),
    "application.size_class_unknown": _unknown(
        "The size class is not known; the scheme asks for one of {size_classes}.",
        "单位规模未知，须为 {size_classes} 之一。",
    ),
    "application.legal_form": _against(
        "The legal form {legal_form} is none of {legal_forms}.", "组织形式 {legal_form} 不在 {legal_forms} 之列。"
    ),
    "application.legal_form_unknown": _unknown(
        "The legal form is not known; the scheme asks for one of {legal_forms}.",
        "组织形式未知，须为 {legal_forms} 之一。",
    ),
    "application.ceiling": _against(
        "The {figure} of {year} are {found}; at most {ceiling} is allowed.",
        "{year} 年{figure}为 {found}，上限 {ceiling}。",
    ),
    "application.figures_unknown": _unknown(
        "The {figure} of {year} are not declared, and the scheme sets a ceiling on them.",
        "{year} 年{figure}未申报，而本券种对其设有上限。",
    ),
    "application.too_young": _against(
        "Registered on {registered_on}, the holder has not been trading for {months} months on {on}.",
        "登记日期 {registered_on}，至 {on} 成立不足 {months} 个月。",
    ),
    "application.registered_on_unknown": _unknown(
        "The date of registration is not known; the scheme asks for {months} months of trading.",
        "登记日期未知，须成立满 {months} 个月。",
    ),
    "application.not_listed": _against("The holder stands on none of the lists {lists}.", "不在名录 {lists} 之中。"),
    "application.team_members": _against(
        "The team has {members} core members; at least {least} are needed.",
        "团队核心成员 {members} 人，不足 {least} 人。",
    ),
    "application.team_members_unknown": _unknown(
        "It is not known how many core members the team has; at least {least} are needed.",
        "团队核心成员人数未知，至少须 {least} 人。",
    ),
    "application.not_resident": _against(
        "On {on} the team does not reside in a recognised space of the kinds {spaces}.",
        "{on} 未入驻经认定的空间（{spaces}）。",
    ),
    "application.not_active": _against("The organisation's registration is {status}.", "单位登记状态为 {status}。"),
    "application.sanctioned": _against(
        "A sanction ({kind}) is in force until {until}.", "存在有效期至 {until} 的禁入（{kind}）。"
    ),
    "application.suspended_for_under_use": _against(
        "Too little of what was issued before was used: the holder is suspended.", "此前用券不足，本期暂停申领资格。"
    ),
    "service.excluded": Problem(
        422,
        "The scheme does not pay for this kind of work ({service}).",
        "本券种不补贴该类工作（{service}）。",
        *_REPAIR,
    ),
    "work.funded_elsewhere": Problem(
        422,
        "The work is paid for by other public money already ({funded}).",
        "该工作已获其他财政资金支持（{funded}）。",
        *_REPAIR,
    ),
    "work.subcontracted": Problem(
        422,
        "The provider hands the work on; the scheme pays only for its own.",
        "服务机构将工作转包，本券种不予补贴。",
        *_REPAIR,
    ),
    "provider.not_named": Problem(
        422,
        "The vouchers are used with these providers only: {named}.",
        "本券仅可用于指定服务机构：{named}。",
        *_REPAIR,
    ),
    "offering.not_named": Problem(
        422,
        "The vouchers are used for these offerings only: {named}.",
        "本券仅可用于指定服务项目：{named}。",
        *_REPAIR,
    ),
    "rate.base_unknown": Problem(
        422, "The amount on which the rate is paid ({base}) is not known.", "补贴所依据的金额（{base}）未知。", *_TELL
    ),
    "award.not_for_this": _against("The award {award} is not meant for this case.", "奖补 {award} 不适用于本情形。"),
    "award.rate_unknown": _against(
        "The rate of the award {award} is not published: nothing is paid until it is.",
        "奖补 {award} 的比例尚未公布，公布前不予拨付。",
    ),
    "award.figure_unknown": Problem(
        422,
        "The award {award} cannot be reckoned without: {figure}.",
        "缺少数据：{figure}，无法核算奖补 {award}。",
        *_TELL,
    ),
    "award.item_excluded": Problem(
        422,
        "The award {award} may not be spent on {item}, only on {items}.",
        "奖补 {award} 不得用于 {item}，仅限 {items}。",
        *_REPAIR,
    ),
    "award.given_before": _against(
        "The award {award} was given for the level {level} before.", "奖补 {award} 已按级别 {level} 发放。"
    ),
    "case.no_object": Problem(
        422, "A case is a JSON object of words and values: {why}.", "情形须写成词与值的对象：{why}。", *_CASE
    ),
    "case.word_unknown": Problem(
        422,
        "The word {word} is not known; the nearest is {near}. Known are: {known}.",
        "没有“{word}”这个词，最接近的是：{near}。可用：{known}。",
        *_CASE,
    ),
    "case.value_unknown": Problem(
        422, "{found} is a word of no list; known is: {allowed}.", "{found} 不在词表中，可用：{allowed}。", *_CASE
    ),
    "case.malformed": Problem(422, "{word} is written as {form}.", "{word} 的写法应为：{form}。", *_CASE),
    "case.two_words": Problem(
        422, "{one} and {other} say the same: tell one of them.", "{one} 与 {other} 同义，只写其一。", *_CASE
    ),
    "case.other_scheme": Problem(
        422, "The case is of the scheme {told}; this is {scheme}.", "该情形属于 {told}，本文件为 {scheme}。", *_CASE
    ),
    "case.other_currency": Problem(
        422,
        "The case is in {told}; the scheme pays in {currency}.",
        "该情形以 {told} 计，本券种以 {currency} 计。",
        *_CASE,
    ),
    "case.region_unknown": Problem(
        422,
        "The file has no region {region}. It names: {known}; else six digits of a region are told.",
        "文件中没有地区“{region}”，可用：{known}；或写六位区划代码。",
        *_CASE,
    ),
    "case.award_unknown": Problem(
        422, "The file has no award {award}. It has: {known}.", "文件中没有奖补“{award}”，可用：{known}。", *_CASE
    ),
    "case.more_used": Problem(422, "More was used or lost than was issued.", "已用与失效之和大于已发放金额。", *_CASE),
    "case.fully_backed": Problem(
        422,
        "{approved} is approved on a budget of {budget}, and the scheme never issues beyond its budget: nothing is"
        " cut pro rata.",
        "核准 {approved}，预算 {budget}；本券种不超预算发放，不作按比例核减。",
        *_CASE,
    ),
    "case.asks_nothing": Problem(
        422,
        "Nothing in the case asks this scheme for an answer.",
        "该情形没有可由本券种回答的内容。",
        "Tell an amount, such as fee or invoice, or what an award is paid on.",
        "请写明金额（如合同或发票金额），或奖补所依据的数据。",
    ),
}
