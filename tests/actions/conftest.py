"""A mirror with nothing in it, and what a test may have in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fluffydesk.mirror.mirror import Mirror
from tests.actions.barn import Barn, make_barn
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "mirror.db") as opened:
        yield opened


@pytest.fixture
def barn(mirror: Mirror) -> Barn:
    return make_barn(mirror)


@pytest.fixture
def sample(mirror: Mirror) -> Sample:
    """A small clinic."""
    return fill(mirror)
