"""Cells with units and persons: read by their roles, or returned; several units are never read as one."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from effort import share
from jingkai_cli.intake.column_headers import synonyms
from jingkai_cli.intake.responsible_units import Units, is_person, read_units

KNOWN = synonyms()


def read(text: str) -> Units:
    return read_units(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "lead", "plain", "support"),
    [
        ("水务局 园林局 养护队", [], ["水务局", "园林局", "养护队"], []),
        ("水务局、园林局，养护队；城管局", [], ["水务局", "园林局", "养护队", "城管局"], []),
        ("牵头单位：园林局 配合单位：水务局、养护队", ["园林局"], [], ["水务局", "养护队"]),
        ("牵头单位：园林局配合单位：水务局", ["园林局"], [], ["水务局"]),
        ("牵头：园林局；配合：水务局", ["园林局"], [], ["水务局"]),
        ("园林局、水务局（牵头）", ["水务局"], ["园林局"], []),
        ("园林局（配合）、水务局（主办）", ["水务局"], [], ["园林局"]),
        ("由园林局牵头，水务局、养护队配合", ["园林局"], [], ["水务局", "养护队"]),
        ("园林局牵头 水务局配合", ["园林局"], [], ["水务局"]),
        ("财政局、发改委按职责分工负责", [], ["财政局", "发改委"], []),
        ("规划局和国土局", [], ["规划局", "国土局"], []),
        ("住房和城乡建设局、人力资源和社会保障局", [], ["住房和城乡建设局", "人力资源和社会保障局"], []),
        ("教 体 局", [], ["教体局"], []),
        ("城镇\n办", [], ["城镇办"], []),
        ("住房和城乡\n建设局", [], ["住房和城乡建设局"], []),
        ("园林局\n（牵头）\n水务局", ["园林局"], ["水务局"], []),
        ("发改委（物价局）", [], ["发改委（物价局）"], []),
        ("各乡镇（街道）", [], ["各乡镇（街道）"], []),
        ("①园林局②水务局", [], ["园林局", "水务局"], []),
        ("1.园林局 2.水务局", [], ["园林局", "水务局"], []),
        ("第一责任单位：园林局；第二责任单位：水务局", ["园林局"], [], ["水务局"]),
        ("安监局、国土", [], ["安监局", "国土"], []),
        ("Works Bureau, Parks Bureau", [], ["Works Bureau", "Parks Bureau"], []),
        ("无", [], [], []),
    ],
)
def test_units_by_their_roles(text: str, lead: list[str], plain: list[str], support: list[str]) -> None:
    found = read(text)
    assert (found.lead, found.plain, found.support, found.rest) == (lead, plain, support, [])


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("教体局（张某）", [("教体局", "张某")]),
        ("教体局（张三、李四）、城管局", [("教体局", "张三、李四")]),
        ("教体局 张三", [("教体局", "张三")]),
        ("教体局/王某某", [("教体局", "王某某")]),
        ("责任单位：教体局；责任人：张某", [("", "张某")]),
    ],
)
def test_the_person_beside_a_unit(text: str, persons: list[tuple[str, str]]) -> None:
    found = read(text)
    assert (found.persons, found.plain[0], found.rest) == (persons, "教体局", [])


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("经开区 城镇办", ["经开区 城镇办"]),
        ("经开区\n城镇办", ["经开区 城镇办"]),
        ("规划局、国土局等部门", ["等部门"]),
        ("园林局（省直）", ["（省直）"]),
        ("园林局为主", ["园林局为主"]),
        ("园林局 13800000000", ["园林局 13800000000"]),
        ("：", []),
    ],
)
def test_text_that_is_no_name_is_returned(text: str, rest: list[str]) -> None:
    found = read(text)
    assert found.rest == rest
    assert not {*found.names()} & {*rest}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((name, True) for name in ("张三", "王某某", "某人", "负责人甲", "李局长")),
        *((name, False) for name in ("教体局", "国土", "省直", "高新区", "林业", "北段")),
    ],
)
def test_persons_and_units_are_distinguished(text: str, expected: bool) -> None:  # noqa: FBT001
    assert is_person(text) is expected


WORDS = st.sampled_from(
    [
        "水务局",
        "园林局",
        "养护队",
        "各乡镇",
        "牵头",
        "配合",
        "：",
        "；",
        "、",
        "，",
        " ",
        "\n",
        "（",
        "）",
        "牵头单位：",
        "配合单位：",
        "责任人：",
        "张三",
        "李某",
        "等部门",
        "和",
        "会同",
        "由",
        "负责",
        "住房和城乡建设局",
        "经开区",
        "/",
        "按职责分工负责",
        "办",
    ]
)
ROLES = set("牵头配合由负责单位责任人会同按职分工、，；：/ \n（）和等部门")


@settings(max_examples=share(400), deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=7).map("".join))
def test_no_word_is_lost_and_no_name_contains_two(text: str) -> None:
    found = read(text)
    said = "".join([*found.names(), *(person for _unit, person in found.persons), *found.rest, found.leader or ""])
    assert not {character for character in text if character not in ROLES} - set(said)
    assert all(len(name) > 1 and not set(name) & set("：、；\n") for name in found.names())


def test_a_name_that_may_lack_the_last_word_of_its_list_is_listed() -> None:
    assert read("园林局；东街、西街、南街办事处").short == ["东街", "西街"]
    assert read("财政、审计局").short == ["财政"]
    assert read("财政局、审计局、国土").short == []


@pytest.mark.parametrize("text", ["园林局→水务局", "园林局2016年"])
def test_a_name_with_other_text_is_returned(text: str) -> None:
    assert (read(text).names(), read(text).rest) == ([], [text])
