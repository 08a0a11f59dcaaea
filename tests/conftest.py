"""What all tests share: one option, to write transcripts anew instead of comparing them."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-transcripts", action="store_true", help="write what jk prints now into tests/cli/*.test")
