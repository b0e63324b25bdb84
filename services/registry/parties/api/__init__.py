"""Organisations and their standing over HTTP."""

from services.registry.parties.api import organizations, related_parties, relations, sanctions

ROUTERS = (
    organizations.organizations_api,
    related_parties.related_parties_api,
    relations.relations_api,
    sanctions.sanctions_api,
)
