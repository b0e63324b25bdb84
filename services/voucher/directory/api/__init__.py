"""What voucher makes of the registry, over HTTP."""

from services.voucher.directory.api import registry_feed

ROUTERS = (registry_feed.routes,)
