"""Spoil the engine in a copy of the tree, one way at a time: `python -m tests.mutations [words]`.

Prints for each whether its test noticed. Ends with 1 if any went unnoticed. With words, only those
whose name or file has one of them. `--table` prints the list for the documentation.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutations.catalogue import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]
PARTS = ("fluffydesk", "migrations", "resources", "tests", "pyproject.toml")
DRAFT = ("-m", "fluffydesk.central.draft", "--write", "--again")
FAILED = 1
"""How pytest ends when a test has failed; anything else proves nothing."""


def main() -> int:
    """Try every mutation that is asked for; return 1 if any survives."""
    words = sys.argv[1:]
    if words == ["--table"]:
        print(table())
        return 0
    wanted = [m for m in MUTATIONS if not words or any(w in m.file + m.name for w in words)]
    survivors = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            take = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            take(ROOT / part, copy / part)
        for mutation in wanted:
            began = time.monotonic()
            caught = is_caught(copy, mutation)
            survivors += not caught
            word = "caught" if caught else "SURVIVED"
            spent = time.monotonic() - began
            print(f"{word:9} {spent:4.0f} s  {mutation.file}: {mutation.name}", flush=True)
    print(f"{len(wanted) - survivors} caught, {survivors} survived")
    return int(survivors > 0)


def is_caught(copy: Path, mutation: Mutation) -> bool:
    """Say whether the mutation's test fails with it, in a copy of the tree."""
    path = copy / mutation.file
    whole = path.read_text(encoding="utf-8")
    frozen = {one: one.read_text(encoding="utf-8") for one in copy.glob("migrations/sql/*.sql")}
    path.write_text(whole.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        if path.suffix == ".sql":
            run(copy, *DRAFT, check=True)
        test = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutation.test)
        file, _, name = mutation.test.partition("::")
        if name:
            test = (*test[:-1], file, "-k", name)
        return run(copy, *test) == FAILED
    finally:
        for one, text in {path: whole, **frozen}.items():
            one.write_text(text, encoding="utf-8")


def run(copy: Path, *command: str, check: bool = False) -> int:
    """Run Python in the copy and return how it ended."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=check,
    ).returncode


def table() -> str:
    """Return the list as a table in Markdown."""
    rows = [
        f"| {one.name} | `{one.file.removeprefix('fluffydesk/')}` "
        f"| `{one.test.removeprefix('tests/')}` |"
        for one in MUTATIONS
    ]
    return "\n".join(["| spoilt so | in | caught by |", "|---|---|---|", *rows])


if __name__ == "__main__":
    sys.exit(main())
