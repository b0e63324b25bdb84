"""Decides what the refusals of the change feed mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

PROBLEMS: Mapping[str, Problem] = {
    "changes.rewound": Problem(
        409,
        "The change that you heard last is not here: this is another history.",
        "您最后收到的变更不在本登记簿中，历史已改变。",
        "Read everything anew from the beginning, once it is known what was lost.",
        "请在查明缺失内容后从头重新读取。",
    ),
}
