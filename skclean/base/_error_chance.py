"""The record of detectors that estimate how probable an error is, for each label by itself."""

from dataclasses import dataclass

from skclean.utils._short_repr import short_repr
from skclean.utils._typing import Array, Floats

__all__ = ["ErrorChance"]


@dataclass(frozen=True, eq=False)
class ErrorChance:
    """Probability that each label is wrong, by a model of how labels go wrong.

    Parameters
    ----------
    wrong : ndarray of shape (n_samples,), float64
        In [0, 1]; 0 where nothing was given.
    kinds : ndarray of shape (n_samples,) of str, or None, default=None
        What is wrong if something is, such as "event" or "time".
    """

    wrong: Floats
    kinds: Array | None = None
    __repr__ = short_repr

    what = "the probability that each label is wrong"
    remedy = "use OrdinalConfidentLearning or SurvivalAudit, or choose another rule"

    def sentence(self, row: int) -> str:
        """Return why the label of a row is doubted: str."""
        kind = "label" if self.kinds is None else self.kinds[row]
        return f"the {kind} is wrong with a probability of {self.wrong[row]:.2f}"
