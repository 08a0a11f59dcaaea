"""The fields of plans and entries that are one of a few words."""

from typing import Literal

Measure = Literal["percent", "indicators", "milestones", "subtasks", "none"]

Basis = Literal["document", "minutes", "oral", "instruction", "requested"]
"""What a decision rests on; `requested` is an extension that was asked for and not granted."""

Shift = Literal["白天", "夜间"]

Source = Literal["inspection", "report", "instruction", "superior", "hotline", "media"]

Counted = Literal["inspections", "people", "problems"]
"""What an indicator may count of the inspections on site: sites inspected, inspectors sent, problems found."""

Ruling = Literal["upheld", "changed"]
