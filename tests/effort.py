"""How much is tried: a share of it day by day, and all of it with JK_TEST_THOROUGH=1, as `.ci/run` does."""

import os

THOROUGH = bool(os.environ.get("JK_TEST_THOROUGH"))


def share(number: int) -> int:
    """So many examples or batches, or a fifth of them."""
    return number if THOROUGH else -(-number // 5)
