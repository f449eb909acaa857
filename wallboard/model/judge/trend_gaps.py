"""What somebody else has measured, where a board's own trends have nothing."""

from bisect import bisect_left

from wallboard.model.judge.trends import SPAN, STEP, Sample, Trends


def filled(own: Trends, other: Trends) -> Trends:
    """Return a board's trends with samples of another's, where it has none within a step."""
    if not other.samples:
        return own
    if not own.samples:
        return other if not own.peaks else Trends(other.samples, own.peaks)
    feeds = {**own.samples}
    for feed, samples in other.samples.items():
        feeds[feed] = _together(own.samples.get(feed, ()), samples)
    return Trends(feeds, own.peaks)


def _together(own: tuple[Sample, ...], other: tuple[Sample, ...]) -> tuple[Sample, ...]:
    starts = [sample.start for sample in own]

    def is_missing(sample: Sample) -> bool:
        place = bisect_left(starts, sample.start)
        near = starts[max(0, place - 1) : place + 1]
        return all(abs(start - sample.start) >= STEP for start in near)

    found = sorted((*own, *filter(is_missing, other)), key=lambda sample: sample.start)
    newest = found[-1].start if found else 0.0
    return tuple(sample for sample in found if sample.start >= newest - SPAN)
