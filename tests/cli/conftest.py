from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.desk import PC, Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A central in a process of its own, with tables and no organization yet."""
    central = Served(tmp_path_factory.mktemp("served"))
    central.start()
    try:
        made = central.admin("init")
        assert made.code == 0, made.err
        yield central
    finally:
        central.stop()


@pytest.fixture
def pc(tmp_path: Path) -> Callable[[str], PC]:
    """Make PCs by name."""
    return lambda name: PC(tmp_path, name)
