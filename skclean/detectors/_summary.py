"""Findings of a detector, first as numbers, then as lines of text, or as a table in notebooks."""

import numpy as np

from skclean.detectors._html import facts_html
from skclean.detectors._tiers import tiers_of
from skclean.noise import NoiseModel
from skclean.targets import UNLABELLED
from skclean.utils._short_repr import counted_labels

__all__ = ["Summary"]

MAX_MOVES = 5


class Summary(dict):
    """A dictionary of what was found, which prints as a few lines of text; notebooks show a table."""

    @classmethod
    def of(cls, detector, **more):
        """The summary of a fitted detector, with further items."""
        audit, flagged = detector.audit_, np.flatnonzero(detector.noise_mask_)
        counts = np.bincount(audit.codes[~audit.unlabelled], minlength=audit.n_classes).tolist()
        noise = audit.get(NoiseModel)
        is_class = audit.labels.target.has_classes
        return cls(
            detector=type(detector).__name__,
            n_rows=len(audit.codes),
            n_labelled=sum(counts),
            n_unlabelled=len(audit.codes) - sum(counts),
            n_not_judged=int(np.count_nonzero((audit.open_codes == UNLABELLED) & ~audit.unlabelled)),
            n_flagged=len(flagged),
            classes=list(zip(audit.classes.tolist(), counts, strict=True)) if is_class else [],
            moves=_moves(audit, flagged) if is_class else [],
            noise_rate=noise.noise_rate if noise else None,
            tiers=_tiers(audit) if noise else [],
            **more,
        )

    def __repr__(self):
        return "\n".join(f"{name:<21} {value}" for name, value in self._facts())

    __str__ = __repr__

    def _repr_html_(self):
        return facts_html(self._facts())

    def _facts(self):
        """Pairs of a name and a text, one a line."""
        unlabelled = f", {self['n_unlabelled']:,} unlabelled" if self["n_unlabelled"] else ""
        yield self["detector"], f"{self['n_rows']:,} rows{unlabelled}"
        if self["classes"]:
            yield "labels", counted_labels(*zip(*self["classes"], strict=True))
        share = 100 * self["n_flagged"] / max(self["n_labelled"], 1)
        yield "flagged", f"{self['n_flagged']:,} of {self['n_labelled']:,} labels ({share:.1f} %)"
        if self["n_not_judged"]:
            yield "never flagged", f"{self['n_not_judged']:,} labels: verified, trusted, or of an unknown class"
        rate = self["noise_rate"]
        if rate is not None:
            interval = f"90 % interval {100 * rate.low:.1f} to {100 * rate.high:.1f} %"
            yield "estimated noise rate", f"{100 * rate.rate:.1f} % ({interval})"
        for tier, count, wrong in self["tiers"]:
            yield f"tier {tier}", f"{count:,} labels, about {wrong:,.0f} of them wrong{_WHEN[tier]}"
        for position, (given, suggested, count) in enumerate(self["moves"][:MAX_MOVES]):
            yield "" if position else "given -> suggested", f"{given} -> {suggested}: {count:,}"
        if len(self["moves"]) > MAX_MOVES:
            yield "", f"and {len(self['moves']) - MAX_MOVES:,} more kinds"
        if self.get("decision"):
            yield "decision", self["decision"]


_WHEN = {1: ", even if labels are outcomes", 2: " if labels are annotations"}


def _moves(audit, flagged):
    """Return the counts of pairs of given and suggested label, most frequent first."""
    flagged = flagged[audit.suggested[flagged] != audit.codes[flagged]]
    pairs = np.column_stack([audit.codes[flagged], audit.suggested[flagged]])
    kinds, counts = np.unique(pairs, axis=0, return_counts=True)
    classes = audit.classes.tolist()
    order = np.argsort(-counts, kind="stable")
    return [(classes[kinds[kind, 0]], classes[kinds[kind, 1]], int(counts[kind])) for kind in order]


def _tiers(audit):
    tier, expected = tiers_of(audit)
    return [(number, int(np.count_nonzero(tier == number)), wrong) for number, wrong in enumerate(expected, 1)]
