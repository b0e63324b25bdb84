"""Decides who reads and adds to what is listed."""

from services.chassis.authorisation import PUBLIC, Table
from services.registry.callers import EVERYBODY, OPERATOR

AUTHORISATION: Table = {
    "create_region": OPERATOR,
    "list_regions": EVERYBODY,
    "get_region": EVERYBODY,
    "create_category": OPERATOR,
    "list_categories": EVERYBODY,
    "get_category": EVERYBODY,
    "create_calendar": OPERATOR,
    "list_calendars": EVERYBODY,
    "get_calendar": EVERYBODY,
    "create_policy": OPERATOR,
    "list_policies": PUBLIC,
    "get_policy": PUBLIC,
    "promulgate_policy": OPERATOR,
    "abolish_policy": OPERATOR,
}
