"""Decides about callers: registrations, memberships, staff roles, sessions, passwords and limits, as pure functions."""
