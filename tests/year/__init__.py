"""A year of a programme is replayed, and all outputs of one date are compared.

`programme` draws the plan, `office` makes twelve units report for a year by forms, sheets and commands, `journal`
keeps what was typed, and `outputs` compares what report, bulletin, today, notice, assess, export and dashboard say.
"""
