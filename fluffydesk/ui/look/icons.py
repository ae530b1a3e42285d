"""The icons by role, drawn in the colours of the theme."""

from __future__ import annotations

import qtawesome
from PySide6.QtGui import QIcon

from fluffydesk.ui.look import theme

_NAMES = {
    "today": "mdi6.weather-sunset-up",
    "animals": "mdi6.cow",
    "flocks": "mdi6.bird",
    "milk": "mdi6.bucket-outline",
    "eggs": "mdi6.egg-outline",
    "stores": "mdi6.warehouse",
    "health": "mdi6.medical-bag",
    "breeding": "mdi6.heart-outline",
    "feed": "mdi6.barley",
    "weight": "mdi6.weight-kilogram",
    "money": "mdi6.cash",
    "tasks": "mdi6.checkbox-marked-circle-outline",
    "reports": "mdi6.chart-line",
    "calendar": "mdi6.calendar-month-outline",
    "reminders": "mdi6.bell-ring-outline",
    "messages": "mdi6.message-text-outline",
    "waiting": "mdi6.sofa-outline",
    "clients": "mdi6.account-multiple-outline",
    "client": "mdi6.account-outline",
    "pets": "mdi6.paw",
    "boarding": "mdi6.bed-outline",
    "room": "mdi6.door",
    "service": "mdi6.stethoscope",
    "sync": "mdi6.sync",
    "settings": "mdi6.cog-outline",
    "import": "mdi6.file-import-outline",
    "export": "mdi6.file-export-outline",
    "photo": "mdi6.image-outline",
    "print": "mdi6.printer-outline",
    "pdf": "mdi6.file-pdf-box",
    "search": "mdi6.magnify",
    "add": "mdi6.plus",
    "edit": "mdi6.pencil-outline",
    "delete": "mdi6.trash-can-outline",
    "save": "mdi6.content-save-outline",
    "close": "mdi6.close",
    "back": "mdi6.arrow-left",
    "next": "mdi6.chevron-right",
    "previous": "mdi6.chevron-left",
    "down": "mdi6.chevron-down",
    "up": "mdi6.chevron-up",
    "menu": "mdi6.menu",
    "more": "mdi6.dots-horizontal",
    "undo": "mdi6.undo",
    "copy": "mdi6.content-copy",
    "info": "mdi6.information-outline",
    "help": "mdi6.help-circle-outline",
    "good": "mdi6.check-circle-outline",
    "tick": "mdi6.check-bold",
    "dash": "mdi6.minus-thick",
    "warning": "mdi6.alert-outline",
    "danger": "mdi6.alert-circle-outline",
    "offline": "mdi6.cloud-off-outline",
    "online": "mdi6.cloud-check-outline",
    "conflict": "mdi6.source-fork",
    "refused": "mdi6.hand-back-left-outline",
    "locked": "mdi6.lock-outline",
    "clock": "mdi6.clock-outline",
    "date": "mdi6.calendar-blank-outline",
    "link": "mdi6.link-variant",
    "filter": "mdi6.filter-variant",
    "empty": "mdi6.inbox-outline",
    "farm": "mdi6.barn",
    "clinic": "mdi6.hospital-box-outline",
    "person": "mdi6.account-circle-outline",
    "phone": "mdi6.phone-outline",
    "email": "mdi6.email-outline",
    "loss": "mdi6.minus-circle-outline",
    "receipt": "mdi6.tray-arrow-down",
    "use": "mdi6.tray-arrow-up",
    "stocktake": "mdi6.clipboard-check-outline",
    "chart": "mdi6.chart-bell-curve",
    "list": "mdi6.format-list-bulleted",
    "folder": "mdi6.folder-outline",
    "backup": "mdi6.database-outline",
    "device": "mdi6.laptop",
    "sign_out": "mdi6.logout",
    "theme": "mdi6.theme-light-dark",
}


def icon(role: str, colour: str = "text", *, beside: bool = False) -> QIcon:
    """Return the icon of a role ("animals") in the colour of a role ("muted").

    The colour is that of the theme in force: make icons anew when `theme.notifier()` says so;
    `parts.controls` does it by itself. One `beside` words keeps a little more room to them.
    """
    now = getattr(theme.colours(), colour)
    place = {"offset": (-0.1, 0.0), "scale_factor": 0.92} if beside else {}
    muted = theme.colours().muted
    return qtawesome.icon(_NAMES[role], color=now, color_disabled=muted, **place)  # type: ignore[no-any-return]


def roles() -> tuple[str, ...]:
    """Return every role that has an icon."""
    return tuple(_NAMES)
