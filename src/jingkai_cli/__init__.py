"""`jk`: a progress ledger for key tasks."""

__version__ = "0.2.0"
