"""Lists taken in and given out: over HTTP."""

from services.registry.transfer.api import exports, imports

ROUTERS = (imports.imports_api, exports.exports_api)
