"""The words of the command line: every command, its options, and where its code lies."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fluffydesk import __version__

_ROOM = "fluffydesk.cli"
_AFTER = """\
Without a command the window opens. Set FLUFFYDESK_HOME or --home to choose the data folder: one
machine can so be several PCs. --json prints data for scripts. Exit code 0 means done, 1 refused
or something is wrong, 2 a misspelled command.
"""


_TAKES_A_MINUS = ("--order", "--keep", "--search", "--where")


def joined(words: Sequence[str]) -> list[str]:
    """Return the words with `--order -name` written as `--order=-name`, as argparse needs it."""
    found: list[str] = []
    for word in words:
        if found and found[-1] in _TAKES_A_MINUS and word.startswith("-"):
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


@cache
def parser() -> ArgumentParser:
    """Return the parser; `run` of its answer is "module:function" of the command."""
    top = ArgumentParser(
        "fluffydesk",
        description="Work on a farm's or a clinic's records offline; sync when there is a network.",
        epilog=_AFTER,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"FluffyDesk {__version__}")
    top.add_argument("--home", type=Path, metavar="DIR", help="the data folder of this PC")
    top.add_argument("--json", action="store_true", help="print data as JSON")
    top.set_defaults(run=f"{_ROOM}.windows:open_app")
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    _windows(commands)
    _accounts(commands)
    _syncing(commands)
    _records(commands)
    _decisions(commands)
    _files(commands)
    _central(commands)
    return top


def _windows(commands: Any) -> None:
    demo = _command(commands, "demo", "windows:demo", "a sample farm and clinic to try out")
    demo.add_argument("--no-window", action="store_true", help="set up and sync, then end")
    demo.add_argument("--clinic", action="store_true", help="start at the clinic, not the farm")
    demo.add_argument("--fresh", action="store_true", help="throw an earlier demo away first")


def _accounts(commands: Any) -> None:
    sign_in = _command(
        commands, "sign-in", "accounts:sign_in", "sign in here; the password is asked or piped in"
    )
    sign_in.add_argument("url", metavar="URL", help="central's address, without user and password")
    sign_in.add_argument("email", metavar="EMAIL")
    sign_in.add_argument("--organization", metavar="NAME", help="where you are a member of several")
    sign_in.add_argument("--device", metavar="NAME", help="what others see this PC called")
    sign_in.add_argument("--no-sync", action="store_true", help="do not fetch the records yet")
    sign_out = _command(
        commands, "sign-out", "accounts:sign_out", "sign out; refused while edits wait"
    )
    sign_out.add_argument("--discard", action="store_true", help="throw waiting edits away")
    _command(commands, "status", "syncing:status", "who is signed in, and what waits")


def _syncing(commands: Any) -> None:
    sync = _command(commands, "sync", "syncing:sync", "exchange edits with central")
    sync.add_argument("--watch", action="store_true", help="go on until interrupted")
    sync.add_argument("--dry-run", action="store_true", help="only list what would happen")
    doctor = _command(commands, "doctor", "doctor:doctor", "check the mirror, also against central")
    doctor.add_argument("--repair", action="store_true", help="fetch again what differs")
    doctor.add_argument(
        "--bundle", type=Path, metavar="FILE", help="write a zip for support, without your records"
    )
    kept = _command(commands, "window", "window:keep", "how many months of the logs this PC keeps")
    kept.add_argument("months", nargs="?", metavar="MONTHS|all", help="keep so many from now on")


def _records(commands: Any) -> None:
    record = _group(commands, "record", "list, show, add, change and delete rows of a table")
    listing = _command(record, "list", "rows:list_rows", "list rows")
    listing.add_argument("table", metavar="TABLE")
    listing.add_argument("--search", default="", metavar="WORDS", help="every word must be found")
    listing.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="also != < <= > >= and ~ (contains); may be given again",
    )
    listing.add_argument(
        "--order",
        action="append",
        default=[],
        metavar="COLUMN",
        help="-COLUMN for descending; may be given again",
    )
    listing.add_argument("--limit", type=int, metavar="N")
    older = _command(
        record, "older", "window:older", "rows of a log that this PC does not keep, from central"
    )
    older.add_argument("table", metavar="TABLE")
    older.add_argument("--of", metavar="COLUMN=ID", help="only those of one animal, or the like")
    older.add_argument("--from", dest="first", metavar="DAY", help="from this day on")
    older.add_argument("--to", dest="last", metavar="DAY", help="up to this day")
    older.add_argument("--limit", type=int, default=200, metavar="N")
    show = _command(record, "show", "rows:show_row", "show one row")
    add = _command(record, "add", "rows:add_row", "add a row")
    change = _command(record, "set", "rows:change_row", "change columns of a row")
    delete = _command(record, "delete", "rows:delete_row", "delete a row")
    for command in (show, add, change, delete):
        command.add_argument("table", metavar="TABLE")
        if command is not add:
            command.add_argument("id", metavar="ID")
    for command in (add, change):
        command.add_argument("values", nargs="+", metavar="COLUMN=VALUE")


def _decisions(commands: Any) -> None:
    conflicts = _group(
        commands, "conflicts", "what two PCs changed differently", "decisions:conflicts"
    )
    _command(conflicts, "list", "decisions:conflicts", "list open conflicts")
    resolve = _command(conflicts, "resolve", "decisions:resolve", "decide one")
    resolve.add_argument("id", metavar="ID")
    resolve.add_argument("--keep", required=True, metavar="mine|theirs|both|VALUE")
    refused = _group(commands, "quarantine", "edits that central refused", "decisions:quarantine")
    _command(refused, "list", "decisions:quarantine", "list refused edits")
    for name, help_ in (
        ("retry", "send one again"),
        ("join", "make it one with the row that is there already"),
        ("without", "send one without the link to a row that is gone"),
        ("discard", "throw one away"),
    ):
        command = _command(refused, name, f"decisions:{name}", help_)
        command.add_argument("id", metavar="ID")
        if name == "discard":
            needed = "also what cannot be without it, as `quarantine list` tells"
            command.add_argument("--all", action="store_true", help=needed)


def _files(commands: Any) -> None:
    imports = _command(commands, "import", "transfers:import_file", "take a file over")
    imports.add_argument("file", type=Path, metavar="FILE")
    imports.add_argument("--as", dest="kind", required=True, metavar="KIND")
    imports.add_argument("--dry-run", action="store_true", help="only list what would happen")
    imports.add_argument("--sheet", metavar="NAME", help="of a workbook; else the first")
    imports.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="HEADING=COLUMN",
        help="which column of the file is which; may be given again, and is remembered",
    )
    imports.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="what a column holds that the file does not have; may be given again",
    )
    imports.add_argument("--update", action="store_true", help="change what is here and differs")
    listed = _command(commands, "imports", "tables:list_imports", "what was imported on this PC")
    listed.add_argument("--take-back", metavar="ID", help="undo one of them")
    export = _command(commands, "export", "transfers:export_all", "write everything as files")
    export.add_argument("target", type=Path, metavar="PATH", help="a folder for CSV, else a file")
    export.add_argument(
        "--format", choices=("csv", "xlsx", "ade"), default="csv",
        help="a folder of CSV files, a workbook, or the animals as ICAR ADE JSON",
    )  # fmt: skip
    report = _command(commands, "report", "printing:report", "a report; without a name, a list")
    report.add_argument("name", nargs="?", metavar="NAME")
    report.add_argument("--from", dest="first", metavar="DAY", help="from this day on")
    report.add_argument("--to", dest="last", metavar="DAY", help="up to this day")
    report.add_argument("--format", choices=("text", "csv"), default="text")
    report.add_argument(
        "--own", action="append", default=[], metavar="FIELD", help="an own field, in the herd list"
    )
    report.add_argument("--out", type=Path, metavar="FILE", help="write a CSV or XLSX file")


def _central(commands: Any) -> None:
    central = _group(commands, "central", "run and look after a central database")
    serve = _command(central, "serve", "central:serve", "run an embedded server in the foreground")
    serve.add_argument("folder", type=Path, metavar="DIR", help="kept, and used again")
    serve.add_argument("--port", type=int, metavar="N")
    told = {
        "init": "make the tables in an empty database",
        "upgrade": "bring the tables to this version",
        "check": "look for what is wrong; exit code 1 if anything is",
        "add-organization": "add a farm or clinic",
        "add-user": "add a member; the password is asked or piped in",
    }
    for name, help_ in told.items():
        command = _command(central, name, f"central:{name.replace('-', '_')}", help_)
        if name == "init":
            where = command.add_mutually_exclusive_group(required=True)
            where.add_argument("url", metavar="URL", nargs="?", help="the administrator's URL")
            where.add_argument("--sql", action="store_true", help="print the SQL, to run by hand")
            continue
        command.add_argument("url", metavar="URL", help="the administrator's URL")
        if name == "add-organization":
            command.add_argument("--name", required=True)
            command.add_argument("--type", required=True, metavar="TYPE", help="such as farm")
        if name == "add-user":
            command.add_argument("--email", required=True)
            command.add_argument("--organization", required=True, metavar="NAME|ID")
            command.add_argument("--role", required=True, metavar="ROLE", help="such as staff")
            command.add_argument("--name", metavar="NAME", help="the person's full name")
    _upkeep(central)


def _upkeep(central: Any) -> None:
    administrators = "the administrator's URL"
    backup = _command(central, "backup", "upkeep:back_up", "write a backup into a file")
    backup.add_argument("url", metavar="URL", help=administrators)
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace a file that is there")
    verify = _command(
        central, "verify-backup", "upkeep:verify_backup", "read a backup to see that it is whole"
    )
    verify.add_argument("file", type=Path, metavar="FILE")
    restore = _command(central, "restore", "upkeep:put_back", "put a backup into an empty database")
    restore.add_argument("url", metavar="URL", help=f"{administrators}, of an empty database")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--rehearse",
        action="store_true",
        help="into a database made for it beside that of URL, and dropped again",
    )
    epoch = _command(
        central, "new-epoch", "upkeep:new_epoch", "have every PC load afresh, after a recovery"
    )
    epoch.add_argument("url", metavar="URL", help=administrators)
    _maintain(central)


def _maintain(central: Any) -> None:
    maintain = _command(
        central, "maintain", "upkeep:maintain", "statistics, indexes, old rows, the sync log"
    )
    maintain.add_argument("url", metavar="URL", help="the administrator's URL")
    maintain.add_argument("--dry-run", action="store_true", help="only say what would be done")
    maintain.add_argument(
        "--task", action="append", default=[], metavar="NAME", help="only this; may be given again"
    )
    days = {
        "--keep-changes": (90, "forget changes older than this; who pulls later loads afresh"),
        "--keep-units": (90, "forget answers to pushes older than this"),
        "--audit-older-than": (365, "what of the audit trail to archive"),
    }
    for option, (default, help_) in days.items():
        maintain.add_argument(option, type=int, default=default, metavar="DAYS", help=help_)
    maintain.add_argument(
        "--audit-archive", type=Path, metavar="FOLDER", help="where old audit entries go"
    )


def _command(commands: Any, name: str, run: str, help_: str) -> ArgumentParser:
    made: ArgumentParser = commands.add_parser(
        name, help=help_, description=_sentence(help_), allow_abbrev=False
    )
    _common(made)
    made.set_defaults(run=f"{_ROOM}.{run}")
    return made


def _group(commands: Any, name: str, help_: str, run: str | None = None) -> Any:
    made: ArgumentParser = commands.add_parser(
        name, help=help_, description=_sentence(help_), allow_abbrev=False
    )
    _common(made)
    if run:
        made.set_defaults(run=f"{_ROOM}.{run}")
    return made.add_subparsers(title="commands", metavar="COMMAND", required=run is None)


def _common(command: ArgumentParser) -> None:
    """--home and --json are understood before and after the command's name."""
    command.add_argument("--home", type=Path, metavar="DIR", default=SUPPRESS, help=SUPPRESS)
    command.add_argument("--json", action="store_true", default=SUPPRESS, help=SUPPRESS)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
