"""For developers: writes the SQL and the revision of each subject from the declarations.

`python -m fluffydesk.central.draft` says which frozen files differ from the declarations;
`--write` writes those that are missing, and `--again` also those that differ. A revision that
has been released is never written again: its differences go into a new one by hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from fluffydesk.central.schema import SUBJECTS, Subject, statements, teardown
from fluffydesk.files import travelling

_REVISION = '''"""{title}"""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "{number}"
down_revision = {previous}


def upgrade() -> None:
    run("{name}.up")


def downgrade() -> None:
    run("{name}.down")
'''


def drafts() -> Iterator[tuple[Path, str]]:
    """Yield every frozen file with what the declarations would have in it."""
    home = travelling("migrations")
    previous = "None"
    for position, subject in enumerate(SUBJECTS, start=1):
        number = f"{position:04d}"
        name = f"{number}_{subject.name}"
        revision = _REVISION.format(
            title=_title(subject), number=number, previous=previous, name=name
        )
        yield home / "versions" / f"{name}.py", revision
        yield home / "sql" / f"{name}.up.sql", statements(subject)
        yield home / "sql" / f"{name}.down.sql", teardown(subject)
        previous = f'"{number}"'


def main() -> None:
    """Compare or write the drafts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the files that are missing")
    parser.add_argument("--again", action="store_true", help="write those that differ, too")
    wanted = parser.parse_args()
    for path, text in drafts():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        missing = not path.exists()
        if wanted.again or (wanted.write and missing):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{'missing' if missing else 'differs'}: {path.name}")  # noqa: T201


def _title(subject: Subject) -> str:
    what = ", ".join(subject.tables) if subject.tables else "roles and functions"
    title = f"{subject.name.capitalize()}: {what}."
    return title if len(title) < 90 else f"{subject.name.capitalize()}."


if __name__ == "__main__":
    main()
