"""A three-way merge of text by lines, for notes that two people wrote on."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class _Hunk:
    """The lines `start` up to `end` of the base became `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def inserts(self) -> bool:
        return self.start == self.end


def merge_lines(base: str | None, mine: str | None, theirs: str | None) -> tuple[bool, str | None]:
    """Return (True, the text with both sides' changes) or (False, None) where lines collide.

    Lines that both sides added at one place are kept both, theirs first. Emptied text is None.
    """
    old = _split(base)
    ours, others = _hunks(old, _split(mine)), _hunks(old, _split(theirs))
    merged: list[str] = []
    position = 0
    while ours or others:
        one, other = ours[:1], others[:1]
        if one and other and _collide(one[0], other[0]):
            if one[0] != other[0]:
                return False, None
            del others[0]
            continue
        # An insertion goes before a change that starts at the same line; theirs before mine.
        takes_mine = one and (not other or _rank(one[0], 1) < _rank(other[0], 0))
        hunk = ours.pop(0) if takes_mine else others.pop(0)
        merged += old[position : hunk.start]
        merged += hunk.lines
        position = hunk.end
    merged += old[position:]
    return True, "\n".join(merged) if merged else None


def _rank(hunk: _Hunk, side: int) -> tuple[int, int, int]:
    return hunk.start, hunk.end, side


def _collide(one: _Hunk, other: _Hunk) -> bool:
    if one.inserts and other.inserts:
        return one == other
    return one.start < other.end and other.start < one.end


def _split(text: str | None) -> list[str]:
    return text.split("\n") if text else []


def _hunks(old: list[str], new: list[str]) -> list[_Hunk]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _Hunk(start, end, tuple(new[new_start:new_end]))
        for tag, start, end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    ]
