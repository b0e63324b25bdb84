"""Decides who may call what of assessments."""

from services.chassis.authorisation import PUBLIC, Table, grants
from services.registry.callers import EVERYBODY, OPERATOR, READS_ALL, REVIEWER, SPACE

AUTHORISATION: Table = {
    "create_indicator_system": OPERATOR,
    "list_indicator_systems": EVERYBODY,
    "get_indicator_system": EVERYBODY,
    "publish_indicator_system": OPERATOR,
    "create_campaign": OPERATOR,
    "list_campaigns": EVERYBODY,
    "get_campaign": EVERYBODY,
    "open_campaign": OPERATOR,
    "cancel_campaign": OPERATOR,
    "list_omissions": READS_ALL,
    "announce_campaign": OPERATOR,
    "get_results": grants("any", "operator", "auditor"),
    "publish_campaign": OPERATOR,
    "list_published_assessments": PUBLIC,
    "list_assessments": READS_ALL + SPACE,
    "get_assessment": READS_ALL + SPACE,
    "report_assessment": SPACE,
    "return_report": REVIEWER,
    "review_report": REVIEWER,
    "object_to_result": SPACE,
    "uphold_objection": REVIEWER,
    "overrule_objection": REVIEWER,
    "create_help": REVIEWER,
    "list_help": READS_ALL + SPACE,
}
