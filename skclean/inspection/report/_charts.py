"""Small charts as SVG elements, without a style of their own: the page colours them, in light and in dark."""

__all__ = ["histogram_svg"]

WIDTH, HEIGHT, MARGIN = 480, 120, 18


def histogram_svg(quality: dict[str, list[int]] | None) -> str | None:
    """Return the distribution of label quality, doubtful labels apart: SVG, or None where nothing is known.

    Parameters
    ----------
    quality : dict or None
        Counts of `doubtful` and `other` labels in bins of equal width from 0 to 1.

    Notes
    -----
    Heights are square roots of counts: a few doubtful labels among many others stay visible.
    """
    if quality is None or not sum(quality["doubtful"]) + sum(quality["other"]):
        return None
    n_bins = len(quality["other"])
    width = WIDTH / n_bins
    tallest = max(a + b for a, b in zip(quality["doubtful"], quality["other"], strict=True)) ** 0.5
    bars = []
    for position, (doubtful, other) in enumerate(zip(quality["doubtful"], quality["other"], strict=True)):
        whole = HEIGHT * (doubtful + other) ** 0.5 / tallest
        lower = whole * doubtful / max(doubtful + other, 1)
        bars += _bar("d", position * width, HEIGHT - lower, width, lower)
        bars += _bar("o", position * width, HEIGHT - whole, width, whole - lower)
    bottom = HEIGHT + MARGIN - 4
    text = (
        f"{sum(quality['doubtful']):,} doubtful labels, most of low quality, and {sum(quality['other']):,} other labels"
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + MARGIN}" role="img" aria-label="Label quality: {text}">{"".join(bars)}'
        f'<text x="0" y="{bottom}">0: suspicious</text>'
        f'<text x="{WIDTH}" y="{bottom}" text-anchor="end">1: label quality</text></svg>'
    )


def _bar(kind, x, y, width, height):
    if height < 0.05:
        return []
    return [f'<rect class="{kind}" x="{x + 1:.0f}" y="{y:.1f}" width="{width - 2:.0f}" height="{height:.1f}"/>']
