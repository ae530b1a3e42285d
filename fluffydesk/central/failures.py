"""What a request to central that failed means to a person."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import psycopg

from fluffydesk.errors import Incompatible, Offline, Refusal, SignInRefused

log = logging.getLogger(__name__)

# Another try may succeed: the server is going, gone, full, or two transactions got in each
# other's way.
_PASSING = ("08", "40", "53", "55", "57", "58")

# Of those, what another try would bring again where it is one parcel's doing: it took too long, or
# more memory or disk than there is for it.
_TOO_MUCH = ("57014", "53200", "53400")

# What was sent is at fault: a character that Postgres does not know, or too much of it.
_UNREADABLE = ("21", "22", "54", "XX")

# A rule that is looked at only at the end of the transaction took all of it back.
_TAKEN_BACK = ("23", "27", "44", "P0")


@contextmanager
def mapped() -> Iterator[None]:
    """Turn what the driver raises into what a person can act on: a Refusal, Offline among them."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        _say_no(error)
    except psycopg.errors.UndefinedFunction as error:
        raise Incompatible(
            "Central does not know what this FluffyDesk asks of it: one of the two is too old.",
            "Install the newest FluffyDesk, or ask whoever runs central to run `fluffydesk central "
            "upgrade`; edits are kept here and sent then.",
        ) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        code = error.sqlstate
        if code is None or code.startswith(_PASSING):
            raise Offline(
                "The connection to central was lost.", "Work goes on; edits wait until it is back."
            ) from error
        raise _misunderstood(error) from error
    except psycopg.Error as error:
        raise _misunderstood(error) from error


def of_what_was_sent(error: BaseException | None) -> str | None:
    """Return what to say where the rows that were sent are at fault; None where they are not.

    A rule that was looked at at the end says it in its own words.
    """
    if isinstance(error, psycopg.errors.RaiseException) and error.diag.message_primary:
        return error.diag.message_primary
    code = (error.sqlstate or "") if isinstance(error, psycopg.Error) else ""
    if code.startswith(_UNREADABLE):
        return "Central could not read what was sent."
    return "Central did not keep what was sent." if code.startswith(_TAKEN_BACK) else None


def too_much(error: BaseException | None) -> str | None:
    """Return the code under which central gave up on what it was asked; None where it did not."""
    code = (error.sqlstate or "") if isinstance(error, psycopg.Error) else ""
    return code if code in _TOO_MUCH else None


def _misunderstood(error: psycopg.Error) -> Offline:
    """Return what to say when the line garbled what was asked; it may be a bug, so it is logged."""
    log.error("central answered what was not expected", exc_info=error)
    return Offline(
        "Central and this PC did not understand each other.",
        "Work goes on; if it stays so, see whether there is a newer version of FluffyDesk.",
    )


def _say_no(error: psycopg.errors.InsufficientPrivilege) -> NoReturn:
    if "not a member" in str(error):
        raise SignInRefused(
            "You are not a member of this organization any more.", "Ask its owner to add you."
        ) from error
    raise Refusal(
        "Central does not let you do this.", "Ask the owner of the organization."
    ) from error
