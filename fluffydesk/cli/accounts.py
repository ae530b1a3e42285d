"""`sign-in` and `sign-out`."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from fluffydesk.account import session as sessions
from fluffydesk.cli.here import home_of, password_for
from fluffydesk.cli.output import show
from fluffydesk.cli.syncing import counts_of, sync_once, told
from fluffydesk.errors import Offline


def sign_in(options: Namespace) -> None:
    """Sign in and fetch the records."""
    password = password_for(options.email)
    session = sessions.sign_in(
        home_of(options),
        options.url,
        options.email,
        password,
        organization=options.organization,
        device_name=options.device,
    )
    data = {
        "organization": session.organization_name,
        "organization_id": session.organization_id,
        "user_id": session.user_id,
        "device": session.device.name,
    }
    lines = [f"Signed in to {session.organization_name} as {session.email}."]
    if session.damaged is not None:
        lines.append(f"The copy on this PC was damaged; it was set aside as {session.damaged}.")
    if session.salvaged is not None:
        lines.append(session.salvaged.told)
    if not options.no_sync:
        try:
            with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
                counts = counts_of(sync_once(session, mirror, gateway))
        except Offline as offline:
            lines.append(f"{offline.message} The records on this PC are there to work with.")
        else:
            data |= counts
            lines.append(told(counts))
    show(options, data, lines)


def sign_out(options: Namespace) -> None:
    """Sign out; edits that wait are never thrown away unasked."""
    sessions.sign_out(home_of(options), discard=options.discard)
    show(options, {"signed_in": False}, ["Signed out."])
