"""Errors and warnings that users of skclean may want to catch."""

from collections.abc import Iterable

__all__ = [
    "FewMembersWarning",
    "InterruptedFitWarning",
    "LargeShareWarning",
    "LeakingColumnWarning",
    "LostWorkerWarning",
    "NoSkillWarning",
    "PrivilegedInformationWarning",
    "ProbabilityError",
    "StaleDecisionsError",
    "UnidentifiableNoiseWarning",
    "UnseenClassWarning",
    "UnusualLabelsWarning",
]


class ProbabilityError(ValueError):
    """Class probabilities, of a caller or of a model, are no probability distributions or have the wrong shape.

    Attributes
    ----------
    row : int or None
        Position of the first bad row, counted from 0; None where the fault is not in a row.
    problem : str
        One of "nan", "infinite", "negative", "sum", "shape" and "type".
    """

    def __init__(self, message: str, row: int | None = None, problem: str = "shape") -> None:
        super().__init__(message, row, problem)
        self.row = row
        self.problem = problem

    def __str__(self) -> str:
        return self.args[0]


class StaleDecisionsError(ValueError):
    """Decisions of reviewers are on rows or labels that are others now, so none of them was applied.

    Attributes
    ----------
    rows : list of (int, str, str)
        Position of each row when it was reviewed, its name, and what has changed.
    """

    def __init__(self, message: str, rows: Iterable[tuple[int, str, str]] = ()) -> None:
        super().__init__(message, rows)
        self.rows = list(rows)

    def __str__(self) -> str:
        return self.args[0]


class FewMembersWarning(UserWarning):
    """A class has too few members for what was asked, and something was reduced."""


class InterruptedFitWarning(UserWarning):
    """A long fit was interrupted by the user, and what had been computed was kept."""


class LargeShareWarning(UserWarning):
    """A large share of the labels of a small class is flagged as wrong."""


class LeakingColumnWarning(UserWarning):
    """A column copies the label, numbers the rows or identifies them, so that a model that sees it finds no errors."""


class LostWorkerWarning(UserWarning):
    """Worker processes died during a long fit, and what had been computed was kept."""


class NoSkillWarning(UserWarning):
    """The out-of-sample probabilities tell labels apart no better than the class shares do, so none is flagged."""


class PrivilegedInformationWarning(UserWarning):
    """Columns that are known in training only predict the labels better than the others do, so that they may harm."""


class UnseenClassWarning(UserWarning):
    """No model had seen the class of some rows before it was asked about them, so their labels are not flagged."""


class UnidentifiableNoiseWarning(UserWarning):
    """The data cannot tell label noise from the classes themselves, so an estimated transition matrix may be wrong."""


class UnusualLabelsWarning(UserWarning):
    """The labels look like identifiers, like a continuous target, or like a code for unlabelled rows."""
