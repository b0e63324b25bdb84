"""How spaces are judged, year by year."""
