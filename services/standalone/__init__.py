"""Everything on one machine: embedded PostgreSQL, migrations, all services behind the gateway, one command."""
