"""`jk`: a progress ledger for key tasks."""

__version__ = "0.1.0"
