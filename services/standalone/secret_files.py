"""Decides where a process finds its secrets as files, and makes those of an installation of many machines, once."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from migrations.schemas import SERVICE_ROLES
from services.gateway.app import make_key
from services.standalone import folders, provision
from services.standalone.installation import LIVE_DATABASE, SANDBOX_DATABASE, Unusable

SIGNING_KEY = "signing_key.pem"
WITH_CLIENTS = ("registry", "voucher")
"""The services that prove themselves at the gateway."""
KEYS = (
    "innovoucher_gateway_master_key",
    "innovoucher_registry_master_key",
    "innovoucher_voucher_code_key",
    "innovoucher_voucher_pepper",
    "innovoucher_voucher_seal_key",
)
"""32 random bytes each, in base64."""


def make(target: Path, server: str) -> list[str]:
    """Make the folder ``target`` with every secret, one in a file; their names.

    server: host and port of PostgreSQL as the services will call it. The folder lets only its owner pass and the files
    are readable, so that each can be handed to a container whatever account it runs under. They come all together or
    not at all. Raises Unusable when the folder exists: nothing that was made with older secrets would open any more.
    """
    target = target.expanduser().absolute()
    if target.exists():
        raise Unusable(f"{target} exists already: secrets are made once, and databases open with no others")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.mkdir(mode=0o700, parents=True)
    for name, content in _contents(server):
        folders.write_private(unfinished / name, content)
    make_key(unfinished, at=datetime.now(UTC)).rename(unfinished / SIGNING_KEY)
    for file in unfinished.iterdir():
        file.chmod(0o444)
    unfinished.rename(target)
    return sorted(file.name for file in target.iterdir())


def _contents(server: str) -> Iterator[tuple[str, str]]:
    owner = secrets.token_urlsafe(32)
    yield "postgres_password", secrets.token_urlsafe(32)
    yield "postgres_owner_password", owner
    for key in KEYS:
        yield key, base64.b64encode(secrets.token_bytes(32)).decode()
    for service in WITH_CLIENTS:
        yield f"innovoucher_{service}_client_secret", secrets.token_urlsafe(32)
    passwords = {role: secrets.token_urlsafe(32) for role in SERVICE_ROLES.values()}
    for kind, database in (("database_url", LIVE_DATABASE), ("test_database_url", SANDBOX_DATABASE)):
        url = provision.as_role(f"postgresql://{server}/{database}", provision.OWNER, owner)
        yield f"innovoucher_{kind}", url
        for service, role_url in provision.role_urls(url, passwords).items():
            yield f"innovoucher_{service}_{kind}", role_url
