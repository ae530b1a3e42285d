"""`central backup`, `restore` and the like: what keeps a central safe."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fluffydesk.central import administration, archive, backup, maintenance, restore
from fluffydesk.central.tally import Tally
from fluffydesk.cli.output import clear_progress, pairs, show, table, tell_progress
from fluffydesk.cli.stopping import ended_by_sigterm
from fluffydesk.wording import counted

_MEGABYTE = 1_000_000


def back_up(options: Namespace) -> None:
    """Write a backup of a central into a file."""
    with ended_by_sigterm():
        try:
            made = backup.backup(options.url, options.file, force=options.force, tell=_tell)
        finally:
            clear_progress()
    data = {
        "file": str(made.path),
        "size": made.size,
        "sha256": made.sha256,
        **archive.as_json(made.manifest),
        "logins": made.logins,
        "seconds": round(made.seconds, 3),
    }
    lines = [*pairs(_named(data))]
    if not made.manifest.passwords:
        lines.append("The members' passwords could not be read here, and are not in it.")
    lines.append("Whoever has this file can read everything. Keep it locked away.")
    show(options, data, lines)


def verify_backup(options: Namespace) -> None:
    """Read a backup to its end and say whether it is whole."""
    try:
        manifest, sha256 = archive.verify(options.file, _tell)
    finally:
        clear_progress()
    data = {"file": str(options.file), "sha256": sha256, **archive.as_json(manifest)}
    show(options, data, [*pairs(_named(data)), "It is whole."])


def put_back(options: Namespace) -> int:
    """Restore a backup into an empty database, or try that out; 1 if it is not as declared."""
    action = restore.rehearse if options.rehearse else restore.restore
    with ended_by_sigterm():
        try:
            done = action(options.url, options.file, _tell)
        finally:
            clear_progress()
    found = {**asdict(done), "manifest": archive.as_json(done.manifest)}
    data = {**found.pop("manifest"), **found, "seconds": round(done.seconds, 3)}
    show(options, data, _restored(done, rehearsed=options.rehearse))
    return 1 if done.findings else 0


def _restored(done: restore.Report, *, rehearsed: bool) -> Iterator[str]:
    manifest = done.manifest
    rows = counted(manifest.rows, "row", "rows")
    tables = counted(len(manifest.tables), "table", "tables")
    seconds = f"{done.seconds:.1f} s"
    yield f"{rows} in {tables}, as they were at {manifest.made_at}, restored in {seconds}."
    if done.upgraded_to:
        yield f"Brought from revision {manifest.revision} to {done.upgraded_to}."
    yield from done.findings
    if rehearsed:
        yield "That was a rehearsal: the database it was restored into is gone again."
        return
    if done.made:
        yield f"{counted(len(done.made), 'login is', 'logins are')} made: {', '.join(done.made)}"
    if done.kept:
        had = counted(len(done.kept), "login was", "logins were")
        yield f"{had} there already, passwords and all: {', '.join(done.kept)}"
    if done.locked:
        yield f"Without a password until `add-user` gives one: {', '.join(done.locked)}"
    if done.skipped:
        yield f"Not members' logins here, for they are others': {', '.join(done.skipped)}"
    yield "Every PC loads afresh at its next sync; edits that wait there are kept."


def new_epoch(options: Namespace) -> None:
    """Begin a new life of a central after a recovery."""
    administration.new_epoch(options.url)
    show(options, {"done": True}, ["Every PC loads afresh at its next sync."])


def maintain(options: Namespace) -> None:
    """Do the upkeep of a central, or only say what it would do."""
    terms = maintenance.Terms(
        keep_changes=options.keep_changes,
        keep_units=options.keep_units,
        audit_archive=options.audit_archive,
        audit_older_than=options.audit_older_than,
    )
    done: list[Tally] = []
    with ended_by_sigterm():
        try:
            for tally in maintenance.maintain(
                options.url, options.task, terms, dry_run=options.dry_run
            ):
                tell_progress(f"Done: {tally.task}", len(done), 0)
                done.append(tally)
        finally:
            clear_progress()
    rows = [{**asdict(tally), "seconds": round(tally.seconds, 3)} for tally in done]
    show(options, {"dry_run": options.dry_run, "done": rows}, _kept_up(done, options.dry_run))


def _kept_up(done: list[Tally], dry: bool) -> Iterator[str]:
    heading = ("Task", "Rows", "Bytes", "Seconds", "Of")
    yield from table(
        heading,
        [
            (one.task, f"{one.rows:,}", f"{one.size:,}", f"{one.seconds:.2f}", one.item)
            for one in done
        ],
    )
    for one in done:
        if one.rows or one.size:
            yield f"{one.item}: {one.did}."
    if dry:
        yield "That was a dry run: nothing was changed."


def _named(data: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", " ").capitalize(): value for name, value in data.items()}


def _tell(doing: str, done: int) -> None:
    tell_progress(f"{doing}, {done // _MEGABYTE:,} MB", 0, 0)
