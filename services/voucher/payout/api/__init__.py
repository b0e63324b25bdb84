"""Payout over HTTP."""

from collections.abc import Sequence

from fastapi import APIRouter

ROUTERS: Sequence[APIRouter] = ()
