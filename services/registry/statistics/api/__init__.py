"""What is counted, owed and shown to everybody: over HTTP."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
