"""Decides who may call what of search."""

from services.chassis.authorisation import Table

AUTHORISATION: Table = {}
