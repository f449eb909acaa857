"""What every section of the configuration has in common."""

import dataclasses
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, model_validator

from wallboard.config import fields
from wallboard.model.data.name_pattern import NamePattern

Made = TypeVar("Made")


class Section(BaseModel):
    """One table of the file: no key that it does not know, and no value in its errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def into(self, record: Callable[..., Made], **others: object) -> Made:
        """Return a record of the model: the fields that it has as well, and ``others``."""
        same = {field.name for field in dataclasses.fields(cast("Any", record))}
        own = same.intersection(type(self).model_fields).difference(others)
        return record(**{name: getattr(self, name) for name in own}, **others)


class OverrideSection(Section):
    """A table of a list: what holds for some queues, by name pattern."""

    queue: fields.Pattern = ""
    site: fields.Pattern = ""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.queue and not self.site:
            raise ValueError("an override names a queue or a site, or both, by pattern")
        return self

    @property
    def where(self) -> NamePattern:
        """Which queues it speaks of."""
        return NamePattern(self.queue, self.site)
