"""What reconciliation remembers: statements, their lines, and how each line was understood."""
