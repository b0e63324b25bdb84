"""Decides who may search: everybody who is signed in, for what he may see; the directory is for everybody."""

from services.chassis.authorisation import PUBLIC, Table
from services.registry.callers import MEMBERS, READS_ALL

AUTHORISATION: Table = {
    "search_registry": READS_ALL + MEMBERS,
    "search_directory": PUBLIC,
}
