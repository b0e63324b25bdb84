"""Decides what the refusals of assessments mean to a client: status, cause and remedy of each code."""

from collections.abc import Mapping

from services.chassis.problems import Problem

PROBLEMS: Mapping[str, Problem] = {}
