"""Any labels described by evidence that was made without them.

Each source gives every row a share for every class, and gives it without having read the row's own label. So labels
may be exchanged freely: the description of a row changes through its label alone.
"""

import numpy as np

__all__ = ["LabelFeatures", "log_odds"]


class LabelFeatures:
    """Numbers that say how well each row's label agrees with several sources of evidence.

    By source the log odds of the label against the strongest other class; then, against the other class that the first
    source finds strongest, how sure that source usually is of rows of the one and of the other, and how large they are.

    Parameters
    ----------
    sources : list of ndarray of shape (n_samples, n_classes)
        Shares of the classes, rows sum to 1.
    floors : list of float
        Added to both sides of the odds of each source; large for coarse shares.
    codes : ndarray of shape (n_samples,), int
        Given labels: they say what is usual of a class. Every class has a member.
    weight : ndarray of shape (n_samples,) or None, default=None
        What each row counts for in what is usual; only proportions matter.
    """

    def __init__(self, sources, floors, codes, weight=None):
        self.sources = sources
        self.floors = floors
        n_classes = sources[0].shape[1]
        counts = np.ones(len(codes)) if weight is None else np.maximum(weight / weight.mean(), 1e-9)
        sizes = np.bincount(codes, counts, n_classes)
        sure = np.bincount(codes, counts * sources[0][np.arange(len(codes)), codes], n_classes) / sizes
        self.usual = np.column_stack([np.log(sure + 1e-3), np.log(sizes)])

    def of(self, codes):
        """Features of the labels `codes`: ndarray of shape (n_samples, n_sources + 2), float64."""
        judged = [log_odds(source, codes, floor) for source, floor in zip(self.sources, self.floors, strict=True)]
        rivals = judged[0][1]
        return np.column_stack([*(odds for odds, _ in judged), self.usual[codes] - self.usual[rivals]])


def log_odds(shares, codes, floor):
    """Log odds of each label against the strongest other class, and that class.

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
    codes : ndarray of shape (n_samples,), int
    floor : float
        Added to both sides; large where small shares mean little.

    Returns
    -------
    odds : ndarray of shape (n_samples,), float64
    rivals : ndarray of shape (n_samples,), int
    """
    each = np.arange(len(codes))
    own = shares[each, codes]
    others = shares.copy()
    others[each, codes] = -1
    rivals = others.argmax(axis=1)
    return np.log((own + floor) / (others[each, rivals] + floor)), rivals
