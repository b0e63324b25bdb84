"""Decides who records and reads spaces, teams, residencies and what happens there."""

from services.chassis.authorisation import Table
from services.registry.callers import OPERATOR, READS_ALL, REVIEWER, SPACE

AUTHORISATION: Table = {
    "create_space": OPERATOR,
    "update_space": OPERATOR,
    "list_spaces": READS_ALL + SPACE,
    "get_space": READS_ALL + SPACE,
    "close_space": OPERATOR + SPACE,
    "file_space": OPERATOR + SPACE,
    "decline_space": REVIEWER,
    "create_recognition": REVIEWER,
    "revoke_space": REVIEWER,
    "give_up_recognition": OPERATOR + SPACE,
    "become_incubator": REVIEWER,
    "list_space_history": READS_ALL + SPACE,
    "create_residency": OPERATOR + SPACE,
    "list_residencies": READS_ALL + SPACE,
    "end_residency": OPERATOR + SPACE,
    "create_activity": OPERATOR + SPACE,
    "correct_activity": OPERATOR + SPACE,
    "get_activity": READS_ALL + SPACE,
    "list_activities": READS_ALL + SPACE,
    "create_mentor": OPERATOR + SPACE,
    "end_mentor": OPERATOR + SPACE,
    "list_mentors": READS_ALL + SPACE,
    "create_investor": OPERATOR + SPACE,
    "end_investor": OPERATOR + SPACE,
    "list_investors": READS_ALL + SPACE,
    "create_team": OPERATOR + SPACE,
    "update_team": OPERATOR + SPACE,
    "incorporate_team": OPERATOR + SPACE,
    "list_teams": READS_ALL + SPACE,
    "get_team": READS_ALL + SPACE,
}
