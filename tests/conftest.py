"""The long forms run only when they are asked for: ``pytest -m slow -n 0 -s PATH``."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless the command names it."""
    if "slow" in config.option.markexpr:
        return
    here = Path(__file__).parent
    slow = [one for one in items if here in one.path.parents and one.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [one for one in items if one not in slow]
