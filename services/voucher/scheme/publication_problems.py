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


def _line(en: str, zh: str, *, status: int = 422) -> Problem:
    return Problem(
        status,
        f"{LINE_AND_COLUMN['en']}{en}.",
        f"{LINE_AND_COLUMN['zh-CN']}{zh}。",
        "Correct what the file follows, or give the scheme a name of its own.",
        "请更正所承接的方案，或为本方案另行命名。",
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
    "scheme.name_unknown": _doubt(
        "the registry knows no provider and no published offering {name}, so no voucher could be used there",
        "登记系统中无服务机构或已上架的服务项目 {name}，券无处可用",
    ),
    "scheme.follows_itself": _line(
        "a scheme does not follow itself: the next version of it needs to say nothing",
        "方案不得承接自身：同一方案的新版本无须写明承接",
    ),
    "scheme.follows_unknown": _line(
        "no scheme {follows} was ever published that could be followed", "无已发布的方案 {follows} 可承接"
    ),
    "scheme.follows_foreign": _line(
        "{follows} is a scheme of the bureau {bureau}, and is followed by that bureau's",
        "{follows} 由 {bureau} 主管，仅可由该部门的方案承接",
    ),
    "scheme.follows_taken": _line(
        "{follows} is followed by {scheme} already", "{follows} 已由 {scheme} 承接", status=409
    ),
    "scheme.follows_settled": _line(
        "what a scheme follows is settled at its first publication and does not change",
        "承接关系于首次发布时即定，此后不变",
        status=409,
    ),
}
