"""What is listed, over HTTP."""

from services.registry.catalogue.api import calendars, categories, policies, regions

ROUTERS = (
    categories.categories_api,
    regions.regions_api,
    calendars.calendars_api,
    policies.policies_api,
)
