"""What every service needs and no citizen would recognise: transactions, tokens, problems, jobs and the like."""
