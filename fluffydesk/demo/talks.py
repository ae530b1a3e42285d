"""The sample clinic's conversations with its clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fluffydesk.demo.sample import Maker, local
from fluffydesk.records.communication import Conversation, Message
from fluffydesk.records.enums.communication import ConversationStatus

_TALKS: tuple[tuple[str, int, str, tuple[tuple[bool, str], ...]], ...] = (
    (
        "Repeat of the eye drops", 0, "open",
        (
            (False, "Good morning. Could I have another bottle of the drops?"),
            (True, "Of course. It lies at the desk from two o'clock."),
            (False, "Thank you. Does she need to be seen before the next one?"),
        ),
    ),
    (
        "After the operation", 0, "open",
        ((False, "He has licked the wound a little, and it is red. Shall I come in?"),),
    ),
    (
        "Time on Thursday", 1, "open",
        (
            (False, "May we come an hour later on Thursday?"),
            (True, "Yes: half past four, with the same vet."),
        ),
    ),
    (
        "Insurance form", 6, "closed",
        (
            (False, "The insurer asks for the invoice once more."),
            (True, "It is on its way to you by e-mail."),
            (False, "It came. Many thanks."),
        ),
    ),
)  # fmt: skip


def write_talks(maker: Maker, staff: Sequence[UUID]) -> None:
    """Add the conversations; those who work there answer, of the clients no account is named."""
    maker = maker.apart(seed=7_307)
    for number, (subject, days, status, said) in enumerate(_TALKS):
        began = local(maker.today - timedelta(days=days), 7, 5 + 9 * number)
        talk = maker.add(
            Conversation,
            began,
            subject=subject,
            status=ConversationStatus(status),
        )
        for place, (ours, body) in enumerate(said):
            maker.add(
                Message,
                began + timedelta(minutes=17 * place),
                conversation_id=talk,
                sender_id=staff[number % len(staff)] if ours else None,
                body=body,
            )
