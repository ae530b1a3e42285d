"""The closed lists of values of the farm's day."""

from __future__ import annotations

from enum import StrEnum


class MilkingSession(StrEnum):
    """Which milking of the day; a recording agency's test day counts the whole day."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    WHOLE_DAY = "whole_day"


class EggRound(StrEnum):
    """Which collection of the day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    WHOLE_DAY = "whole_day"


class WeighingMethod(StrEnum):
    """How a weight was found."""

    SCALE = "scale"
    TAPE = "tape"
    ESTIMATE = "estimate"
