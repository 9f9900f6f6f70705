"""Base of the detectors that read out-of-sample probabilities, without columns that copy or number the labels."""

import warnings
from numbers import Integral

import numpy as np
from sklearn.base import MetaEstimatorMixin

from skclean.base import ClassProba
from skclean.detectors._template import DetectorTemplate
from skclean.evidence import default_proba, find_leaks, out_of_sample_proba
from skclean.exceptions import LeakingColumnWarning
from skclean.preprocessing import is_table
from skclean.utils._compat import HasMethods, Interval, StrOptions, num_features, safe_indexing
from skclean.utils._proba import check_proba

__all__ = ["ProbaDetector", "without_leaks"]


class ProbaDetector(MetaEstimatorMixin, DetectorTemplate):
    """A detector with the parameters `estimator`, `cv`, `rule`, `leaks`, `n_jobs` and `random_state`."""

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit"]), None],
        "leaks": [StrOptions({"drop", "keep"})],
        "cv": ["cv_object", StrOptions({"oob"}), Interval(Integral, 2, None, closed="left"), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives: tuple[type, ...] = (ClassProba,)

    def _prepare(self, given):
        """Return what `fit` was given, without leaking columns where the model is the default one."""
        leaks = "keep" if self.estimator is not None else self.leaks
        given, self.left_out_columns_ = without_leaks(given, leaks)
        return given

    def _out_of_sample(self, given, progress, *, random_state=None, members=True):
        """Checked probabilities and their summary: out of bag for the default forest, else in 5 folds.

        `random_state` is for detectors that draw more than this from their own; None means the parameter. The default
        model is the forest and, with `members`, what class shapes and a logistic regression say.
        """
        by_default = self.estimator is None and self.cv is None and not given.split_params
        random_state = self.random_state if random_state is None else random_state
        options = {"n_jobs": self.n_jobs, "random_state": random_state, "progress": progress, "seen": given.seen}
        if by_default and members and is_table(given.X):
            proba = default_proba(given.estimator, given.X, given.labels, weight=given.weight, **options)
        else:
            default_cv = "oob" if by_default else 5
            proba = out_of_sample_proba(
                given.estimator,
                given.X,
                given.labels,
                cv=default_cv if self.cv is None else self.cv,
                fit_params=given.fit_params,
                split_params=given.split_params,
                **options,
            )
        name = f"predict_proba of {type(given.estimator).__name__}"
        return check_proba(proba, given.labels.codes, name=name, n_jobs=self.n_jobs)


MAX_NAMED = 10


def without_leaks(given, leaks):
    """Leave out the columns that copy the label, number the rows or identify them.

    Parameters
    ----------
    given : Given
        What `fit` was given.
    leaks : {"drop", "keep"}
        "keep" leaves everything as it is.

    Returns
    -------
    given : Given
        With the other columns.
    left_out : list of str or int
        Names of the columns that were left out, or their positions where X has no names.

    Warns
    -----
    LeakingColumnWarning
        If there are such columns. Where there are no others, all of them are kept.
    """
    found = find_leaks(given.X, given.labels) if leaks == "drop" else []
    if not found:
        return given, []
    named = "; ".join(f"{leak.name!r} {leak.reason}" for leak in found[:MAX_NAMED])
    named += f"; and {len(found) - MAX_NAMED} more" * (len(found) > MAX_NAMED)
    columns = np.setdiff1d(np.arange(num_features(given.X)), [leak.column for leak in found])
    if not columns.size:
        warnings.warn(
            f"every column of X hides wrong labels: {named}. All are kept, because no other is left to learn from; "
            "add columns that describe the rows.",
            LeakingColumnWarning,
            stacklevel=2,
        )
        return given, []
    warnings.warn(
        f"columns that hide wrong labels are left out of the default model: {named}. "
        "Pass leaks='keep' to learn from them.",
        LeakingColumnWarning,
        stacklevel=2,
    )
    X = given.X if hasattr(given.X, "shape") else np.asarray(given.X, dtype=object)
    return given._replace(X=safe_indexing(X, columns, axis=1)), [leak.name for leak in found]
