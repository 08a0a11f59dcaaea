"""The commands for each morning: `jk report`, `today`, `show`, `dashboard`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from msgspec.structs import replace
from typer import Argument, Option

from ..dates import official_date, working_day
from ..errors import Refused
from ..facts import TaskFacts
from ..language import _, speaking
from ..model import Plan
from .options import Listing, Reporting, TaskArgument, Words, only, without
from .output import notify, write_whole
from .session import Session

if TYPE_CHECKING:
    from ..reports.task_filters import By
    from ..rules.status import Judgement, Lamp

WEEKS = 12
"""How many weeks back `report --wide` shows lamps."""

_LAST_ENTRIES = 5
"""The number of entries that `show` prints."""


LAMPS = Words({"red": "红灯 红 红色", "yellow": "黄灯 黄 黄色", "green": "绿灯 绿 绿色", "none": "暂不亮灯 无"})

GROUPS = Words({"unit": "单位 牵头单位", "leader": "领导 牵头领导", "category": "类别 工作类别"})

_BY: "Mapping[str | None, By]" = {"unit": "unit", "leader": "leader", "category": "category"}


def report(
    options: Listing,
    tasks: Annotated[
        list[str] | None, Argument(metavar=_("[TASK]..."), help=_("Only these tasks."), show_default=False)
    ] = None,
    overdue: Annotated[bool, Option("--overdue", help=_("Only what is overdue, worst first."))] = False,
    at_risk: Annotated[bool, Option("--at-risk", help=_("Only what is at risk."))] = False,
    due_within: Annotated[
        int | None,
        Option(
            "--due-within",
            metavar=_("DAYS"),
            min=0,
            max=3660,
            help=_("List only tasks with something due within this many days."),
        ),
    ] = None,
    unit: Annotated[
        str | None, Option("--unit", metavar=_("UNIT"), help=_("Only the tasks of this lead unit."))
    ] = None,
    group_by: Annotated[
        str | None,
        Option(
            "--group-by",
            click_type=GROUPS,
            metavar=_("unit|leader|category"),
            help=_("One line for each unit, leader or category."),
        ),
    ] = None,
    leader: Annotated[
        str | None, Option("--leader", metavar=_("LEADER"), help=_("Only the tasks of this leader."))
    ] = None,
    category: Annotated[
        str | None, Option("--category", metavar=_("CATEGORY"), help=_("Only the tasks of this category."))
    ] = None,
    person: Annotated[
        str | None, Option("--person", metavar=_("PERSON"), help=_("Only the tasks of this person in charge."))
    ] = None,
    lamp: Annotated[
        str | None,
        Option(
            "--lamp", click_type=LAMPS, metavar=_("red|yellow|green|none"), help=_("Only the tasks with this lamp.")
        ),
    ] = None,
    tree: Annotated[bool, Option("--tree", help=_("List sub-tasks too, each on its own line."))] = False,
    original: Annotated[bool, Option("--original", help=_("Judge by the original deadlines."))] = False,
    wide: Annotated[
        bool,
        Option("-w", "--wide", help=_("Every column, however narrow the terminal, and the lamps of twelve weeks.")),
    ] = False,
) -> None:
    from ..reports import build_report
    from ..reports.task_filters import Filters, Question, judged

    with options.session() as session:
        every_task = [*session.plan.every_task()]
        filters = Filters(
            tasks=tuple(part.id for name in tasks or () for part in session.task(name).with_subtasks()),
            overdue=overdue,
            at_risk=at_risk,
            due_within=due_within,
            unit=session.unit(unit),
            leader=session.one_of((task.leader for task in every_task), leader),
            category=session.one_of((task.category for task in every_task), category),
            person=session.one_of((task.person for task in every_task), person),
            lamp=cast("Lamp | None", lamp),
        )
        tree = not group_by and (tree or _involves_subtasks(session, tasks or ()))
        question = Question(filters, tree, original, _BY.get(group_by), items=options.destination.with_items)
        found, judgements = judged(session.known, session.plan, session.as_of, question)
        scope = session.scope(found)
        with options.language_of(session.plan):
            document = build_report(scope, judgements, question)
            if wide and document.kind == "report" and not filters.only_late:
                from ..reports.task_report import lamps_over_time

                sections = (*document.sections, lamps_over_time(_weeks_before(session)))
                document = replace(document, sections=sections)
    options.put(document.with_whole_tables if wide else document)


def _weeks_before(session: Session) -> "list[tuple[date, list[Judgement]]]":
    """The judgements of every task as of the report's date and each of the `WEEKS` weeks before it, earliest first."""
    from ..rules.status import judge

    day = session.as_of
    _scope, facts = session.surveys([day - timedelta(weeks=n) for n in range(WEEKS, -1, -1)])
    return [(each, judge(session.plan, facts_of_day, each)) for each, facts_of_day in facts.items()]


def _involves_subtasks(session: Session, names: Sequence[str]) -> bool:
    """Whether a requested task is a sub-task or has sub-tasks."""
    without_subtasks = {task.id for task in session.plan.tasks if not task.subtasks}
    return any(session.task(name).id not in without_subtasks for name in names)


def today(
    options: Reporting,
    since: Annotated[
        str | None,
        Option(
            "--since",
            metavar=_("DATE"),
            help=_("What was recorded from this day on; by default the last weekday before. Give it after holidays."),
        ),
    ] = None,
) -> None:
    from ..reports import today as reporting
    from ..reports.reason_wording import abridged
    from ..reports.recorded_since import survey_recorded
    from ..rules.change import changes

    with options.session() as session:
        day = session.as_of
        start = session.typed_day(since) if since else _last_weekday(day)
        if start > day:
            raise Refused(_("{start} is after {end}").format(start=official_date(start), end=official_date(day)))
        found, passed_over, programme = survey_recorded(session.known, session.plan, start, day)
        compared = changes(session.plan, found.before, found.now)
        morning = reporting.Morning(start, compared, found.entries, programme)
        scope = session.scope(found.now)
        with options.language_of(session.plan):
            if options.destination.on_paper:
                document = reporting.on_paper(scope, morning)
            else:
                most = reporting.SHOWN if options.destination.is_in("table") else None
                document = reporting.build(scope, morning, most)
    options.put(document)
    if passed_over:
        text = _(
            "Not listed: {entries}: a clock was ahead, and by their dates they were recorded "
            "before {day}. Run: jk check"
        )
        notify(text.format(day=official_date(start), entries=abridged([f"#{seq}" for seq in passed_over], _(", "))))
    if document.found and not session.plan.contacts:
        text = _("There are no contacts: write contacts.yaml beside the plan, one line per unit: `{example}`")
        notify(text.format(example=_("{unit}: duty phone 1000").format(unit=_some_unit(session.plan))))


def _some_unit(plan: Plan) -> str:
    """A unit of the plan, for an example."""
    return next(iter(plan.known_units()), _("UNIT"))


def _last_weekday(day: date) -> date:
    """The last weekday (Monday to Friday) before a date."""
    return working_day(day - timedelta(days=1))


def show(
    options: Annotated[Reporting, without("encoding", "labels")],
    task: TaskArgument,
    explain: Annotated[
        bool, Option("--explain", help=_("Show the arithmetic behind the judgement, with the source of each number."))
    ] = False,
) -> None:
    from ..ledger.entries import Selection
    from ..reports import show as reporting
    from ..reports.survey import survey_task
    from ..reports.task_facts import facts_of, standing_needs

    with options.session() as session:
        plan, subject, day, known = session.plan, session.task(task), session.as_of, session.known
        found = known.read(lambda reader: survey_task(reader, plan, subject, day))
        ids = frozenset(name for part in subject.with_subtasks() for name in (part.id, *part.formerly))
        entries = list(known.entries(Selection(tasks=ids, until=day, last=_LAST_ENTRIES)))
        retracted = known.retracted_by([recorded.seq for recorded in entries])

        def facts_on(as_of: date) -> Mapping[str, TaskFacts]:
            if as_of == day:
                return found.facts
            if not subject.subtasks:
                return {subject.id: facts_of(known, plan, subject, as_of)}
            return survey_task(known, plan, subject, as_of).facts

        scope = session.scope(found)
        latest = reporting.Latest(entries, retracted, standing_needs(known, plan, found.facts).get(subject.id))
        with options.language_of(plan):
            make = reporting.on_paper if options.destination.on_paper else reporting.build
            document = make(scope, subject, facts_on, latest)
            if explain:
                from ..plan.yaml_reader import places
                from ..reports import explain as explaining
                from ..rules.status import judge_tree

                judgement = judge_tree(subject, facts_on(day), day, plan)
                where = places(session.plan_text, session.plan_name)
                if options.destination.on_paper:
                    document = explaining.on_paper(document, judgement, plan.rules)
                else:
                    document = explaining.build(document, judgement, plan.rules, where)
    options.put(document)


def dashboard(
    options: Annotated[Reporting, only("as_of", "known_on", "plan", "ledger")],
    output: Annotated[
        Path,
        Option(
            "-o",
            "--output",
            metavar=_("FILE"),
            help=_("The page to write: a file name ending in .html."),
            show_default=False,
        ),
    ],
) -> None:
    from ..formats.dashboard import render
    from ..reports.dashboard_content import build, days
    from ..reports.task_facts import latest_words

    if output.suffix.lower() not in (".html", ".htm"):
        raise Refused(_("{file}: the dashboard is a page: the file name must end in .html").format(file=output))
    with options.session() as session:
        scope, facts = session.surveys(days(session.plan, session.as_of))
        with speaking(session.plan.language):
            page = render(build(scope, facts, latest_words(session.known, scope)))
    write_whole({output: page.encode()})
