"""Four desks and a central under random work and random faults, for a minute.

`FLUFFYDESK_SIMULATION_SEED` lives the lives of one seed again; `python -m tests.simulation
--hours 2` goes on for longer.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.fate import commit_points

SECONDS = 60


@pytest.mark.timeout(900)
def test_everybody_agrees_in_the_end() -> None:
    """In a process of its own, where nothing is left to chance that could not be repeated."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seconds", str(SECONDS)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(run.stdout)
    assert run.returncode == 0, run.stdout


def test_every_commit_of_the_sync_is_a_place_to_die() -> None:
    points = set(commit_points())
    sending = {"push.fill_outbox apply", "push._settle apply", "pull._apply apply"}
    decided = {f"resolve.{one}" for one in ("decide unit", "decide apply", "retry apply")}
    assert sending | decided | {"cycle._take_in apply", "resolve.discard apply", "save"} <= points
