"""Chains of clients that are the same."""

from __future__ import annotations

from uuid import UUID

from fluffydesk.actions.merged import end_of

A, B, C, D = (UUID(int=number) for number in range(1, 5))


def test_a_chain_is_followed_to_its_end() -> None:
    assert end_of(A, {}) == A
    assert end_of(A, {A: B, B: C}) == C


def test_of_a_circle_every_desk_keeps_the_one_entered_first() -> None:
    both = {A: B, B: A}
    assert end_of(A, both) == end_of(B, both) == A
    assert end_of(D, {D: C, C: B, B: C}) == B
