"""Decides what is counted of a space for its yearly assessment (通政办发〔2018〕5号 四（五）)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """What activities and residents come to in a period, both days included.

    trainees: heads in trainings 培训人次; resident_teams: teams that lived there on some day; graduated_firms: firms
    that its graduated teams registered in the period; corrected: whether a typed correction is among what was counted.
    """

    training_sessions: int = 0
    coaching_sessions: int = 0
    trainees: int = 0
    resident_teams: int = 0
    graduated_firms: int = 0
    corrected: bool = False
