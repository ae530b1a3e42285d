"""Empty databases to restore into, and backups that were tampered with."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo


@contextmanager
def empty_database(central: Any, name: str | None = None) -> Iterator[str]:
    """Lend an empty database on the server of `central`: the administrator's URL of it."""
    name = name or f"r{uuid4().hex[:12]}"
    maintenance = make_conninfo(central.admin_url, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        named = sql.Identifier(name)
        connection.execute(sql.SQL("create database {} template template0").format(named))
        try:
            yield central.admin_url.rpartition("/")[0] + f"/{name}"
        finally:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(named))


def ask(url: str, query: str, *values: Any) -> Any:
    """Return the first row that SQL gives the administrator, or None."""
    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(query, values or None)
        return done.fetchone() if done.description is not None else None


def with_manifest(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Return a copy of a backup whose manifest says something else."""
    copy = path.with_name(f"{uuid4().hex}.backup")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return copy
