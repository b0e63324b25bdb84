"""Decides who records and reads organisations and their standing."""

from services.chassis.authorisation import Table, grants
from services.registry.callers import EVERYBODY, MEMBERS, OPERATOR, READS_ALL, REVIEWER

READS_PEOPLE = grants("any", "operator", "auditor")
"""Persons have no region and no owner: nobody bound to one sees them."""

AUTHORISATION: Table = {
    "create_organization": grants("any", "operator", "service"),
    "list_organizations": READS_ALL + MEMBERS,
    "get_organization": READS_ALL + MEMBERS,
    "update_organization": OPERATOR + MEMBERS,
    "create_register_check": OPERATOR,
    "accept_register_check": OPERATOR,
    "list_register_checks": READS_ALL + MEMBERS,
    "create_priority_listing": OPERATOR,
    "create_organization_name": OPERATOR,
    "create_successor": OPERATOR,
    "create_size_declaration": OPERATOR + MEMBERS,
    "list_size_declarations": READS_ALL + MEMBERS,
    "create_person": grants("any", "operator", "service"),
    "list_people": READS_PEOPLE,
    "get_person": READS_PEOPLE + grants("any", "service"),
    "update_person": OPERATOR,
    "reveal_person": READS_PEOPLE,
    "erase_registered_person": OPERATOR,
    "list_founder_classes": EVERYBODY,
    "create_founder_class": OPERATOR,
    "create_founding": OPERATOR,
    "get_person_record": READS_PEOPLE,
    "create_related_party": OPERATOR,
    "list_related_parties": READS_ALL + MEMBERS,
    "get_related_party": READS_ALL + MEMBERS,
    "end_related_party": OPERATOR,
    "list_relations": READS_ALL + MEMBERS,
    "create_sanction_case": OPERATOR,
    "list_sanction_cases": READS_ALL + MEMBERS,
    "get_sanction_case": READS_ALL + MEMBERS,
    "notify_sanction_case": OPERATOR,
    "answer_sanction_case": MEMBERS,
    "decide_sanction_case": OPERATOR,
    "drop_sanction_case": OPERATOR,
    "lift_sanction": OPERATOR,
    "list_sanction_liftings": grants("any", "operator", "auditor") + REVIEWER,
    "approve_sanction_lifting": OPERATOR,
    "reject_sanction_lifting": OPERATOR,
    "create_sanction": OPERATOR,
    "list_sanctions": READS_ALL + MEMBERS,
    "get_sanction": READS_ALL + MEMBERS,
}
