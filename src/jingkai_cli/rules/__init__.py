"""Judgement: pure functions of a plan, the facts that a ledger has as of a date, and that date."""
