"""Decides who may call what of imports and exports."""

from services.chassis.authorisation import Table

AUTHORISATION: Table = {}
