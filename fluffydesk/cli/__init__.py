"""The command `fluffydesk`: runs what the words ask for, and says in one line what went wrong.

Exit codes: 0 done; 1 refused, or something is wrong that was asked about; 2 the command was
misspelled; 70 a bug, with a report in the home's logs; 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from fluffydesk.cli.commands import joined, parser
from fluffydesk.cli.reports import write_report
from fluffydesk.errors import Refusal

REFUSED = 1
BUG = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(joined(sys.argv[1:] if arguments is None else arguments))
    _speak_utf8()
    try:
        code = _command(options.run)(options)
        sys.stdout.flush()
    except Refusal as refusal:
        print(" ".join(str(refusal).split()), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()  # its reader has gone
        return REFUSED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _bug(error, options)
        _drop_output()
        print("The disk is full. Make room, then try again.", file=sys.stderr)
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the one place where bugs end
        return _bug(error, options)
    return code or 0


def _bug(error: Exception, options: Namespace) -> int:
    path = write_report(error, options.home)
    print(f"This is a bug in FluffyDesk, please report it with {path}", file=sys.stderr)
    return BUG


def _drop_output() -> None:
    """Give up what was not yet written, so that Python does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command(name: str) -> Callable[[Namespace], int | None]:
    """Load the module of a command only now: `status` need not wait for what the window needs."""
    module, _, function = name.partition(":")
    gc.disable()  # what is imported stays; looking through it for garbage takes a third of the time
    found: Callable[[Namespace], int | None] = getattr(importlib.import_module(module), function)
    gc.freeze()
    gc.enable()
    return found


def _speak_utf8() -> None:
    """Write UTF-8 to files and pipes everywhere, and never fail on a letter a terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
            if not stream.isatty():
                reconfigure(encoding="utf-8")
