"""What all tests share: one option, to write transcripts anew instead of comparing them; and one PostgreSQL."""

from collections.abc import Iterator

import pytest

from postgres_server import Server, session_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-transcripts", action="store_true", help="write what jk prints now into tests/cli/*.test")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that a test makes is remembered among what the tester's own `jk` remembers."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield from session_server()
