"""Lambing against the trade's example."""

from __future__ import annotations

from fluffydesk.figures.breeding import lambing_percent


def test_lambing() -> None:
    percent = lambing_percent(2200, 1500)
    assert percent is not None
    assert round(percent) == 147
    assert lambing_percent(0, 20) == 0
    assert lambing_percent(3, 0) is None
