"""Spaces, teams and what happens there over HTTP."""

from services.registry.spaces.api import (
    activities,
    investors,
    mentors,
    recognitions,
    residencies,
    revocations,
    spaces,
    teams,
)

ROUTERS = (
    teams.teams_api,
    spaces.spaces_api,
    recognitions.recognitions_api,
    revocations.revocations_api,
    residencies.residencies_api,
    activities.activities_api,
    mentors.mentors_api,
    investors.investors_api,
)
