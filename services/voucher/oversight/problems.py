"""Decides what oversight's refusals mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

PROBLEMS: Mapping[str, Problem] = {
    "seal.head": Problem(
        422,
        "This is not a seal that this house has signed.",
        "这不是本系统签署的封印。",
        "Send the `jws` of a seal as it was given away, whole.",
        "请原样提交导出的封印 `jws`。",
    ),
    "support.unknown": Problem(
        404,
        "There is no such application or claim line.",
        "申领或兑付明细不存在。",
        "Check the id: it begins with app_ or cln_.",
        "请检查编号：应以 app_ 或 cln_ 开头。",
    ),
    "support.same": Problem(
        422, "A thing is always its own like.", "不能与自身比对。", "Name another one.", "请填写另一事项。"
    ),
    "support.no_match": Problem(
        409,
        "{other} is not among the matches.",
        "{other} 不在疑似重复之列。",
        "Read the matches again.",
        "请重新查询疑似重复。",
    ),
    "support.cleared": Problem(
        409,
        "Somebody has looked at {other} already.",
        "{other} 已有人核查并排除。",
        "Read the matches again.",
        "请重新查询疑似重复。",
    ),
    "receipt.unknown": Problem(
        404,
        "There is nothing of this id to give a receipt for.",
        "没有与该编号对应的可出具凭证的事项。",
        "Check the id: it begins with vch_, red_, clm_ or pyt_.",
        "请检查编号：应以 vch_、red_、clm_ 或 pyt_ 开头。",
    ),
}
