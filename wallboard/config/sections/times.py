"""The sections about time: the day, the targets, the opening hours."""

from typing import Annotated, Self

from pydantic import model_validator

from wallboard.config import fields
from wallboard.config.sections.base import OverrideSection, Section
from wallboard.model.data.opening_hours import HoursOverride, OpeningHours, parse_hours
from wallboard.model.judge.time_in_target import TargetOverride, Targets


class Today(Section):
    """``[today]``: the day so far. ``interval``: seconds; ``start``: when a day begins."""

    enabled: bool = True
    interval: Annotated[float, fields.within(10, 3600)] = 60.0
    timezone: fields.Zone = ""
    start: fields.TimeText = "00:00"


class TargetOverrideSection(OverrideSection):
    """``[[targets.override]]``: the target of some queues, in seconds."""

    longest_wait: Annotated[float, fields.within(0, 3600)]


class TargetsSection(Section):
    """``[targets]``: how long a caller may wait, in seconds, for the time in target."""

    longest_wait: Annotated[float, fields.within(0, 3600)] = 20.0
    override: tuple[TargetOverrideSection, ...] = ()

    def waits(self) -> Targets:
        """Return the targets as the model has them."""
        overrides = tuple(
            TargetOverride(table.where, fields.milliseconds(table.longest_wait))
            for table in self.override
        )
        return Targets(fields.milliseconds(self.longest_wait), overrides)


class HoursOverrideSection(OverrideSection):
    """``[[hours.override]]``: the hours of some queues."""

    open: fields.HoursText

    @model_validator(mode="after")
    def _is_open(self) -> Self:
        if not self.open:
            raise ValueError('open is empty: write hours, "always" or "never"')
        return self


class HoursSection(Section):
    """``[hours]``: when queues are open; ``open`` empty: not known."""

    open: fields.HoursText = ""
    override: tuple[HoursOverrideSection, ...] = ()

    def opening(self) -> OpeningHours:
        """Return when queues are open, as far as it was said."""
        overrides = tuple(
            HoursOverride(table.where, parse_hours(table.open)) for table in self.override
        )
        return OpeningHours(fields.hours(self.open), overrides)
