"""Decides how the usual refusals are told: what is wrong, what is there already, what nobody knows of."""

from services.chassis.problems import Problem

ASK_AN_OPERATOR = ("Ask an operator.", "请联系经办部门。")
MOVED_ON = ("Read it again: its state has moved on.", "请重新查询其当前状态。")


def wrong(en: str, zh: str) -> Problem:
    """What was sent breaks a rule: 422, to be corrected."""
    return Problem(422, en, zh, "Correct the named fields and send again.", "请更正所列字段后重新提交。")


def twice(en: str, zh: str) -> Problem:
    """It is there already: 409, to be read."""
    return Problem(409, en, zh, "Read the object named by its id.", "请按编号查询已有对象。")


def moved_on(en: str, zh: str) -> Problem:
    """Its state does not allow it: 409, to be read again."""
    return Problem(409, en, zh, *MOVED_ON)


def unknown(en: str, zh: str) -> Problem:
    """There is none, or none that the caller may know of: 404."""
    return Problem(404, en, zh, "Check the id.", "请检查编号。")
