"""With a Chinese locale every error is in Chinese: 80 commands with mistakes that a clerk may make."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from running import COMMANDS, PATIENCE, workspace

WRONG = """
jk
jk rapport
jk reprot --overdue
jk report --overdu
jk report --as-of
jk report --as-of 上月
jk report --as-of 2016-13-01
jk report --as-of 2016-02-30
jk report --due-within 十天
jk report --due-within -1
jk report --unit 水务局
jk report --group-by 月份
jk report --lamp 紫灯
jk report 99
jk report -f pdf
jk report -f xlsx -o 没有的文件夹/表.xlsx
jk report -o 没有的文件夹/表.csv
jk report -o .
jk report --encoding utf-99 -f csv -o 表.csv
jk report --plan 没有.yaml
jk report --ledger 没有.db
jk report --known-on 明天以后
jk show
jk show 21
jk show 花卉
jk show 1 2
jk record
jk record 99 30
jk record 12
jk record 12 120
jk record 12 -5
jk record 12 三成
jk record 12 投资=1
jk record 10 投资
jk record 10 投资=一亿
jk record 10 投资=1吨
jk record 12 30 --on 2036-01-01
jk record 12 30 --on 6月31日
jk record 12 30 --evidence 没有.pdf
jk record 12 30 --received 昨儿
jk record 12 30 --force
jk record "" 30
jk correct
jk correct 999 30 -m 看错
jk correct 一 30 -m 看错
jk retract 999 -m 看错
jk retract 1
jk reach 4.2
jk reach 4.2 竣工
jk reach 99 decoration
jk done 99
jk accept 12
jk accept 12 --verifier 监理
jk reopen 12 -m 返工
jk extend 10
jk extend 10 --to 2015-01-01 -m 雨季 --approved-by 领导小组
jk extend 10 --to 明年春天 -m 雨季 --approved-by 领导小组
jk extend 10 --to 2017-01-31 --approved-by 领导小组 --basis 口信
jk suspend 10
jk resume 10 -m 复工
jk cancel 10
jk object 7 -m 不同意
jk ruling 7 upheld -m 核实
jk ruling 7 也许 -m 核实
jk problem
jk problem open 7
jk problem open 7 占道经营 --unit 祥云办事处
jk problem fix 999
jk problem verify 999 --verifier 监理
jk problem list --task 99
jk import
jk import 没有.csv
jk import tasks.yaml
jk bulletin --week 2016-W60
jk bulletin --from 2016-03-07 --to 2016-03-01
jk notice
jk notice 水务局
jk score 执法局 101 --month 2016-03
jk rank --month 三月廿份
jk assess --month 2016-13
jk export --month 2016-3月
jk check 账本
jk check --anchor 没有
jk backup 没有的文件夹/备份.db
jk restore 没有.db --ledger 新.db
jk init --from 没有.docx
jk form --month 2016-04 --unit 水务局
jk schema 多余
"""
RUN = """
import json, sys
from io import StringIO
from contextlib import redirect_stderr, redirect_stdout
from shlex import split
from jingkai_cli.cli.app import run
for line in json.load(sys.stdin):
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(split(line)[1:])
    print(json.dumps([line, code, out.getvalue(), err.getvalue()]))
"""
NAMES = re.compile(
    r"`[^`]*`|--?[a-z][a-z-]*|\bjk(?: [a-z-]+)*|\b[A-Z]+_[A-Z_]+\b|\b\w+\.(?:yaml|db|csv|jsonl|docx|pdf|txt)\b|\S*/\S+"
    r"|'[^']*'|“[^”]*”|\b[0-9a-f]{12}\b"
)
"""Words that are the same in any language: commands, options, variables, files, and typed text."""
KEPT = {
    *(
        "table",
        "plain",
        "markdown",
        "csv",
        "json",
        "html",
        "xlsx",
        "docx",
        "yaml",
        "jsonl",
        "md",
        "txt",
        "gb",
        "utf",
        "ics",
    ),
    *("red", "yellow", "green", "none", "unit", "leader", "category"),
    *("upheld", "changed", "document", "minutes", "oral", "percent", "last"),
    *("ledger", "plan", "vanished", "fell", "jumped", "full", "bare", "typed", "own", "accept", "decoration"),
    *("Schema", "CSV", "JSON", "URL", "PostgreSQL", "YAML", "UTF", "SEQ", "HASH", "jk", "pip", "install"),
    *("PDF", "Word"),
    *(word for path in COMMANDS for word in path),
}
"""Formats, choices, checks and ids: codes that are typed."""


def test_remarks_on_the_plan_write_dates_out(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    for line in ("check", "notice 城镇办 --as-of 2016-04-15"):
        told = place.here(*line.split(), LANG="zh_CN.UTF-8").err
        assert "（2016年4月30日）" in told
        assert "2016-04" not in told


@pytest.mark.slow
def test_no_error_has_an_english_word(tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    lines = WRONG.split("\n")[1:-1]
    assert len(lines) >= 80
    environment = desk.environment(LANG="zh_CN.UTF-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=desk.folder,
        env=environment,
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=True,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line for line, *_rest in said] == lines
    foreign = {line: sorted(words) for line, _code, out, err in said if (words := _foreign(out + err))}
    assert foreign == {}
    accepted = [line for line, code, out, _err in said if code == 0 and line != "jk" and "用法" not in out]
    assert accepted == []


def _foreign(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{2,}", NAMES.sub(" ", text))) - KEPT
