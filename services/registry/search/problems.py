"""Decides what the refusals of search mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

PROBLEMS: Mapping[str, Problem] = {}
