"""What the api rooms of all wings share."""
