"""Decides who may call what of assessments."""

from services.chassis.authorisation import Table

AUTHORISATION: Table = {}
