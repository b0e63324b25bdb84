"""Providers and their offerings over HTTP."""

from services.registry.providers.api import offerings, providers

ROUTERS = (
    providers.providers_api,
    offerings.offerings_api,
)
