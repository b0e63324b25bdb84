"""Lets ``python -m services.standalone`` be the same command where nothing is installed."""

from services.standalone.cli import main

main()
