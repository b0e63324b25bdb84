"""Decides what the refusals of search mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import wrong

PROBLEMS: Mapping[str, Problem] = {
    "search.nothing_to_find": wrong(
        "There is nothing in the text that a name could have.", "检索内容中没有任何文字、字母或数字。"
    ),
}
