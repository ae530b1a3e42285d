"""Spoil the engine in a copy of the tree, one way at a time: `python -m tests.mutations [words]`.

First every test that is named runs on the unspoilt copy and must pass. Then each mutation is made,
and its test must fail by an assertion of its own: what cannot be imported, collected, installed
or is refused for a missing privilege proves nothing, and is told as broken. Prints what the test
noticed. Ends with 1 unless all are caught. With words, only those whose name, file or test has one
of them; with 2 where none has. `--table` prints the list for the documentation.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.mutations.catalogue import MUTATIONS
from tests.mutations.mutation import Mutation

ROOT = Path(__file__).parents[2]
PARTS = ("fluffydesk", "migrations", "resources", "tests", "pyproject.toml")
DRAFT = ("-m", "fluffydesk.central.draft", "--write", "--again")
WHERE = "import fluffydesk, tests; print(fluffydesk.__file__); print(tests.__path__[0])"
SECONDS = 300
"""For a mutated test; one that hangs has not said what is wrong."""
CAUGHT, SURVIVED, BROKEN = "caught", "SURVIVED", "BROKEN"


@dataclass(frozen=True)
class Outcome:
    """What pytest says of one test: `passed`, `failed`, `error` or `skipped`; in which words, and
    the file in which it was raised."""

    test: str
    end: str
    words: str = ""
    place: str = ""


def main() -> int:
    """Try every mutation that is asked for; return 1 unless all are caught."""
    words = sys.argv[1:]
    if words == ["--table"]:
        print(table())
        return 0
    wanted = [m for m in MUTATIONS if not words or any(w in m.described for w in words)]
    if not wanted:
        print(f"No mutation has one of these words: {' '.join(words)}", file=sys.stderr)
        return 2
    counts = dict.fromkeys((CAUGHT, SURVIVED, BROKEN), 0)
    with TemporaryDirectory() as folder:
        copy = Path(folder).resolve()
        for part in PARTS:
            take = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            take(ROOT / part, copy / part)
        began = time.monotonic()
        unfit = control(copy, wanted)
        print(f"control   {time.monotonic() - began:4.0f} s  {len(unfit)} do not pass unspoilt")
        for test, why in unfit.items():
            print(f"    {test}: {why}")
        for mutation in wanted:
            began = time.monotonic()
            verdict, why = (
                (BROKEN, "no control") if mutation.test in unfit else tried(copy, mutation)
            )
            counts[verdict] += 1
            spent = time.monotonic() - began
            print(f"{verdict:9} {spent:4.0f} s  {mutation.file}: {mutation.name}")
            print(f"                  {why}", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return int(counts[CAUGHT] < len(wanted))


def control(copy: Path, wanted: list[Mutation]) -> dict[str, str]:
    """Run every test that is named, on the copy as it is; return those that prove nothing, and why.

    Raises RuntimeError where it is not the copy that is tested.
    """
    told = run(copy, "-c", WHERE).split()
    if not all(Path(one).resolve().is_relative_to(copy) for one in told) or len(told) < 2:
        raise RuntimeError(f"this would test {told}")
    tests = sorted({one.test for one in wanted})
    outcomes = tested(copy, tests)
    unfit = {}
    for test in tests:
        mine = [one for one in outcomes if belongs(one.test, test)]
        bad = [one for one in mine if one.end in ("failed", "error")]
        if bad or not any(one.end == "passed" for one in mine):
            unfit[test] = bad[0].words if bad else "it does not run"
    return unfit


def belongs(ran: str, named: str) -> bool:
    """Say whether a test that ran is the named one, or one of the named file."""
    return ran.partition("[")[0] == named or ran.startswith(f"{named}::")


def tried(copy: Path, mutation: Mutation) -> tuple[str, str]:
    """Spoil the copy, and return whether the test notices, and in which words."""
    frozen = list(copy.glob("migrations/sql/*.sql"))
    touched = {copy / file for file, _, _ in mutation.edits}
    before = {one: one.read_text(encoding="utf-8") for one in (*frozen, *touched)}
    try:
        for file, old, new in mutation.edits:
            text = (copy / file).read_text(encoding="utf-8")
            if old not in text:
                return BROKEN, f"{file} has changed: it has no {old!r}"
            (copy / file).write_text(text.replace(old, new), encoding="utf-8")
        if any(one.suffix == ".sql" for one in touched):
            run(copy, *DRAFT)
            if all(one.read_text(encoding="utf-8") == before[one] for one in frozen):
                return BROKEN, "central would be installed unspoilt"
        return verdict(tested(copy, [mutation.test], "-x"), mutation)
    finally:
        for one, text in before.items():
            one.write_text(text, encoding="utf-8")


def verdict(outcomes: list[Outcome], mutation: Mutation) -> tuple[str, str]:
    """Say what the outcomes of a mutated test prove."""
    errors = [one for one in outcomes if one.end == "error"]
    failures = [one for one in outcomes if one.end == "failed"]
    if errors or not any(one.end in ("passed", "failed") for one in outcomes):
        return BROKEN, errors[0].words if errors else "no test ran to its end"
    if not failures:
        return SURVIVED, f"{mutation.test} passes"
    first = failures[0]
    by_the_test = first.place.startswith("tests/") and re.match(mutation.by, first.words)
    return (CAUGHT if by_the_test else BROKEN), f"{first.words}  ({first.place})"


def tested(copy: Path, tests: list[str], *options: str) -> list[Outcome]:
    """Run some tests in the copy and return what became of each."""
    report = copy / "report.xml"
    report.unlink(missing_ok=True)
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}")
    limit = SECONDS if options else SECONDS * 10
    try:
        run(copy, *command, *options, *tests, seconds=limit)
    except subprocess.TimeoutExpired:
        return [Outcome("", "error", f"it was still running after {limit} seconds")]
    if not report.exists():
        return [Outcome("", "error", "pytest did not come to a report")]
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        path = case.get("classname", "").split(".")
        classes = [part for part in path if part.startswith("Test")]
        file = "/".join(path[: len(path) - len(classes)]) + ".py"
        ends = {one.tag: one.get("message") or "" for one in case}
        end = next((tag for tag in ("error", "failure", "skipped") if tag in ends), "passed")
        words = " ".join(ends.get(end, "").split())[:160]
        text = case.findtext(end) or ""
        place = text.strip().rpartition("\n")[2].partition(":")[0]
        end = "failed" if end == "failure" else end
        found.append(Outcome("::".join([file, *classes, case.get("name", "")]), end, words, place))
    return found


def run(copy: Path, *command: str, seconds: float = SECONDS) -> str:
    """Run Python in the copy and return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=seconds,
        check=False,
    ).stdout


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
