"""Who is calling, how often, and which service answers: login, tokens, clients, registrations, limits, forwarding."""
