"""Blocks of lines side by side: how a page uses the width that there is."""

from collections.abc import Sequence
from typing import NamedTuple

from wallboard.ui.widgets.text.line_widget import Pieces, width_of

BETWEEN = 4
"""Blank columns between two stacks."""


class Stack(NamedTuple):
    """Lines over each other, all at most as wide as ``width``."""

    lines: Sequence[Pieces]
    width: int


def stack_blocks(heights: Sequence[int], count: int) -> list[list[int]]:
    """Return which blocks stand over each other in at most ``count`` stacks, in order.

    ``heights``: of the blocks; between two of them is a blank line. The tallest stack is as low as
    can be.
    """
    limit = max(heights, default=0)
    while len(stacks := _fill(heights, limit)) > count:
        limit += 1
    return stacks


def _fill(heights: Sequence[int], limit: int) -> list[list[int]]:
    stacks: list[list[int]] = []
    used = limit + 1
    for index, height in enumerate(heights):
        if used + 1 + height > limit:
            stacks.append([])
            used = -1
        stacks[-1].append(index)
        used += 1 + height
    return stacks


def join_blocks(blocks: Sequence[Sequence[Pieces]]) -> list[Pieces]:
    """Return blocks over each other with a blank line between them."""
    lines: list[Pieces] = []
    for block in blocks:
        lines += [(), *block] if lines else block
    return lines


def join_stacks(stacks: Sequence[Stack]) -> list[Pieces]:
    """Return stacks side by side."""
    lines: list[Pieces] = []
    for number in range(max((len(item.lines) for item in stacks), default=0)):
        line: list[tuple[str, str]] = []
        blank = 0
        for stack in stacks:
            pieces = stack.lines[number] if number < len(stack.lines) else ()
            if pieces and blank:
                line.append((" " * blank, ""))
                blank = 0
            line += pieces
            blank += stack.width + BETWEEN - width_of(pieces)
        lines.append(tuple(line))
    return lines
