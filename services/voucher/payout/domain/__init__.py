"""Decides: which account a payee is paid to, what may go into a batch, what stays held, and what a bank file says."""
