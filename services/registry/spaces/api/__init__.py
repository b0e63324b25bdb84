"""Spaces and teams over HTTP."""

from services.registry.spaces.api import spaces, teams

ROUTERS = (
    teams.teams_api,
    spaces.spaces_api,
)
