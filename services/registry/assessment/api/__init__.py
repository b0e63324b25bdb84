"""How spaces are judged, year by year: over HTTP."""

from services.registry.assessment.api import assessments, campaigns, indicator_systems

ROUTERS = (
    indicator_systems.indicator_systems_api,
    campaigns.campaigns_api,
    assessments.assessments_api,
)
