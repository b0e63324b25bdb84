"""Decides how each refusal of the registry is told: the wings' tables in one."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.registry.assessment.problems import PROBLEMS as ASSESSMENT
from services.registry.catalogue.problems import PROBLEMS as CATALOGUE
from services.registry.feed.problems import PROBLEMS as FEED
from services.registry.parties.problems import PROBLEMS as PARTIES
from services.registry.providers.problems import PROBLEMS as PROVIDERS
from services.registry.search.problems import PROBLEMS as SEARCH
from services.registry.spaces.problems import PROBLEMS as SPACES
from services.registry.statistics.problems import PROBLEMS as STATISTICS
from services.registry.transfer.problems import PROBLEMS as TRANSFER

PROBLEMS: Mapping[str, Problem] = {
    **FEED,
    **CATALOGUE,
    **PARTIES,
    **SPACES,
    **PROVIDERS,
    **ASSESSMENT,
    **SEARCH,
    **TRANSFER,
    **STATISTICS,
}
