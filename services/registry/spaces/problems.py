"""Decides what the refusals of spaces and teams mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.telling import ASK_AN_OPERATOR, twice, unknown, wrong

PROBLEMS: Mapping[str, Problem] = {
    "team.core_members": wrong(
        "A team has {least} to {most} core members, this one {count}.",
        "核心成员应为 {least}–{most} 人，现为 {count} 人。",
    ),
    "team.member_twice": wrong("A member is named twice.", "成员重复。"),
    "team.not_resident": wrong("The team is not resident in the space today.", "团队当日未入驻该空间。"),
    "residency.resident": wrong("Name one team or one organisation.", "请指定一个团队或一个单位。"),
    "space.closed": Problem(409, "The space is closed.", "该空间已关闭。", *ASK_AN_OPERATOR),
    "space.duplicate": twice("The operator has a space of this name: {id}.", "该运营单位已有同名空间：{id}。"),
    "team.duplicate": twice("The space has a team of this name: {id}.", "该空间已有同名团队：{id}。"),
    "residency.overlap": twice("The residency holds on those days already: {id}.", "入驻期限重叠：{id}。"),
    "team.unknown": unknown("There is no such team.", "团队不存在。"),
    "space.unknown": unknown("There is no such space.", "空间不存在。"),
}
