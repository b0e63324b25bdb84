"""Providers, what they are admitted on, what they offer and how they are rated, over HTTP."""

from services.registry.providers.api import (
    branches,
    instruments,
    offerings,
    providers,
    qualifications,
    ratings,
    suspensions,
)

ROUTERS = (
    providers.providers_api,
    qualifications.qualifications_api,
    suspensions.suspensions_api,
    branches.branches_api,
    offerings.offerings_api,
    instruments.instruments_api,
    ratings.ratings_api,
)
