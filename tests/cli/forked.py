"""A command in a process of its own, forked from one that has loaded the program already.

Loading takes a second of the processor each time, which a test of thirty commands would pay thirty
times. Where there is no fork (Windows) each process loads for itself.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fluffydesk.cli import main

_WAY = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_PROCESSES = multiprocessing.get_context(_WAY)
_PROCESSES.set_forkserver_preload([__name__, "fluffydesk.account.session", "fluffydesk.cli.doctor"])


def run_forked(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, streams: Path, patience: int
) -> int:
    """Run a command to its end in `folder` and return its exit code.

    It reads the file `in` of the folder `streams` and writes `out` and `err` there. A command that
    takes longer than `patience` seconds is killed, and the test fails.
    """
    arguments = (tuple(words), dict(environment), str(folder), str(streams))
    process = _PROCESSES.Process(target=_live, args=arguments)
    process.start()
    process.join(patience)
    if process.is_alive():
        process.kill()
        process.join()
        raise AssertionError(f"{' '.join(words)} took longer than {patience} s")
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _live(words: tuple[str, ...], environment: dict[str, str], folder: str, streams: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for name, flags, number in (("in", os.O_RDONLY, 0), ("out", _NEW, 1), ("err", _NEW, 2)):
        opened = os.open(os.path.join(streams, name), flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    for name, mode, number in (("stdin", "r", 0), ("stdout", "w", 1), ("stderr", "w", 2)):
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    code = main(words)
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
