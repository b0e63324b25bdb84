"""What is listed: regions, categories of services, working days, policy papers."""
