"""Decides who may call reconciliation's endpoints."""

from services.chassis.authorisation import Table

AUTHORISATION: Table = {}
