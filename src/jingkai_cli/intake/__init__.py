"""What people and files send in → entries: parsed, converted to the plan's units, and held against the ledger."""
