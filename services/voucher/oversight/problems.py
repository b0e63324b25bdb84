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
    "receipt.unknown": Problem(
        404,
        "There is nothing of this id to give a receipt for.",
        "没有与该编号对应的可出具凭证的事项。",
        "Check the id: it begins with vch_, red_, clm_ or pyt_.",
        "请检查编号：应以 vch_、red_、clm_ 或 pyt_ 开头。",
    ),
}
