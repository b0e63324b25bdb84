"""Decides what it means to a client that a scheme's rules refuse a case: cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

_ASK_US = ("Ask the scheme's operator.", "请咨询主管部门。")
_DECLARE = ("Have it entered with the registry, then apply again.", "请先在登记系统补录，再行申领。")
_REPAIR = ("Correct the named fields and send again.", "请更正所列字段后重新提交。")
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
}
