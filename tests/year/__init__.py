"""A year of a programme is replayed, and every output of one date is held against the others.

`programme` draws the plan, `office` lets twelve units report for a year through forms, sheets and commands, `journal`
keeps what was typed, and `outputs` compares what report, bulletin, today, notice, assess, export and dashboard say.
"""
