"""Decides who sees how voucher stands to the registry, and who has it heard anew."""

from services.chassis.authorisation import Table, grants

AUTHORISATION: Table = {
    "get_registry_feed": grants("any", "operator", "auditor"),
    "replay_registry_feed": grants("any", "operator"),
}
