"""Opens the encrypted file: SQLCipher below SQLAlchemy, and the functions searches need."""

from __future__ import annotations

import re
import unicodedata
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool
from sqlcipher3 import dbapi2

from fluffydesk.mirror.dialled import dialled
from fluffydesk.records.types import local_text

BUSY_SECONDS = 10
KEY_BYTES = 32
CACHE_KILOBYTES = 32_768
CACHED_STATEMENTS = 512
"""More than are in use: the driver's full cache drops the newest, which are then made each time."""
COMPILED_STATEMENTS = 2_000
"""Of all mirrors of a process together."""

CENTRAL = "central"
_DIGITS = re.compile(r"\d+")


@dataclass
class Hand:
    """Who writes through a connection; the journal's triggers ask for it by `writer()`."""

    writer: str | None = None
    """A unit of work, `CENTRAL`, or None: whatever is written to a mirrored table is refused."""


def connect(path: Path, key: bytes) -> Any:
    """Return a bare SQLCipher connection that begins no transaction by itself.

    `key` is the raw key of 32 bytes, so that opening costs no key derivation. Raises the
    driver's errors when the key does not fit or the file cannot be opened.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a mirror's key has {KEY_BYTES} bytes")
    driver = dbapi2.connect(
        str(path),
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
        cached_statements=CACHED_STATEMENTS,
    )
    try:
        _set_up(driver, key)
    except BaseException:
        driver.close()
        raise
    return driver


def _set_up(driver: Any, key: bytes) -> None:
    driver.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
    driver.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    driver.execute("PRAGMA cipher_memory_security = OFF")
    driver.execute("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE deletes: journal that too
    driver.execute("PRAGMA temp_store = MEMORY")  # nothing readable in a temporary file
    driver.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
    driver.execute("PRAGMA journal_size_limit = 16777216")  # a first load leaves no long log
    for name, function, arguments in _FUNCTIONS:
        driver.create_function(name, arguments, function, deterministic=True)
    driver.create_function("local_text", 1, local_text)
    lead(driver, Hand())


def lead(driver: Any, hand: Hand) -> None:
    """Let the triggers on a connection know whose hand it is that writes."""
    driver.create_function("writer", 0, lambda: hand.writer)


def over(driver: Any) -> Connection:
    """Return an SQLAlchemy connection over this one, which is closed with it.

    All have one engine, so that a statement is compiled once a process and not once a mirror.
    """
    handed = _handed.set(driver)
    try:
        return _engine().connect()
    finally:
        _handed.reset(handed)


_handed: ContextVar[Any] = ContextVar("_handed")
"""What a thread is about to connect with."""


@cache
def _engine() -> Engine:
    return create_engine(
        "sqlite://",
        module=dbapi2,
        creator=_handed.get,
        poolclass=NullPool,
        query_cache_size=COMPILED_STATEMENTS,
    )


def bare(connection: Connection) -> Any:
    """Return the SQLCipher connection below: ten times quicker to ask for what is small."""
    return connection.connection.dbapi_connection


@lru_cache(maxsize=65_536)
def folded(text: str | None) -> str | None:
    """Return a text without case and accents, as it is searched."""
    if text is None or not isinstance(text, str):
        return text
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=65_536)
def natural(text: str | None) -> str | None:
    """Return a text as it is sorted: folded, and 9 before 10."""
    if isinstance(text, str) and text.isdecimal() and text.isascii():
        return text.lstrip("0").zfill(20)
    plain = folded(text)
    if not isinstance(plain, str):
        return plain
    return _DIGITS.sub(lambda number: number[0].lstrip("0").zfill(20), plain)


def found(text: str | None, words: str) -> int:
    """Return 1 if each of the folded words (one a line) is in the text, else 0."""
    plain = folded(text) or ""
    return int(all(word in plain for word in words.split("\n")))


_FUNCTIONS = (
    ("folded", folded, 1),
    ("natural", natural, 1),
    ("found", found, 2),
    ("dialled", dialled, 1),
)
