"""Decides what it means to a client that a version is doubted before it is published, or may not follow another."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.voucher.scheme.problems import LINE_AND_COLUMN


def _doubt(en: str, zh: str) -> Problem:
    return Problem(
        409,
        f"{LINE_AND_COLUMN['en']}{en}; two persons publish it, each past this warning.",
        f"{LINE_AND_COLUMN['zh-CN']}{zh}；须由两人先后阅知后发布。",
        "Correct the file, or read the warning and name its code in accepted.",
        "请更正文件，或阅知后列明该提示的代码再次提交。",
    )


PROBLEMS: Mapping[str, Problem] = {
    "scheme.policy_unknown": _doubt(
        "the register of policies does not know the basis {basis}", "政策库中无依据 {basis}"
    ),
    "scheme.policy_not_in_force": _doubt(
        "the basis {basis} is not in force: the register of policies says {paper}",
        "依据 {basis} 未在施行，政策库所载状态为“{paper}”",
    ),
    "scheme.effective_past": _doubt(
        "it would count from {effective}, and today is {today}: contracts signed since change their worth",
        "该版本自 {effective} 起算，今日为 {today}，其间已签合同的补助将随之变动",
    ),
    "scheme.limit_dropped": _doubt(
        "the limit {cap} of the version before is not in this one, so what it counted counts no longer",
        "前一版本的上限 {cap} 不在本版本之列，已计数额不再计入",
    ),
}
