"""How each schema came to be: one history per schema, numbered, each step with its way back."""
