"""The oracle: an independent implementation of the judgement, compared with `jk report` on random cases.

`history`, `curves` and `verdict` implement the text of the rules. They import nothing of the program: a plan is the
mapping in tasks.yaml, a ledger is a list of recorded lines, figures are fractions. Every question processes the whole
history again, and every planned curve gives a fraction for any day.

`random_plans`, `random_ledgers` and `questions` draw the cases from a seed; `program` runs `jk` on them; `comparing`
compares the answers.
"""
