"""`doctor`: whether the mirror is sound, complete in its books, and what central has."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from dataclasses import asdict
from typing import Any

from fluffydesk.account.session import Session
from fluffydesk.actions.findings import Finding
from fluffydesk.actions.findings import findings as contradicting
from fluffydesk.actions.findings.aside import Aside, put_aside
from fluffydesk.cli.here import session_of
from fluffydesk.cli.output import show
from fluffydesk.cli.syncing import sync_once
from fluffydesk.errors import Incompatible, Offline
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import cycle, ledger, support
from fluffydesk.sync.gaps import Gap
from fluffydesk.sync.gaps import read as numbers_without_record
from fluffydesk.sync.verify import Verified
from fluffydesk.wording import counted


def doctor(options: Namespace) -> int:
    """Check the file, the ledger, and after a sync every column of every row against central.

    With --repair rows that differ are fetched again. With --bundle only a zip for support is
    written. Records that contradict each other are told, and are no fault of the mirror's.
    Returns 1 when something is wrong, or when central could not be asked.
    """
    session = session_of(options)
    with session.open_mirror() as mirror:
        findings = mirror.check()
        if options.bundle is not None:
            return _bundle(options, session, mirror, findings)
        with mirror.read() as connection:
            books = ledger.books(connection)
        if books.trouble:
            findings.append(books.trouble)
        gaps: list[Gap] = []
        try:
            found = _compared(session, mirror, mend=options.repair)
            gaps = _gaps(session)
        except Offline as offline:
            found = None
            findings.append(f"The rows were not compared: {offline.message}")
        with mirror.read() as connection:
            contradictions = contradicting(connection)
            aside = put_aside(connection, contradictions)
    differing = {table: len(ids) for table, ids in found.differing.items()} if found else {}
    if differing and not options.repair:
        findings += [
            counted(count, f"row of {table} differs.", f"rows of {table} differ.")
            for table, count in differing.items()
        ]
        findings.append("Run `fluffydesk doctor --repair` to fetch them again.")
    data = {
        "findings": findings,
        "compared": found is not None,
        "rows": found.rows if found else 0,
        "differing": differing,
        "repaired": bool(differing) and options.repair,
        "ledger": {**books.counts, "made": books.made},
        "contradictions": [_finding(one, aside.get(one.id)) for one in contradictions],
        "number_gaps": [{**asdict(gap), "words": gap.words} for gap in gaps],
    }
    show(options, data, _told(data))
    return 1 if findings else 0


def _compared(session: Session, mirror: Mirror, *, mend: bool) -> Verified:
    """Sync, so that nothing is under way, then compare, and mend what differs if told to."""
    with closing(session.gateway()) as gateway:
        sync_once(session, mirror, gateway)
        with session.home.sync_lock():
            return cycle.verified(
                lambda job: job(mirror),
                gateway,
                session.organization_id,
                deep=True,
                mend=mend,
            )


def _gaps(session: Session) -> list[Gap]:
    """Return the reserved numbers without a record; none where central is too old to tell."""
    with closing(session.gateway()) as gateway:
        try:
            return numbers_without_record(gateway, session.organization_id)
        except Incompatible:
            return []


def _bundle(options: Namespace, session: Session, mirror: Mirror, findings: list[str]) -> int:
    files = support.bundle(mirror, session.home.logs, findings=findings)
    path = support.write_bundle(options.bundle, files)
    told = [f"The support bundle is in {path}. There is nothing of your records in it."]
    show(options, {"bundle": str(path), "files": sorted(files)}, told)
    return 0


def _finding(one: Finding, aside: Aside | None) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "on": one.on.isoformat(),
        "message": one.message,
        "advice": one.advice,
        "set_aside": None if aside is None else aside.reason,
        "rows": [
            {"table": row.record.__tablename__, "id": str(row.id), "words": row.words, "by": row.by}
            for row in one.entries
        ],
    }


def _contradiction(one: dict[str, Any]) -> str:
    aside = one["set_aside"]
    return f"{one['message']} " + (f"Set aside: {aside}" if aside else str(one["advice"]))


def _told(data: dict[str, Any]) -> list[str]:
    lines = list(data["findings"])
    if data["repaired"]:
        count = sum(data["differing"].values())
        differed = counted(count, "row differed and was", "rows differed and were")
        lines.append(f"{differed} fetched again.")
    if data["compared"] and not lines:
        rows = counted(data["rows"], "row is as central has it", "rows are as central has them")
        lines.append(f"All is well: {rows}.")
    ended = ", ".join(f"{count} {name}" for name, count in data["ledger"].items() if count)
    lines.append(f"Saves on this PC: {ended or 'none'}.")
    lines += [_contradiction(one) for one in data["contradictions"]]
    lines += [gap["words"] for gap in data["number_gaps"]]
    return lines
