"""Everything on one machine: embedded PostgreSQL, migrations, all services behind the gateway, one command."""

import time

BEGAN = time.monotonic()
"""When this process began to load the command: start-up is measured from here, imports included."""
