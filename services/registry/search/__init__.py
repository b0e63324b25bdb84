"""Looking for whoever is registered, by name, place or kind."""
