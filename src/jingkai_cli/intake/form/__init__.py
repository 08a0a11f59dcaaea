"""The form that a unit fills in: how it is laid out, and what comes back in it."""
