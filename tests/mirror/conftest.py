"""A mirror of an invented farm in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fluffydesk.mirror.mirror import Mirror
from tests.mirrors import make_mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    mirror = make_mirror(tmp_path / "farm.db")
    yield mirror
    mirror.close()
