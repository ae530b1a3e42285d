"""Signing in and out, with central or without it, and what a signed-in person works with."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import fluffydesk
from fluffydesk.account.home import Account, Home, Ledger
from fluffydesk.account.secrets import KEY_BYTES, Secret, Secrets, unwrap, wrap
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.central.messages import Device, Hello
from fluffydesk.errors import (
    Incompatible,
    MirrorDamaged,
    NotSignedIn,
    Offline,
    Refusal,
    SignInRefused,
    UnsentEdits,
)
from fluffydesk.mirror.mirror import Mirror, set_aside
from fluffydesk.mirror.salvage import Salvaged, salvage
from fluffydesk.sync.cycle import organization_of
from fluffydesk.sync.numbers import give_back
from fluffydesk.wording import counted

log = logging.getLogger(__name__)
_LAST_WORDS = 3.0
"""Seconds in which central must be reached for what is said at signing out."""
Connect = Callable[[str, str, str], PostgresGateway]


@dataclass(frozen=True)
class Session:
    """A signed-in account on this PC; it works without central."""

    home: Home
    account: Account
    device: Device
    online: bool
    """Whether central was asked and agreed just now."""
    _secret: Secret = field(repr=False)
    damaged: Path | None = None
    """Where a mirror that could not be read was put, when signing in made a fresh one."""
    salvaged: Salvaged | None = None
    """What of its unsent edits is in the fresh one."""

    @property
    def url(self) -> str:
        return self.account.url

    @property
    def email(self) -> str:
        return self.account.email

    @property
    def user_id(self) -> UUID:
        return UUID(self.account.user_id)

    @property
    def user_name(self) -> str:
        return self.account.user_name

    @property
    def organization_id(self) -> UUID:
        return UUID(self.account.organization_id)

    @property
    def organization_name(self) -> str:
        return self.account.organization_name

    @property
    def mirror_path(self) -> Path:
        return self.home.mirror_path(self.account)

    @property
    def mirror_key(self) -> bytes:
        return self._secret.key

    def open_mirror(self) -> Mirror:
        """Open this account's mirror (or make it), so that it knows who works on it.

        Raises MirrorDamaged, DiskFull, Busy.
        """
        mirror = Mirror.open(self.mirror_path, self._secret.key)
        try:
            self._introduce(mirror)
        except BaseException:
            mirror.close()
            raise
        return mirror

    def gateway(self) -> PostgresGateway:
        """Return a gateway to central as this user; nothing is sent yet."""
        return PostgresGateway(self.url, self.email, self._secret.password)

    def _introduce(self, mirror: Mirror) -> None:
        author = {
            "user_id": self.account.user_id,
            "user_name": self.account.user_name,
            "device_id": str(self.device.id),
            "device_name": self.device.name,
        }
        with mirror.read() as connection:
            known = mirror.state.get(connection, "author")
            organization = mirror.state.get(connection, "organization")
        if known != author:
            mirror.remember(author=author)
        if organization is None:  # the sync keeps it up to date from then on
            mirror.remember(organization=self.account.organization)


def sign_in(
    home: Home,
    url: str,
    email: str,
    password: str,
    *,
    organization: str | None = None,
    device_name: str | None = None,
    connect: Connect = PostgresGateway,
) -> Session:
    """Sign in at central, or, where it is out of reach, with the password to what is known here.

    `organization` is a name or id, needed only by a user of several. Raises SignInRefused,
    Offline, UnsentEdits (another account's edits wait here), MirrorDamaged (offline only: online
    a damaged mirror is set aside), Refusal. The home is unchanged when anything is raised.
    """
    email = email.strip().lower()
    ledger = home.load_or_new(device_name)
    device = _device(ledger)
    try:
        account = _ask_central(connect(url, email, password), url, email, organization, device)
    except Offline as offline:
        return _sign_in_offline(home, ledger, (url, email, password), organization, offline)
    _refuse_leaving_edits(home, ledger, account.slug)
    known = ledger.accounts.get(account.slug)
    key = _key_for(home, ledger, known, password)
    former = () if known is None else known.former
    if known is not None and key is None:
        former = (*former, known.wrapped)
    key = key or os.urandom(KEY_BYTES)
    account = replace(account, former=former, wrapped=wrap(key, password))
    aside, salvaged = _replace_if_damaged(home.mirror_path(account), key)
    session = _enter(home, ledger, account, Secret(account.slug, password, key))
    return replace(session, damaged=aside, salvaged=salvaged)


def resume(home: Home) -> Session:
    """Return the session of whoever is signed in here, without a password.

    NotSignedIn when nobody is, or when the secret is not at hand (no keyring, and a restart).
    """
    ledger = home.load()
    if ledger is None or ledger.current is None:
        raise NotSignedIn("Nobody is signed in on this PC.", "Run `fluffydesk sign-in`.")
    account = ledger.accounts[ledger.current]
    secret = Secrets(ledger.device_id).find()
    if secret is None or secret.account != account.slug:
        raise NotSignedIn(
            f"{account.email} has to type the password again: no keyring keeps it on this PC.",
            f"Run `fluffydesk sign-in {account.url} {account.email}`; it works offline too.",
        )
    return Session(home, account, _device(ledger), False, secret)


def sign_out(home: Home, *, discard: bool = False, online: bool = True) -> None:
    """Sign out; the mirror stays, encrypted, for the next sign-in.

    Numbers that were reserved for this PC and not used go back to central, if it answers; without
    `online` it is not asked, and they stay here for the next sign-in.

    Raises UnsentEdits while edits wait (or when that cannot be seen), unless `discard`: then the
    mirror is set aside, and the next sign-in starts from central's copy.
    """
    ledger = home.load()
    if ledger is None or ledger.current is None:
        raise NotSignedIn("Nobody is signed in on this PC.", "There is nothing to do.")
    account = ledger.accounts[ledger.current]
    if not discard:
        _refuse_edits(home, ledger, account, "signing out")
    if online:
        _give_numbers_back(home, ledger, account)
    if discard:
        set_aside(home.mirror_path(account), word="discarded")
    Secrets(ledger.device_id).forget()  # what cannot be forgotten keeps one signed in
    home.save(replace(ledger, current=None))


def _give_numbers_back(home: Home, ledger: Ledger, account: Account) -> None:
    path, secret = home.mirror_path(account), Secrets(ledger.device_id).find()
    if not path.exists() or secret is None or secret.account != account.slug:
        return
    organization = UUID(account.organization_id)
    gateway = PostgresGateway(account.url, account.email, secret.password, timeout=_LAST_WORDS)
    # Whatever stands in the way, one can sign out: then they are listed as reserved for this PC.
    try:
        with closing(gateway), home.sync_lock(), Mirror.open(path, secret.key) as mirror:
            gateway.organizations()  # Offline here, before anything is given up
            give_back(lambda job: job(mirror), gateway, organization, _device(ledger))
    except Refusal as refusal:
        log.info("the reserved numbers stay here: %s", refusal)


def _ask_central(
    gateway: PostgresGateway, url: str, email: str, organization: str | None, device: Device
) -> Account:
    try:
        chosen = _chosen(gateway.organizations(), organization, email)
        hello = gateway.hello(UUID(str(chosen["id"])), device)
    finally:
        gateway.close()
    return _account(url, email, hello)


def _account(url: str, email: str, hello: Hello) -> Account:
    return Account(
        url=url,
        email=email,
        user_id=str(hello.user_id),
        user_name=hello.user_name or email,
        organization_id=str(hello.organization_id),
        organization_name=hello.organization_name,
        organization=organization_of(hello),
        wrapped={},
    )


def _chosen(
    found: Iterable[Mapping[str, Any]], wanted: str | None, email: str
) -> Mapping[str, Any]:
    known = list(found)
    names = ", ".join(sorted(str(one["name"]) for one in known))
    if wanted is not None:
        fold = wanted.strip().casefold()
        known = [
            one for one in known if fold in (str(one["id"]).casefold(), str(one["name"]).casefold())
        ]
        if not known:
            raise SignInRefused(
                f"{email} is no member of {wanted}.",
                f"Choose one of: {names}." if names else "Ask its owner to add you.",
            )
    if not known:
        raise SignInRefused(
            f"{email} is a member of no organization.", "Ask an owner to add you to theirs."
        )
    if len(known) > 1:
        raise Refusal(
            f"{email} is a member of several organizations: {names}.",
            "Say which one (by its id, where names are alike).",
            field="organization",
        )
    return known[0]


def _sign_in_offline(
    home: Home,
    ledger: Ledger,
    who: tuple[str, str, str],
    organization: str | None,
    offline: Offline,
) -> Session:
    url, email, password = who
    known = [a for a in ledger.accounts.values() if (a.url, a.email) == (url, email)]
    if not known and isinstance(offline, Incompatible):
        raise offline
    if not known:
        raise Offline(
            f"Central cannot be reached at {urlsplit(url).hostname}.",
            "Check the address and the network; the first sign-in needs central.",
        ) from offline
    places = [{"id": a.organization_id, "name": a.organization_name} for a in known]
    current = ledger.accounts.get(ledger.current or "")
    if organization is None and current in known:
        organization = current.organization_id if current else None
    chosen = _chosen(places, organization, email)
    account = next(a for a in known if a.organization_id == chosen["id"])
    key = unwrap(account.wrapped, password)
    if key is None:
        raise SignInRefused(
            "This is not the password last used on this PC, and central cannot be reached.",
            "Type the password again, or try when central can be reached.",
        )
    _refuse_leaving_edits(home, ledger, account.slug)
    Mirror.open(home.mirror_path(account), key).close()  # MirrorDamaged, before anything is kept
    return _enter(home, ledger, account, Secret(account.slug, password, key), online=False)


def _enter(
    home: Home,
    ledger: Ledger,
    account: Account,
    secret: Secret,
    *,
    online: bool = True,
) -> Session:
    accounts = {**ledger.accounts, account.slug: account}
    ledger = replace(ledger, current=account.slug, accounts=accounts)
    home.save(ledger)
    Secrets(ledger.device_id).keep(secret)
    return Session(home, account, _device(ledger), online, secret)


def _key_for(home: Home, ledger: Ledger, known: Account | None, password: str) -> bytes | None:
    """Return the key of the account's mirror, None where a new one has to be made."""
    if known is None:
        return None
    key = unwrap(known.wrapped, password)
    if key is not None:
        return key
    secret = Secrets(ledger.device_id).find()
    if secret is not None and secret.account == known.slug:
        return secret.key
    path = home.mirror_path(known)
    if ledger.current == known.slug and path.exists():
        raise SignInRefused(
            "The password was changed elsewhere, and the copy on this PC opens only with the old.",
            "Run `fluffydesk sign-out --discard`, then sign in again for a fresh copy; the old one "
            "is set aside, not deleted.",
        )
    set_aside(path, word="replaced")  # signed out, so nothing in it was left unsent
    return None


def _replace_if_damaged(path: Path, key: bytes) -> tuple[Path | None, Salvaged | None]:
    """Put a fresh mirror with the unsent edits that still read in the place of a damaged one."""
    if not path.exists() or not _is_damaged(path, key):
        return None, None
    fresh = path.with_name(path.name + ".part")
    for tail in ("", "-wal", "-shm"):  # of a try that was cut short
        fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
    with Mirror.open(fresh, key) as mirror:
        salvaged = salvage(path, key, mirror)
    aside = set_aside(path)
    fresh.rename(path)
    return aside, salvaged


def _is_damaged(path: Path, key: bytes) -> bool:
    try:
        with Mirror.open(path, key) as mirror:
            return bool(mirror.damage())  # every page: a bad one may lie where nobody looked yet
    except MirrorDamaged:
        return True


def _refuse_leaving_edits(home: Home, ledger: Ledger, slug: str) -> None:
    if ledger.current is not None and ledger.current != slug:
        _refuse_edits(home, ledger, ledger.accounts[ledger.current], "changing the account")


def _refuse_edits(home: Home, ledger: Ledger, account: Account, doing: str) -> None:
    path = home.mirror_path(account)
    if not path.exists():
        return
    secret = Secrets(ledger.device_id).find()
    if secret is None or secret.account != account.slug:
        raise UnsentEdits(
            f"Whether edits of {account.email} wait here cannot be seen without the password.",
            f"Sign in as {account.email} first, or sign out and discard them.",
        )
    with Mirror.open(path, secret.key) as mirror:
        waiting = mirror.open_units()
    if waiting:
        whose = f"of {account.email} at {account.organization_name}"
        edits = counted(waiting, f"edit {whose} is", f"edits {whose} are")
        them = "it" if waiting == 1 else "them"
        raise UnsentEdits(
            f"{edits} not sent or settled yet.",
            f"Sync and settle {them} before {doing}, or sign out and discard {them}.",
        )


def _device(ledger: Ledger) -> Device:
    return Device(UUID(ledger.device_id), ledger.device_name, fluffydesk.__version__)
