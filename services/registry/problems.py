"""Decides how each refusal of the registry is told: the wings' tables in one."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.catalogue.problems import PROBLEMS as CATALOGUE
from services.registry.parties.problems import PROBLEMS as PARTIES
from services.registry.providers.problems import PROBLEMS as PROVIDERS
from services.registry.spaces.problems import PROBLEMS as SPACES

PROBLEMS: Mapping[str, Problem] = {**CATALOGUE, **PARTIES, **SPACES, **PROVIDERS}
