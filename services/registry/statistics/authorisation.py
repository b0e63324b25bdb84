"""Decides who may call what of statistics."""

from services.chassis.authorisation import Table

AUTHORISATION: Table = {}
