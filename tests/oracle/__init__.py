"""The oracle: `jk report` computed a second time, from the text of the rules, and held against the program.

`history`, `curves` and `verdict` are the second computation. They import nothing of the program: a plan is the mapping
that stands in tasks.yaml, a ledger is a list of the lines that were recorded, figures are fractions. Every question
folds the whole history anew, and every planned curve is drawn day by day.

`random_plans`, `random_ledgers` and `questions` draw the cases from a seed; `program` runs `jk` on them; `comparing`
holds the two answers against each other.
"""
