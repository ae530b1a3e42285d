"""What a person can act on. Anything raised that is not a Refusal is a bug."""

from __future__ import annotations


class Refusal(Exception):
    """Something the program will not do, said in words with one next step.

    `message` says what happened; `advice` says what to do about it. `field` names the
    column the refusal is about, where there is one, so that a form can show it there.
    """

    def __init__(self, message: str, advice: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.field = field

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class InvalidValue(Refusal):
    """A value that cannot be what was meant: letters in a number, a date in the future."""


class Doubt(Refusal):
    """What can be kept, and hardly is so: said once, and kept all the same when asked again."""


class NotFound(Refusal):
    """A record, table, file or organization that is not there."""


class Offline(Refusal):
    """Central cannot be reached. A state, not a fault: work goes on."""


class TooMuch(Offline):
    """Central was reached, and gave up on what it was asked: it took too long, or too much room.

    `code` is central's own.
    """

    def __init__(self, message: str, advice: str = "", *, code: str) -> None:
        super().__init__(message, advice)
        self.code = code


class Incompatible(Offline):
    """Central was reached, but it and this program do not fit together. Work goes on offline."""


class SignInRefused(Refusal):
    """Central was reached and said no: wrong password, unknown user, no membership."""


class NotSignedIn(Refusal):
    """Nobody is signed in on this PC, or the secret that opens the mirror is missing."""


class MirrorDamaged(Refusal):
    """The mirror's file cannot be read: wrong key, damaged pages, or not a mirror."""


class DiskFull(Refusal):
    """The disk took no more. What was typed is kept where it was typed."""


class Busy(Refusal):
    """Another window or command is doing this right now."""


class UnsentEdits(Refusal):
    """Refused because edits wait that central has not seen."""
