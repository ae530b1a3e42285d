"""Run the simulation: `python -m tests.simulation --hours 2`, or one seed again with `--seed N`.

Each seed is a few lives of one farm. The first that fails ends the run and says how to repeat it;
`--shrink` then looks for a shorter way to the same failure.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from fluffydesk.central import administration, gateway
from fluffydesk.central.embedded import DATABASE, EmbeddedServer
from fluffydesk.sync import baseline, numbers, pull, push
from tests.conftest import fresh_central, pytest_configure
from tests.simulation.fate import Clock
from tests.simulation.life import EVERY_POINT, Life
from tests.sync.fewer import only_tables

LIVES = 6
STEPS = 40
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
TABLES = (
    *("organizations", "profiles", "organization_users", "livestock_species", "livestock"),
    *("weight_logs", "farm_inventory", "inventory_transactions", "pets", "clinic_clients"),
    *("clinic_patients", "appointments"),
)
"""What the lives need."""


def main() -> None:
    """Live one life after another until the time is up, or one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--hours", type=float, default=0, help="how long to go on")
    parser.add_argument("--seconds", type=float, default=0, help="how long to go on")
    parser.add_argument("--seed", type=int, help="live the lives of this seed again, and no others")
    parser.add_argument("--shrink", action="store_true", help="look for the shortest failure")
    wanted = parser.parse_args()
    told = os.environ.get("FLUFFYDESK_SIMULATION_SEED")
    again = int(told) if wanted.seed is None and told else wanted.seed
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets is part of what is repeated
        command = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, "PYTHONHASHSEED": "0"})
    began = time.monotonic()
    with world_to_live_in():
        while True:
            number = secrets.randbelow(10**9) if again is None else again
            before, moments = Life.lived, Life.moments
            try:
                live(number, wanted.shrink)
            except BaseException:
                print(f"Seed {number}. Once more: python -m tests.simulation --seed {number}")
                raise
            spent = time.monotonic() - began
            told = f"{Life.lived - before} lives of {Life.moments - moments} moments"
            print(f"seed {number}: {told}, {spent:.0f} s", flush=True)
            if again is not None or spent > wanted.hours * 3600 + wanted.seconds:
                break
    spared = sorted(set(EVERY_POINT) - Life.passed)
    print(f"{Life.lived} lives; at no time died at: {', '.join(spared) or '-'}")


@contextmanager
def world_to_live_in() -> Iterator[None]:
    """Start a Postgres and set up what all lives share: a central, three people, a clock."""
    # Small pages, so that what is cut is cut in the middle.
    gateway._BATCH_ROWS = baseline.ROWS_AT_ONCE = 40
    pull.ROWS_AT_ONCE = push.ROWS_AT_ONCE = 3
    numbers.BLOCK, numbers.LOW = 4, 2
    chosen = os.environ.get("FLUFFYDESK_TEST_POSTGRES")
    binaries = Path(chosen) if chosen else None
    pytest_configure()
    Life.clock = Clock()
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with EmbeddedServer(home / "server", binaries=binaries, settings=SETTINGS) as server:
            administration.init(server.admin_url)
            with (
                fresh_central(server, DATABASE) as central,
                Life.clock.rules(),
                only_tables(*TABLES),
            ):
                Life.central, Life.folder = central, home
                first = central.add_organization("Home")
                Life.people = {
                    name: (central.email(name), central.add_user(name, first, "staff"))
                    for name in ("anna", "ben", "cleo")
                }
                yield


def live(number: int, shrink: bool) -> None:
    """Live the lives of one seed."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        seed(number)(Life),
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            phases=phases,
            derandomize=False,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


if __name__ == "__main__":
    main()
