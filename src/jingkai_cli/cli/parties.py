"""Who reports and who verifies: units by any of their names, and who it may not be."""

from ..errors import Refused
from ..language import _
from ..model import Plan, Task
from .environment import ask
from .names import matching_units, resolve_unit
from .output import notify, report_resolved


def unit_of(plan: Plan, task: Task, name: str, *, force: bool = False) -> str:
    """The unit of a task of which something is recorded: one that the plan knows, as the plan spells it.

    Any is taken, and notified, where the plan lists no units and the task has no lead unit.

    Args:
        plan: its units.
        task: what the entry is about.
        name: what was typed.
        force: whether a unit that the plan does not know is recorded as it was typed, and notified.

    Raises:
        Refused: the plan knows no such unit, or several.
    """
    any_will_do = not plan.units and task.lead_unit is None
    if matching_units(plan, name) or not (force or any_will_do):
        try:
            return known_unit(plan, name)
        except Refused as refused:
            hint = _("if it is right: --force -m WHY")
            raise Refused(f"{refused}\n{hint}") from None
    notify(_("'{unit}' is not a unit of the plan; it is recorded as typed").format(unit=name))
    return name


def known_unit(plan: Plan, name: str) -> str:
    """A unit of the plan, as the plan spells it, whatever its task.

    Raises:
        Refused: the plan knows no such unit, or several.
    """
    return report_resolved(name, resolve_unit(plan, name))


def verifier_of(plan: Plan, task: Task, name: str | None, answers: str | None) -> str:
    """Who verified; free text, but a unit of the task by any of its names is that unit.

    Args:
        plan: its units and collectives.
        task: what is verified, or of what.
        name: what was typed.
        answers: the unit that answers for the matter; of several units, each of them does.

    Raises:
        Refused: nobody was named, and nobody is there to ask; or it is one of several units that answer for it.
    """
    who = ask(name, _("name who verified it, and not who reported it: --verifier WHO"))
    members = plan.collective.get(answers or "", ())
    own = {answers, task.lead_unit, *plan.support_units(task), *members}
    meant = matching_units(plan, who)
    if len(meant) == 1 and meant[0] in own:
        who = report_resolved(who, meant[0])
    if who in members:
        text = _("{who} is responsible for it and cannot verify it: name someone else (--verifier WHO)")
        raise Refused(text.format(who=who))
    return who
