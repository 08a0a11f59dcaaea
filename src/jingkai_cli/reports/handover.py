"""`jk handover`: everything that is open, for a successor."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from ..kinds.lifecycle import Extension, Problem
from ..language import N_, _
from ..model import Milestone, Task
from ..quantities import days
from ..rules.lateness import Thing
from ..rules.reasons import Reason, pace
from ..rules.status import Judgement, flattened
from .action_items import ActionItem, fields, fields_on_paper, items, items_on_paper, sections, sections_on_paper
from .agenda import OpenMatters, agenda_items
from .bulletin_paragraphs import overdue_problems
from .document import Document, Scope, Section, Tone
from .findings import what_to_confirm
from .late_notes import MOST_IN_FULL, overdue_subtasks
from .problems import overdue_tone
from .reason_wording import abridged, due, late_line, problem_title, reason
from .shared_statements import unreported
from .task_cells import footnotes, summary
from .task_notes import why

TITLES: Mapping[str, str] = {
    "in-hand": N_("In hand"),
    "decided": N_("Decided and still open"),
    "letters": N_("Letters not answered"),
    "to-verify": N_("To be verified"),
    "to-paper": N_("To be confirmed in writing"),
    "to-settle": N_("To be decided"),
    "to-confirm": N_("To be confirmed"),
}

_WITH_DEADLINE = frozenset(("in-hand", "decided", "letters"))
"""The groups whose dates are deadlines; in other groups they are when something happened, as the texts say."""


def build(scope: Scope, judgements: Sequence[Judgement], open_matters: OpenMatters) -> Document:
    """What is in hand, to be verified, to be confirmed in writing, to be decided, or to be confirmed in the plan.

    Args:
        scope: the plan and the date.
        judgements: the judgements of every task.
        open_matters: the open matters of a meeting on that date, for its decisions and letters.
    """
    actions = list(_action_items(scope, judgements, open_matters))
    nothing = (Section(lines=(_("Nothing is open."),)),)
    return Document(
        kind="handover",
        about=scope.about,
        title=_("Handover: everything that is open"),
        fields=fields(),
        items=items(scope.plan, lambda: _action_items(scope, judgements, open_matters)),
        sections=tuple(sections(scope.plan, TITLES, actions, None)) or nothing,
        summary=(summary(judgements),),
        footnotes=footnotes(judgements),
        found=bool(actions),
    )


def on_paper(scope: Scope, judgements: Sequence[Judgement], open_matters: OpenMatters) -> Document:
    """The handover for paper, with the persons in charge and without commands."""
    document = build(scope, judgements, open_matters)
    actions = list(_action_items(scope, judgements, open_matters))
    signed = Section(lines=(_("Handed over by:          Taken over by:          Witness:          Date:"),))
    return replace(
        document,
        fields=fields_on_paper() | {"date": _("Deadline")},
        items=[
            item if action.group in _WITH_DEADLINE else {**item, "date": None}
            for item, action in zip(items_on_paper(scope.plan, TITLES, actions), actions, strict=True)
        ],
        sections=(*(sections_on_paper(scope.plan, TITLES, actions) or document.sections), signed),
    ).on_paper


def _action_items(scope: Scope, judgements: Sequence[Judgement], open_matters: OpenMatters) -> Iterator[ActionItem]:
    plan = scope.plan
    for judgement in flattened(judgements):
        at, task = judgement.position, judgement.task
        if not at.finished and not at.life.cancelled_on:
            yield _task_in_hand(judgement)
        elif not at.life.accepted_on:
            text = _("reported done {day}").format(day=at.life.done_on)
            next_ = f"jk accept {task.id} --verifier …"
            yield ActionItem("to-verify", task, text, at.life.done_on, task.lead_unit, next_)
        yield from (_problem(judgement, problem) for problem in at.problems if problem.state != "verified")
        yield from _unconfirmed_extensions(judgement)
        if objection := at.life.objection:
            text = _("{unit} objects: {note}").format(unit=objection.unit, note=objection.note)
            yield ActionItem(
                "to-settle",
                task,
                text,
                objection.on,
                objection.unit,
                f"jk ruling {task.id} upheld|changed",
                own_unit=True,
            )
    yield from _decisions_and_letters(scope, open_matters)
    for text in what_to_confirm(plan):
        yield ActionItem("to-confirm", None, text, None, None, "jk check plan")


def _decisions_and_letters(scope: Scope, open_matters: OpenMatters) -> Iterator[ActionItem]:
    """Yield the decisions that are not carried out and the letters that are not answered."""
    numbers = {letter.seq: letter.ordinal for letter in open_matters.letters}
    for line in agenda_items(open_matters, scope.as_of):
        if line.group not in ("open", "letters"):
            continue
        how = _("due {day}").format(day=line.due) if line.due else _("as soon as possible")
        if line.days_overdue:
            how = _("{days} overdue").format(days=days(line.days_overdue))
        text = _("{what}: {how}").format(what=line.text.replace("\n", _(", ")), how=how)
        if line.group == "letters":
            next_ = f"jk reply {numbers[line.number or 0]}"
            yield ActionItem("letters", None, text, line.due, line.unit, next_)
        else:
            task = scope.plan.task(line.task) if line.task else None
            yield ActionItem(
                "decided", task, text, line.due, line.unit, f"jk decide --settled {line.number}", own_unit=True
            )


def _task_in_hand(judgement: Judgement) -> ActionItem:
    at, task = judgement.position, judgement.task
    tone: Tone = judgement.lamp
    what = _("due {day}").format(day=due(task, at.life))
    if at.life.on_hold:
        what = _("suspended since {day}").format(day=at.life.suspended_on)
    else:
        what = "\n".join(_own_reasons(judgement)) or _main_reason(judgement, what)
    return ActionItem("in-hand", task, what, at.deadline, task.lead_unit, f"jk show {task.id}", tone)


def _own_reasons(judgement: Judgement) -> Iterator[str]:
    """Yield why a task itself is late or behind; its sub-tasks and problems, which are only counted, have own items."""
    if overdue := overdue_subtasks(judgement):
        yield overdue
    late = [each for each in judgement.position.own_late if not isinstance(each.thing, Problem)]
    if late:
        yield abridged([late_line(each) for each in late[:MOST_IN_FULL]], "\n", len(late))
    if problems := _problems_of_lamp(judgement):
        yield _("{said} (in its own row)").format(said=problems)
    own = [each for each in judgement.reasons if each.task is None and not each.code.startswith("problem")]
    if judgement.parts:
        yield from [reason(each) for each in own if each.code == "pace"][:1]
    elif not late:
        told = [each for number, each in enumerate(own) if number == 0 or each.code == "silent"]
        yield from [reason(_in_days(judgement, each)) for each in told]
    if missing := unreported(judgement):
        yield missing


def _problems_of_lamp(judgement: Judgement) -> str:
    """How many problems make the lamp red or yellow, and by how much; empty if none does."""
    at = judgement.position
    if overdue := [each.days for each in at.own_late if isinstance(each.thing, Problem)]:
        return overdue_problems(overdue)
    return _("a major problem not put right") if any(problem.major for problem in at.problems) else ""


def _in_days(judgement: Judgement, why: Reason) -> Reason:
    """A gap to an assumed straight line as days behind, because the rows of other tasks have days."""
    behind = judgement.position.behind
    if why.figures.get("straight_line") and behind and behind.days and behind.days > 0:
        return pace(judgement.position, behind)
    return why


def _main_reason(judgement: Judgement, what: str) -> str:
    """The text of a task without a cause of its own: the first reason of its lamp, else its deadline."""
    return (judgement.lamp in ("red", "yellow") and why(judgement).split("\n")[0]) or what


def _problem(judgement: Judgement, problem: Problem) -> ActionItem:
    """An open problem is in hand; a problem reported fixed is to be verified."""
    late = problem.days_overdue(judgement.position.as_of)
    how = _("due {day}").format(day=problem.deadline)
    if late:
        how = _("due {day}, {days} overdue").format(day=problem.deadline, days=days(late))
    if problem.state == "fixed":
        how = _("reported fixed {day}").format(day=problem.fixed_on)
    text = _("problem #{seq} {title}: {how}").format(seq=problem.seq, title=problem_title(problem), how=how)
    group, verb = ("to-verify", "verify") if problem.state == "fixed" else ("in-hand", "fix")
    tone = overdue_tone(problem, late, judgement.position.rules) if late else None
    next_ = f"jk problem {verb} {problem.seq}"
    unit = problem.responsible
    return ActionItem(group, judgement.task, text, problem.deadline, unit, next_, tone, own_unit=True, is_problem=True)


def _unconfirmed_extensions(judgement: Judgement) -> Iterator[ActionItem]:
    """Yield oral extensions that are not confirmed in writing, unless a later written one replaces them."""
    task, life = judgement.task, judgement.position.life
    things: list[Task | Milestone] = [task, *task.milestones]
    extended: list[tuple[Thing, tuple[Extension, ...], str, str | None]] = [
        (thing, life.extensions_of(thing), task.id if thing is task else f"{task.id} {thing.id}", task.lead_unit)
        for thing in things
    ]
    open_problems = (problem for problem in judgement.position.problems if problem.state == "open")
    extended += [
        (problem, problem.extensions, f"--problem {problem.seq}", problem.responsible) for problem in open_problems
    ]
    for thing, extensions, arguments, unit in extended:
        if extensions and extensions[-1].waiting:
            last = extensions[-1]
            if last.requested and thing is task:
                text = _("extension to {day} was requested and is not granted (#{seq})")
            elif last.requested:
                text = _("extension of “{title}” to {day} was requested and is not granted (#{seq})")
            elif thing is task:
                text = _("oral extension to {day} (#{seq})")
            else:
                text = _("oral extension of “{title}” to {day} (#{seq})")
            what = text.format(title=thing.title, day=last.deadline, seq=last.seq)
            next_ = f"jk extend {arguments} --to {last.deadline} --basis document"
            yield ActionItem("to-paper", task, what, last.on, unit, next_, own_unit=isinstance(thing, Problem))
