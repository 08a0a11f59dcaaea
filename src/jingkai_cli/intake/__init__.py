"""Input from people and files → entries: parsed, converted to the plan's units, and compared with the ledger."""
