"""How spaces are judged, year by year: over HTTP."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
