"""Where people work: spaces, teams, and who lives where."""
