"""Reads cells with units and persons: lead units, support units, and responsible persons."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ..language import _
from ..text import split_outside
from .column_headers import Synonyms, labelled

NOBODY = frozenset({"", "无", "/", "\\", "-", "—", "——", "–", "－", "待定", "未定", "未明确", "暂无", "N/A", "n/a"})
"""Words for no unit or person."""

LEAD, SUPPORT, PERSON = "lead_unit", "support_units", "person"

UNIT_LABELS = frozenset({LEAD, SUPPORT, PERSON, "responsible", "leader"})

_SUFFIX = re.compile(
    "(?:局|委|办|厅|部|处|科|股|室|院|所|站|队|会|社|厂|矿|场|馆|校|园|段|组|台|联|中心|公司|集团|街道|[镇乡村]|社区|银行|支行|分行"
    "|政府|小学|中学|大学|学院|医院|银监|开发区|园区|专班|指挥部|单位|部门|企业|移动|联通|电信|铁塔|[县区市旗州省])(?:[（(].*[）)])?$"
)
"""The end of a unit's name."""

_REGION = re.compile("[区县市省州旗]$")

_LEADS = re.compile("^(?:由)?(?P<who>.*?)(?:负责|负)?(?:牵头|主办|主责|抓总)(?:负责|落实|实施|推进|单位|部门)?$")

_SUPPORTS = re.compile(
    "^(?:由)?(?P<who>.*?)(?:积极|密切|共同)?(?:配合|协助|协办|参与|协同)(?:落实|实施|推进|做好|单位|部门)?$"
)

_BEAR = re.compile(
    "^(?:由)?(?P<who>.*?)(?:按照?(?:各自)?(?:职责|职能)(?:分工)?|分别|共同|分工|具体)?(?:负责|落实|承担)$"
)

_MARK_LEADS = re.compile("(?:牵头|主办|主责)(?:单位|部门|负责)?|负责|第一责任单位|lead")

_MARK_SUPPORTS = re.compile("(?:配合|协办|参与|协助)(?:单位|部门)?|support")

_AND_OTHERS = re.compile(
    "^(?P<who>.+?)(?P<rest>等(?:[0-9一二三四五六七八九十]+个)?(?:相关|有关|各)?(?:部门|单位|科室|企业)?)$"
)

_CONJUNCTION = re.compile("以及|会同|联合|[-+＋&＆—–·~]+|[和及与]")

_NO_NAME = re.compile("[:：。、，；\n→>＞]|[0-9]年|^[^\u4e00-\u9fffA-Za-z]+$")
"""Texts that are not a name, or more than one."""

_WORDS = re.compile(
    "^主要$|^第[一二三四五]$|为主|负责|牵头|配合|协助|协调|指导|按|由|具体|其他|其余|分别|共同|根据|.{31}"
)
"""Words that no name of a unit contains, unless it ends like one."""

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊陆郝孔白崔康毛邱秦江"
    "史顾侯邵孟龙万段雷钱汤尹黎易武乔贺赖龚庞樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢岳齐梅莫庄辛耿涂冉"
)
"""The most common surnames, without those that begin the short name of an office, such as 安监 or 国土."""

_OFFICES = frozenset({"林业", "林草", "高新", "高速", "石化", "江北", "江南", "武装", "方志", "史志", "康养", "田园"})

_PERSON = re.compile(
    "[\u4e00-\u9fff]{0,3}某{1,2}[\u4e00-\u9fff]?|(?:负责人|责任人|经办人|承办人|联系人|领导|同志)[\u4e00-\u9fffA-Za-z0-9]{1,2}"
    "|[\u4e00-\u9fff]{1,4}(?:局长|主任|书记|科长|经理|同志|[县区市镇乡部院校处站所会]长|总工)"
)
"""A person without a full name: 张某, 负责人甲, 王局长."""

_HAN = re.compile("[\u4e00-\u9fff]")

_LONGEST_NAME = 3


class Units(Struct):
    """The units and persons in a cell. `plain`: units without a role."""

    lead: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    persons: list[tuple[str, str]] = field(default_factory=list)
    """A unit, empty if none is named, and its person."""
    leader: str | None = None
    rest: list[str] = field(default_factory=list)
    """Texts that are not understood."""
    short: list[str] = field(default_factory=list)
    """Names that may lack the last word of their list: 东街、西街办事处."""

    def names(self) -> list[str]:
        """Every unit, in the order of their roles."""
        return [*self.lead, *self.plain, *self.support]

    def is_first_known(self) -> bool:
        """Whether nothing in `rest` can belong before the first unit: 等部门 and remarks follow units."""
        return all(text.startswith(("等", "（")) for text in self.rest)

    def take(self, others: "Units", but: list[str]) -> None:
        """Add the units of another text, except the names in `but`, which go to `rest`."""
        for name in others.names():
            role = LEAD if name in others.lead else SUPPORT if name in others.support else None
            if name not in but:
                self.add(name, role)
        self.rest += [*others.rest, *but]
        self.short += others.short
        self.persons += others.persons
        self.leader = self.leader or others.leader

    def add(self, name: str, role: str | None) -> None:
        """Add a unit in a role."""
        members = self.lead if role == LEAD else self.support if role == SUPPORT else self.plain
        if name not in members:
            members.append(name)


def read_units(text: str, known: Synonyms) -> Units:
    """Read the units of a cell: a list, labels (`牵头：乙局`), marks (`甲局（牵头）`), or words (`乙局牵头`)."""
    units = Units()
    joined = _NUMBERS.sub("\n", re.sub(r"\s+(?=[（(])", "", text))
    for label, value in labelled(_join_lines(joined, units), known, UNIT_LABELS):
        if label == PERSON:
            units.persons.append(("", value))
        elif label == "leader":
            units.leader = value
        else:
            for clause in split_outside(value, "；;\n。，,"):
                _read_clause(clause, label if label in (LEAD, SUPPORT) else None, units)
    return units


_NUMBERS = re.compile(r"[①-⑳]|(?:^|(?<=[\s；;。，,、]))[0-9]{1,2}[.．、](?![0-9])")
"""Numbers before units in one cell: `①甲局②乙局`."""


def _join_lines(text: str, units: Units) -> str:
    """Join names that a narrow cell broke into lines; a text that may be one name or two goes to `units.rest`."""
    joined = ""
    for line in map(str.strip, text.split("\n")):
        before = _PARTS.split(joined)[-1]
        first_name = next(iter(_PARTS.split(line)), "")
        if not before or not _HAN.search(before):
            joined = f"{joined}\n{line}" if joined else line
        elif len(first_name) == 1 or (_holds_a_conjunction(before) and _SUFFIX.search(first_name)):
            joined += line
        elif (_REGION.search(before) and not _REGION.search(first_name)) or (
            _SUFFIX.search(first_name) and not _SUFFIX.search(before)
        ):
            units.rest.append(f"{before} {line}")
            joined = joined[: -len(before)]
        else:
            joined = f"{joined}\n{line}"
    return joined


_PARTS = re.compile("[、，,；;/ :：\n]")


def _holds_a_conjunction(name: str) -> bool:
    """Whether a name has a conjunction such as 和, but is neither complete nor two names: 住房和城乡."""
    found = list(_CONJUNCTION.finditer(name))
    is_whole = _SUFFIX.search(name) and not re.search("[乡镇村县区市]$", name)
    return (
        bool(found)
        and not is_whole
        and not any(_both_units(name[: each.start()], name[each.end() :]) for each in found)
    )


def is_person(text: str) -> bool:
    """Whether a text is the name of a person, not of a unit."""
    name = re.sub(r"[\s0-9-]", "", text)
    if _PERSON.fullmatch(name):
        return True
    is_name = 1 < len(name) <= _LONGEST_NAME and name[0] in _SURNAMES and bool(_HAN.match(name[1:]))
    return is_name and not _SUFFIX.search(name) and name not in _OFFICES


def looks_like_units(text: str) -> bool:
    """Whether a text consists of names of units only, for units in a column of persons."""
    parts = list(split_outside(text, "、，,；;\n/ "))
    return bool(parts) and all(_SUFFIX.search(part) and not is_person(part) for part in parts)


def _read_clause(clause: str, role: str | None, units: Units) -> None:
    """Add the units of a clause without commas: `由乙局牵头`, `甲局、丙队配合`, `甲局 乙局`."""
    words = clause.split()
    if len(words) > 1 and any(form.match(word) for word in words for form in (_LEADS, _SUPPORTS)):
        for word in words:
            _read_clause(word, role, units)
        return
    for form, found in ((_LEADS, LEAD), (_SUPPORTS, SUPPORT), (_BEAR, None)):
        match = form.match(clause)
        if match and match["who"].strip():
            clause, role = match["who"].strip(), found if found is not None else role
            break
    names = [name for part in split_outside(clause, "、|") for name in _split_name(part, units)]
    for name in names:
        _read_name(name, role, units)
    if names and _SUFFIX.search(names[-1]):
        units.short += [name for name in names if name in units.names() and not _SUFFIX.search(name)]


def _split_name(part: str, units: Units) -> Iterator[str]:
    """Yield the names in a part, split at spaces, slashes or a conjunction; persons after units go to `units`."""
    words = list(split_outside(part, " \t　/／")) if _HAN.search(part) else list(split_outside(part, "/"))
    if len(words) > 1 and all(len(word) == 1 for word in words):  # 教 体 局
        words = ["".join(words)]
    elif len(part.split()) > 1 and _HAN.search(part) and not _are_separate(words):
        units.rest.append(part)
        return
    for number, word in enumerate(words):
        if number and is_person(word):
            units.persons.append((words[number - 1], word))
            continue
        conjunctions = _CONJUNCTION.finditer(word)
        place = next((each for each in conjunctions if _both_units(word[: each.start()], word[each.end() :])), None)
        if place:
            yield word[: place.start()]
            yield from _split_name(word[place.end() :], units)
        else:
            yield word


def _are_separate(words: list[str]) -> bool:
    """Whether spaces separate units and persons, and are not within one name: 经开区 城镇办 is one unit."""
    known = all(_SUFFIX.search(word) or is_person(word) for word in words)
    return known and (not _REGION.search(words[0]) or all(_REGION.search(word) for word in words))


def _both_units(left: str, right: str) -> bool:
    """Whether the texts around a conjunction are two units; 住房和城乡建设局 is one."""
    return bool(_SUFFIX.search(left)) and len(left) > 1 and bool(_SUFFIX.search(right)) and len(right) > 1


_BRACKET = re.compile(r"^(?P<name>[^（(]+)[（(](?P<inner>[^（）()]*)[）)]$")


def _read_name(name: str, role: str | None, units: Units) -> None:
    """Add one unit, with a role, a person or a remark in brackets after its name."""
    name = name.strip(" \t　:：、.。")
    if name in NOBODY:
        return
    if others := _AND_OTHERS.match(name):
        units.rest.append(others["rest"])
        name = others["who"]
    bracket = _BRACKET.match(name)
    if bracket is None:
        if len(name) == 1 or _NO_NAME.search(name) or (_WORDS.search(name) and not _SUFFIX.search(name)):
            units.rest.append(name)
        else:
            units.add(name, role)
        return
    inner, unit = bracket["inner"].strip(), bracket["name"].strip()
    person = re.sub("^(?:责任人|负责人|联系人)[:：]", "", inner)
    if _MARK_LEADS.fullmatch(inner):
        units.add(unit, LEAD)
    elif _MARK_SUPPORTS.fullmatch(inner):
        units.add(unit, SUPPORT)
    elif all(map(is_person, split_outside(person, "、，,/ "))) and person:
        units.add(unit, role)
        units.persons.append((unit, person))
    elif (_SUFFIX.search(inner) or inner.startswith("原")) and not inner.startswith(("含", "不含", "除")):
        units.add(name, role)
    else:
        units.add(unit, role)
        units.rest.append(f"（{inner}）")


def not_understood(rest: list[str]) -> str:
    """The reason why a cell with units was read only in part."""
    return _("not the name of a unit: {texts}").format(texts="、".join(rest))
