"""Decides who may call what of imports and exports."""

from services.chassis.authorisation import Table, grants
from services.registry.callers import MEMBERS, OPERATOR, REVIEWER

_STAFF = grants("any", "operator", "auditor")

_SEES = _STAFF + REVIEWER + MEMBERS

AUTHORISATION: Table = {
    "create_import": OPERATOR,
    "list_import_columns": _STAFF,
    "list_imports": _STAFF,
    "get_import": _STAFF,
    "list_import_lines": _STAFF,
    "get_import_report": _STAFF,
    "create_export": _SEES,
    "list_exports": _SEES,
    "get_export": _SEES,
    "get_export_content": _SEES,
}
