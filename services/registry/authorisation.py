"""Decides who may call what in the registry: the wings' tables and the chassis's in one."""

from services.chassis.authorisation import Table
from services.chassis.endpoints import SHARED_AUTHORISATION
from services.chassis.health import HEALTH_AUTHORISATION, METRICS_AUTHORISATION
from services.registry.assessment.authorisation import AUTHORISATION as ASSESSMENT
from services.registry.catalogue.authorisation import AUTHORISATION as CATALOGUE
from services.registry.feed.authorisation import AUTHORISATION as FEED
from services.registry.parties.authorisation import AUTHORISATION as PARTIES
from services.registry.providers.authorisation import AUTHORISATION as PROVIDERS
from services.registry.search.authorisation import AUTHORISATION as SEARCH
from services.registry.spaces.authorisation import AUTHORISATION as SPACES
from services.registry.statistics.authorisation import AUTHORISATION as STATISTICS
from services.registry.transfer.authorisation import AUTHORISATION as TRANSFER

_SHARED = (
    "send_document",
    "get_document",
    "get_document_content",
    "get_job",
    "resume_job",
    "list_tasks",
    "list_timers",
)

AUTHORISATION: Table = {
    **HEALTH_AUTHORISATION,
    **METRICS_AUTHORISATION,
    **{operation: SHARED_AUTHORISATION[operation] for operation in _SHARED},
    **CATALOGUE,
    **PARTIES,
    **SPACES,
    **PROVIDERS,
    **ASSESSMENT,
    **SEARCH,
    **TRANSFER,
    **STATISTICS,
    **FEED,
}
