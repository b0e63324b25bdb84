"""Decides who may call what of statistics: what is published is everybody's, exact figures are those of the staff."""

from services.chassis.authorisation import PUBLIC, Table, grants
from services.registry.callers import OPERATOR, REVIEWER

STAFF = grants("any", "operator", "auditor") + REVIEWER
OWES = REVIEWER + grants("bureau", "operator")
"""Who hands in a summary: a county's reviewer, or an operator of the bureau; staff of a bureau are operators."""
WORKS_ON_LISTS = OPERATOR + REVIEWER

AUTHORISATION: Table = {
    "get_statistics": PUBLIC,
    "get_exact_statistics": STAFF,
    "get_coverage": PUBLIC,
    "create_target": OPERATOR,
    "list_targets": PUBLIC,
    "create_summary_duties": OPERATOR,
    "list_summary_duties": grants("any", "operator", "auditor"),
    "end_summary_duty": OPERATOR,
    "list_work_summaries": STAFF,
    "get_work_summary": STAFF,
    "submit_work_summary": OWES,
    "return_work_summary": OPERATOR,
    "accept_work_summary": OPERATOR,
    "prepare_supported_objects": WORKS_ON_LISTS,
    "publish_supported_objects": WORKS_ON_LISTS,
    "drop_supported_objects": WORKS_ON_LISTS,
    "get_supported_objects_draft": grants("any", "operator", "auditor") + REVIEWER,
    "get_supported_objects": PUBLIC,
    "list_supported_objects": PUBLIC,
}
