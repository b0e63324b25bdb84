"""Decides who reads and adds to what is listed."""

from services.chassis.authorisation import Table
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
}
