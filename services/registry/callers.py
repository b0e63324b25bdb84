"""Decides who the usual callers of the registry are: by role, and by what a role is bound to."""

from services.chassis.authorisation import ROLES, grants

EVERYBODY = grants("any", *ROLES)
OPERATOR = grants("any", "operator")
REVIEWER = grants("region", "reviewer")
READS_ALL = grants("any", "operator", "auditor", "service") + REVIEWER
MEMBERS = grants("own", "holder", "provider", "space")
SPACE = grants("own", "space")
PROVIDER = grants("own", "provider")
