"""A list of units is never read as its last unit; the error for a wrong date option names the right one."""

import re

import pytest

from running import Workspace


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("office"))
    tasks = "".join(f"- {{id: {n}, title: 工程{n}, lead_unit: {u}, deadline: 2016-03-31}}\n" for n, u in UNITS)
    (made.folder / "tasks.yaml").write_text(f"title: 工作\nyear: 2016\ntasks:\n{tasks}", "utf-8")
    return made


UNITS = ((1, "城管局"), (2, "水利局"))


@pytest.mark.parametrize(
    "typed", ["城管局,水利局", "城管局、水利局", "城管局 水利局", "城管局和水利局", "某局；水利局"]
)
@pytest.mark.parametrize("command", [("notice",), ("record", "1", "30", "--on", "2016-03-01", "--from")])
def test_several_units_are_refused_instead_of_using_the_last(
    command: tuple[str, ...], typed: str, office: Workspace
) -> None:
    done = office.here(*command, typed)
    assert (done.code, done.out) == (2, "")
    assert f"'{typed}' names several units: name one" in done.err


@pytest.mark.parametrize("typed", ["城管局水利局", "示范区城管局 水利局"])
def test_two_names_without_a_separator_are_not_read_as_the_last_unit(typed: str, office: Workspace) -> None:
    done = office.here("record", "2", "30", "--on", "2016-03-01", "--from", typed)
    assert (done.code, done.out, typed in done.err) == (2, "", True)


@pytest.mark.parametrize("typed", ["示范区水利局", "示范区 水利局", "水利"])
def test_a_longer_or_shorter_name_of_one_unit_is_accepted(typed: str, office: Workspace) -> None:
    done = office.here("notice", typed, "--as-of", "2016-04-05")
    assert done.code == 0
    assert "水利局" in done.out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("notice", "水利局", "--on", "2016-04-05"), "--as-of"),
        (("report", "--on", "2016-04-05"), "--as-of"),
        (("record", "1", "30", "--as-of", "2016-03-01"), "--on"),
        (("record", "1", "30", "--date", "2016-03-01"), "--on"),
    ],
)
def test_a_wrong_date_option_gets_a_hint_with_the_right_one(
    typed: tuple[str, ...], meant: str, office: Workspace
) -> None:
    done = office.here(*typed)
    assert done.code == 2
    assert re.findall(r"--[a-z-]+", done.err) == [typed[-2], meant]


def test_answering_an_unknown_letter_lists_the_open_letters(office: Workspace) -> None:
    assert "none was issued yet" in office.here("reply", "4", "-m", "done").err
    for unit in ("城管局", "水利局"):
        done = office.here("notice", unit, "--as-of", "2016-04-05", "--issue", "-o", f"{unit}.docx")
        assert done.code == 0, done.err
    assert "not answered: 〔2016〕1号 (城管局), 〔2016〕2号 (水利局)" in office.here("reply", "4", "-m", "done").err


def test_a_unit_is_said_to_be_recorded_only_once_it_is(office: Workspace) -> None:
    late = office.here(*OPENED, "2016-03-01")
    assert (late.code, "recorded as typed" in late.err) == (2, False)
    due = office.here(*OPENED, "2016-05-01")
    assert (due.code, due.out[:1]) == (0, "#")
    assert due.err.startswith("Note: '水务' is not a unit of the plan; it is recorded as typed")


OPENED = ("problem", "open", "1", "积水", "--unit", "水务", "--force", "--on", "2016-04-01", "--due")


def test_a_basis_that_nobody_named_is_reported(office: Workspace) -> None:
    extend = ("extend", "1", "--to", "2016-05-31", "-m", "汛期", "--approved-by", "领导甲", "--on", "2016-03-01")
    assert "no basis was given, so it is taken to be a document" in office.here(*extend, "--dry-run").err
    assert not office.here(*extend, "--basis", "document", "--dry-run").err
