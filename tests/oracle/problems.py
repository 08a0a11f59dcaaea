"""The states of problems and their statistics, computed from the lines of a history alone."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from .history import Mapped

DAY = timedelta(days=1)
SITES, ITEMS = ("001", "002"), ("围挡", "冲洗")


def proposal(random: Random, lines: list[Mapped], today: date) -> Mapped:
    """A random line; the program refuses about half of them."""
    on = today - random.choice([0, 0, 1, 3, 9]) * DAY
    known = [line for line in lines if line["kind"] == "problem"]
    kind = random.choice(
        ["problem", "part", "fix", "fix", "verify", "verify", "reopen", "extend", "inspection", "retract"]
    )
    base: Mapped = {"kind": kind, "on": on.isoformat(), "by": "王", "note": random.choice(["积水", "占道", "破损"])}
    if kind == "inspection":
        return {**base, **_visit(random)}
    if kind in ("problem", "part") or not known:
        return {
            **base,
            "kind": "problem",
            **_found(random, on, random.choice(known) if kind == "part" and known else None),
        }
    about = random.choice([line for line in lines if line["kind"] != "retract"] if kind == "retract" else known)
    return {**base, "task": about["task"], "ref": about["seq"], **_given(random, kind, on, about)}


def _visit(random: Random) -> Mapped:
    some = random.sample(ITEMS, random.randint(1, 2))
    results = {"failed": some[1:], "passed": some[:1]} if random.random() < 0.5 else {"failed": some, "passed": []}
    visit = {"checklist": "dust", "site": random.choice(SITES), "inspectors": ["检查员甲"]}
    return {"task": "1", **visit, **{name: items for name, items in results.items() if items}}


def _found(random: Random, on: date, whole: Mapped | None) -> Mapped:
    due = on + random.randint(-1, 20) * DAY
    said: Mapped = {"responsible": random.choice(["城镇办", "执法局"]), "deadline": due.isoformat()}
    for name, values in (("zone", ("严控区", "外围区")), ("shift", ("白天", "夜间")), ("source", ("hotline", "media"))):
        if random.random() < 0.6:
            said[name] = random.choice(values)
    if whole:
        return {**said, "task": whole["task"], "part_of": whole["seq"]}
    if random.random() < 0.3:
        return {**said, "task": "1", "source": "inspection", "site": random.choice(SITES), "item": random.choice(ITEMS)}
    return {**said, "task": random.choice(["1", "2"])}


def _given(random: Random, kind: str, on: date, about: Mapped) -> Mapped:
    """The fields that an entry about another entry needs."""
    if kind == "extend":
        basis = random.choice(["document", "minutes", "oral", "requested"])
        granted = {} if basis == "requested" else {"approved_by": "组长"}
        return {"deadline": (on + random.randint(0, 30) * DAY).isoformat(), "basis": basis, **granted}
    if kind == "verify":
        return {"verifier": "督查室"}
    return {"unit": about["responsible"]} if kind == "fix" else {}


def problems_as_of(lines: list[Mapped], day: date) -> dict[int, Mapped]:
    """The state of every unretracted problem on a day, by number."""
    gone = {line["ref"] for line in lines if line["kind"] == "retract"}
    standing = [line for line in lines if line["kind"] != "retract" and line["seq"] not in gone]
    found: dict[int, Mapped] = {}
    for line in sorted(standing, key=lambda line: (line["on"], line["seq"])):
        if date.fromisoformat(line["on"]) <= day:
            _happened(found, line)
    for number, problem in found.items():
        _settle(found, number)
        late = (day - problem["due"]).days
        is_late = problem["state"] == "open" and not _parts(found, number) and late > 0
        problem["days_overdue"] = late if is_late else 0
    return found


def _happened(found: dict[int, Mapped], line: Mapped) -> None:
    on = date.fromisoformat(line["on"])
    about = found.get(line.get("ref", 0))
    match line["kind"]:
        case "problem":
            due = date.fromisoformat(line["deadline"])
            blank = {"state": "open", "fixed_on": None, "verified_on": None, "passed_on": None}
            counted = {"returned": 0, "failed_again": 0, "extended": 0}
            found[line["seq"]] = {**line, **blank, **counted, "opened_on": on, "due": due, "original_due": due}
        case "fix" if about:
            about |= {"state": "fixed", "fixed_on": on, "passed_on": None}
        case "verify" if about:
            about |= {"state": "verified", "verified_on": on, "passed_on": None}
        case "reopen" if about:
            _send_back(about)
        case "extend" if about and line["basis"] not in ("oral", "requested"):
            about |= {"due": date.fromisoformat(line["deadline"]), "extended": about["extended"] + 1}
        case "inspection":
            _inspected(found, line, on)


def _inspected(found: dict[int, Mapped], line: Mapped, on: date) -> None:
    for result in ("failed", "passed"):
        for number, problem in [*found.items()]:
            here = problem.get("site") == line["site"] and problem.get("item") in line.get(result, ())
            if not here or _settle(found, number) == "verified":
                continue
            if result == "failed":
                problem |= {"failed_again": problem["failed_again"] + 1, "passed_on": None}
            else:
                problem["passed_on"] = on
            for each in _parts(found, number) or [number]:
                if result == "failed" and found[each]["state"] != "open":
                    _send_back(found[each])
                    problem["passed_on"] = None
                if result == "passed" and found[each]["state"] == "open":
                    found[each] |= {"state": "fixed", "fixed_on": on}


def _send_back(problem: Mapped) -> None:
    problem |= {"state": "open", "fixed_on": None, "verified_on": None, "passed_on": None}
    problem["returned"] += 1


def _parts(found: dict[int, Mapped], number: int) -> list[int]:
    return [each for each, problem in found.items() if problem.get("part_of") == number]


def _settle(found: dict[int, Mapped], number: int) -> str:
    """The state of a problem; that of a split problem follows from its parts."""
    whole, parts = found[number], [found[each] for each in _parts(found, number)]
    if parts:
        states = [part["state"] for part in parts]
        whole["state"] = next(state for state in ("open", "fixed", "verified") if state in states)
        fixed = [part["fixed_on"] for part in parts if part["fixed_on"]]
        verified = [part["verified_on"] for part in parts if part["verified_on"]]
        whole["fixed_on"] = max(fixed, default=None) if whole["state"] != "open" else None
        whole["verified_on"] = max(verified, default=None) if whole["state"] == "verified" else None
    return str(whole["state"])


def statistics(found: dict[int, Mapped], first: date, last: date, key: Callable[[Mapped], Any]) -> dict[Any, Mapped]:
    """The statistics of a period by group, and of all under `...`; empty groups are left out."""
    counted = [problem for number, problem in found.items() if not _parts(found, number)]
    groups: dict[Any, list[Mapped]] = {...: counted}
    for problem in counted:
        groups.setdefault(key(problem), []).append(problem)
    reckoned = {name: dict(_reckon(those, first, last)) for name, those in groups.items()}
    return {
        name: said
        for name, said in reckoned.items()
        if name is ... or any(said[each] for each in ("found", "due", "remaining"))
    }


def _reckon(those: Iterable[Mapped], first: date, last: date) -> Iterator[tuple[str, Any]]:
    those = list(those)
    due = [problem for problem in those if first <= problem["due"] <= last]
    closed = [problem for problem in due if problem["fixed_on"]]
    in_time = [problem for problem in closed if problem["fixed_on"] <= problem["due"]]
    returned = [problem for problem in due if problem["returned"]]
    yield "found", len([problem for problem in those if first <= problem["opened_on"] <= last])
    yield "due", len(due)
    yield "in_time", len(in_time)
    yield "late", len(closed) - len(in_time)
    yield "open", len(due) - len(closed)
    yield "overdue", len([problem for problem in due if problem["days_overdue"]])
    yield "returned", len(returned)
    yield "extended", len([problem for problem in due if problem["extended"]])
    for name, part in (("closing_rate", closed), ("in_time_rate", in_time), ("return_rate", returned)):
        yield name, 100 * len(part) / len(due) if due else None
    remaining = [problem for problem in those if problem["opened_on"] <= last and not problem["fixed_on"]]
    yield "remaining", len(remaining)
    yield "remaining_overdue", len([problem for problem in remaining if problem["days_overdue"]])
