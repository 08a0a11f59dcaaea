"""What is judged, and how: pure functions of a plan, what the ledger says as of a date, and that date."""
