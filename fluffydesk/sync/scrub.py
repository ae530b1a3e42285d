"""Logs without what people wrote in them: only what is known to be the program's own is kept.

Nothing is searched for and blacked out; a line is kept for what it is: its time and level, the
program's own words, the place in the program, the kind of an error. Everything else is dropped,
because a name can look like anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SAID = (
    "the reserved numbers stay here:",
    "a job broke",
    "a read was broken off: a newer one came",
    "a job came after closing and is not run",
    "central answered what was not expected",
    "something broke",
    "there is no screen",
)
"""What the program writes into its log, without what it is about."""

_WORDS = frozenset(word for line in SAID for word in line.split())
_HEAD = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[,.]\d+)?) (DEBUG|INFO|WARNING|ERROR|CRITICAL) "
    r"([A-Za-z_][\w.]*) (.*)"
)
_LOGGERS = re.compile(r"(fluffydesk|qt|sqlalchemy|psycopg|alembic|asyncio|root|py)(\.[a-z_.]+)?")
_QT = re.compile(r"Q[A-Z]\w*(?:::\w+)*:?")
_FRAME = re.compile(r'\s+File "(.+)", line (\d+), in (<?\w+>?)')
_ROOMS = "account|actions|app|central|cli|demo|figures|mirror|records|sync|ui|work|__main__"
_PLACE = re.compile(
    rf"(?:site-packages/|lib/python\d\.\d+/|fluffydesk/(?:{_ROOMS})\b)[\w./-]*\.py$"
)
_ERROR = re.compile(r"((?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit))(?::.*)?")
_OURS = re.compile(r"(fluffydesk\.errors\.[A-Z]\w*)(?::.*)?")
_FIXED = (
    "Traceback (most recent call last):",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)


def scrubbed(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a log or of a crash report with everything personal left out."""
    left = 0
    for line in lines:
        kept = _kept(line.rstrip("\r\n"))
        if kept is None:
            left += bool(line.strip())
            continue
        if left:
            yield f"({left} lines left out)"
            left = 0
        yield kept
    if left:
        yield f"({left} lines left out)"


def _kept(line: str) -> str | None:
    if line.strip() in _FIXED:
        return line.strip()
    if head := _HEAD.fullmatch(line):
        at, level, logger, said = head.groups()
        named = logger if _LOGGERS.fullmatch(logger) else "other"
        return f"{at} {level} {named} {_masked(said)}".rstrip()
    if frame := _FRAME.fullmatch(line):
        path, number, function = frame.groups()
        place = _PLACE.search(path.replace("\\", "/"))
        if place is None:
            return "  File (elsewhere)"
        return f"  File {place.group()}, line {number}, in {function}"
    if error := _ERROR.fullmatch(line) or _OURS.fullmatch(line):
        return str(error.group(1))
    return None


def _masked(said: str) -> str:
    """Return a message with every word that is not the program's own as a dot."""
    words = [word if word in _WORDS or _QT.fullmatch(word) else "·" for word in said.split()]
    return re.sub(r"·(?: ·)+", "·", " ".join(words))
