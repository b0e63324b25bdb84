"""Decides who may call payout's endpoints."""

from services.chassis.authorisation import Table

AUTHORISATION: Table = {}
