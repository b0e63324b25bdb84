"""What is counted, owed and shown to everybody: over HTTP."""

from services.registry.statistics.api import statistics, supported_objects, targets, work_summaries

ROUTERS = (
    statistics.statistics_api,
    targets.targets_api,
    work_summaries.work_summaries_api,
    supported_objects.supported_objects_api,
)
