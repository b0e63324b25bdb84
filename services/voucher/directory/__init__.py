"""The directory: what the registry last told us of organisations, providers and calendars, and how old that is."""
