"""Spreadsheets and Word files from units and offices: opened only when nothing hostile is in them."""
