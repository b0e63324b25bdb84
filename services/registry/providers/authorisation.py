"""Decides who admits, is and reads providers."""

from services.chassis.authorisation import Table
from services.registry.callers import OPERATOR, PROVIDER, READS_ALL, REVIEWER

AUTHORISATION: Table = {
    "create_provider": OPERATOR + PROVIDER,
    "list_providers": READS_ALL + PROVIDER,
    "get_provider": READS_ALL + PROVIDER,
    "admit_provider": REVIEWER,
    "suspend_provider": REVIEWER,
    "resume_provider": REVIEWER,
    "withdraw_provider": PROVIDER,
    "create_offering": PROVIDER,
    "update_offering": PROVIDER,
    "publish_offering": PROVIDER,
    "withdraw_offering": PROVIDER,
    "list_offerings": READS_ALL + PROVIDER,
    "get_offering": READS_ALL + PROVIDER,
}
