"""Organisations and their standing over HTTP."""

from services.registry.parties.api import (
    founders,
    histories,
    organizations,
    people,
    register_checks,
    related_parties,
    relations,
    sanction_cases,
    sanction_liftings,
    sanctions,
)

ROUTERS = (
    organizations.organizations_api,
    histories.histories_api,
    founders.founders_api,
    people.people_api,
    register_checks.register_checks_api,
    related_parties.related_parties_api,
    relations.relations_api,
    sanction_cases.sanction_cases_api,
    sanction_liftings.sanction_liftings_api,
    sanctions.sanctions_api,
)
