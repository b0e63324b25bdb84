"""Looking for whoever is registered, by name, place or kind: over HTTP."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
