"""Judge one task alone, from its facts."""

from datetime import date

from jingkai_cli.facts import TaskFacts
from jingkai_cli.model import Task
from jingkai_cli.rules.position import position_of
from jingkai_cli.rules.status import Judgement
from jingkai_cli.thresholds import Rules


def judge_task(task: Task, facts: TaskFacts, as_of: date, rules: Rules) -> Judgement:
    """Judge a task that has no sub-tasks."""
    return Judgement(position_of(task, {task.id: facts}, as_of, rules))
