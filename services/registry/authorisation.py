"""Decides who may call what in the registry: endpoint × role × relation, as data."""

from services.chassis.authorisation import ROLES, Table, grants
from services.chassis.endpoints import SHARED_AUTHORISATION
from services.chassis.health import HEALTH_AUTHORISATION, METRICS_AUTHORISATION

_EVERYBODY = grants("any", *ROLES)
_OPERATOR = grants("any", "operator")
_REVIEWER = grants("region", "reviewer")
_READS_ALL = grants("any", "operator", "auditor", "service") + _REVIEWER
_MEMBERS = grants("own", "holder", "provider", "space")
_SPACE = grants("own", "space")
_PROVIDER = grants("own", "provider")
_SHARED = ("send_document", "get_document", "get_document_content", "get_job", "resume_job", "list_tasks")

AUTHORISATION: Table = {
    **HEALTH_AUTHORISATION,
    **METRICS_AUTHORISATION,
    **{operation: SHARED_AUTHORISATION[operation] for operation in _SHARED},
    "create_organization": grants("any", "operator", "service"),
    "list_organizations": _READS_ALL + _MEMBERS,
    "get_organization": _READS_ALL + _MEMBERS,
    "update_organization": _OPERATOR + _MEMBERS,
    "create_priority_listing": _OPERATOR,
    "create_space": _OPERATOR,
    "update_space": _OPERATOR,
    "list_spaces": _READS_ALL + _SPACE,
    "get_space": _READS_ALL + _SPACE,
    "create_residency": _OPERATOR + _SPACE,
    "list_residencies": _READS_ALL + _SPACE,
    "create_team": _OPERATOR + _SPACE,
    "update_team": _OPERATOR + _SPACE,
    "list_teams": _READS_ALL + _SPACE,
    "get_team": _READS_ALL + _SPACE,
    "create_provider": _OPERATOR + _PROVIDER,
    "list_providers": _READS_ALL + _PROVIDER,
    "get_provider": _READS_ALL + _PROVIDER,
    "admit_provider": _REVIEWER,
    "suspend_provider": _REVIEWER,
    "resume_provider": _REVIEWER,
    "withdraw_provider": _PROVIDER,
    "create_offering": _PROVIDER,
    "update_offering": _PROVIDER,
    "publish_offering": _PROVIDER,
    "withdraw_offering": _PROVIDER,
    "list_offerings": _READS_ALL + _PROVIDER,
    "get_offering": _READS_ALL + _PROVIDER,
    "create_related_party": _OPERATOR,
    "list_related_parties": _READS_ALL + _MEMBERS,
    "get_related_party": _READS_ALL + _MEMBERS,
    "create_sanction": _OPERATOR,
    "list_sanctions": _READS_ALL + _MEMBERS,
    "get_sanction": _READS_ALL + _MEMBERS,
    "create_region": _OPERATOR,
    "list_regions": _EVERYBODY,
    "get_region": _EVERYBODY,
    "create_category": _OPERATOR,
    "list_categories": _EVERYBODY,
    "get_category": _EVERYBODY,
    "create_calendar": _OPERATOR,
    "list_calendars": _EVERYBODY,
    "get_calendar": _EVERYBODY,
    "list_changes": grants("any", "service", "auditor"),
}
