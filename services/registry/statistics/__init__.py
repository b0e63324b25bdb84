"""What is counted, owed and shown to everybody."""
