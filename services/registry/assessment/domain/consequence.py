"""Decides what a published grade leads to: support, warning and help, or the end of the recognition."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from services.registry.assessment.domain.scoring import Grade
from services.registry.spaces.domain.recognition import EndReason, Recognition


class Consequence(StrEnum):
    """What follows: 财政补助的依据, 纳入扶持范围, 警告并帮扶, 取消资格, or nothing, as the space is none any more."""

    SUBSIDY_GROUND = "subsidy_ground"
    IN_SCOPE = "in_scope"
    WARNING = "warning"
    REVOCATION = "revocation"
    ENDED_ALREADY = "ended_already"


_ASSESSED = "通政办发〔2018〕5号 四（五）"
CLAUSES: Mapping[Consequence, str] = MappingProxyType(
    dict.fromkeys(Consequence, _ASSESSED) | {Consequence.SUBSIDY_GROUND: "嘉政办发〔2015〕90号 五（二）"}
)
"""Where it is written what follows; a subsidy itself is awarded where awards are."""


def last_day_of(year: int) -> date:
    """Give the day on which a space must be recognised to be assessed for a year."""
    return date(year, 12, 31)


def failed_before(previous: Grade | None, held: Iterable[Recognition], *, year: int) -> bool:
    """Whether a fail in a year is the second in a row.

    It is if the year before was assessed and failed, and no revocation has ended that run since: a new recognition
    begins anew. A year that was not assessed breaks the run, as nobody may be harmed by what the authority left out.
    """
    ends = [one.end for one in held if one.end is not None]
    begun_anew = any(end.reason is EndReason.REVOKED and end.on > last_day_of(year - 1) for end in ends)
    return previous is Grade.FAIL and not begun_anew


def consequence(grade: Grade, *, failed_before: bool, recognised: bool) -> Consequence:
    """Give what a grade leads to: nothing for a space that lost its recognition meanwhile.

    But nobody escapes the second fail by giving up or closing before it is published: only a revocation ends a run
    (`failed_before`), so that who is not recognised any more has left by himself, and is barred like all others.

    Source: 通政办发〔2018〕5号 四（五）; excellent: 嘉政办发〔2015〕90号 五（二）.
    """
    if grade is Grade.FAIL and failed_before:
        return Consequence.REVOCATION
    if not recognised:
        return Consequence.ENDED_ALREADY
    if grade is Grade.FAIL:
        return Consequence.WARNING
    return Consequence.SUBSIDY_GROUND if grade is Grade.EXCELLENT else Consequence.IN_SCOPE
