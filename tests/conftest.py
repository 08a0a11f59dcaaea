"""Shared by all tests: an option, a plan cache for tests, and a PostgreSQL server."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import running  # noqa: F401 - before any test module: it loads the commands in English, whatever the tester's locale
from effort import STORES, memory, share
from postgres_server import Server, session_server

if folder := memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
    tempfile.tempdir = folder  # of `TemporaryDirectory`
# A busy machine is no failure. Runs are repeatable; JK_TEST_RANDOM=1 draws new examples.
settings.register_profile(
    "jk",
    deadline=None,
    max_examples=share(100),
    derandomize=not os.environ.get("JK_TEST_RANDOM"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("jk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-transcripts", action="store_true", help="write what jk prints now into tests/cli/*.test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slow tests, so that all workers end at the same time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out, because xdist counts no deselected tests."""
    if config.option.markexpr == "not slow":
        terminalreporter.write_line("The slow tests were left out: `pytest -m slow` runs them.")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests out of the plan cache of the tester's own `jk`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield from session_server()


@pytest.fixture(params=STORES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a ledger may be: a file that is not there, or an empty ledger in PostgreSQL."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.db")
        return
    server: Server = request.getfixturevalue("server")
    with server.lent_ledger() as url:
        yield url
