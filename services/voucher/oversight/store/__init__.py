"""What oversight asks of the tables that every wing writes."""
