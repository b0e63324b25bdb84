"""Lists taken in and given out: over HTTP."""

from services.registry.transfer.api import imports

ROUTERS = (imports.imports_api,)
