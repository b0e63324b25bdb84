"""Lists taken in and given out: over HTTP."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
