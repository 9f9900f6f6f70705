"""Data-OOB: how often the members of a bagging, drawn without a row, predict its label."""

from numbers import Integral

from sklearn.base import MetaEstimatorMixin
from sklearn.pipeline import Pipeline

from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import fit_predict_proba, fit_predict_votes, has_out_of_bag, out_of_bag_proba, sum_over_draws
from skclean.evidence.geometry._votes import shares_of_given
from skclean.rules import RivalRatio
from skclean.utils._compat import HasMethods, Interval
from skclean.utils._typing import Estimator, RandomState

__all__ = ["DataOOB"]


class DataOOB(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong labels by the weak learners of a bagging that did not draw them.

    Clones of a model are fitted on bootstrap samples. The quality of a label is the share of the models that predict
    it among those whose sample left the row out. It assumes that single models are weak and different, so that their
    errors average out; that holds for trees more than for linear models.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The weak learner; one with ``predict_proba`` divides its vote by its probabilities. A bagging ensemble of
        such, for example RandomForestClassifier or a Pipeline that ends in it, is fitted once and its own members
        predict. None means the forest of :func:`skclean.evidence.default_estimator`, whose members, over several tables
        and kinds of noise, ranked label errors better than bagged decision trees, and cost one fit.
    n_draws : int, default=100
        Bootstrap samples, which is the number of fits; of an ensemble not used. Each class is drawn for itself, so
        that none is missing.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    n_jobs : int or None, default=None
        Models fitted, or members asked, side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the samples, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        Share of the out-of-bag votes for the given label, in [0, 1]; 1 for unlabelled rows. A row that every sample
        drew is judged by one more fit without such rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The label with most votes, and of flagged rows the other label with most votes, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read; its `proba` are the shares of votes. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: weak learners on bootstrap samples; the value of a row is the mean agreement of its label with
    the learners whose sample left it out.

    Otherwise: probabilities take the place of votes where the model has them, and each class is drawn by itself.

    References
    ----------
    Kwon, Zou, "Data-OOB: Out-of-bag Estimate as a Simple and Efficient Data Value", ICML 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skclean.detectors import DataOOB
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = DataOOB(DecisionTreeClassifier(), n_draws=30, random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "data_oob"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_draws": [Interval(Integral, 2, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_draws: int = 100,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_draws = n_draws
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _default_rule(self):
        return RivalRatio()

    def _find(self, given, progress):
        """Out-of-bag shares of votes."""
        options = {
            "fit_params": given.fit_params,
            "n_jobs": self.n_jobs,
            "random_state": self.random_state,
            "progress": progress,
        }
        model, X, labels = given.estimator, given.X, given.labels
        if has_out_of_bag(model) and _members_have_proba(model):
            proba = out_of_bag_proba(model, X, labels, **options)
        else:
            ask = fit_predict_proba if hasattr(model, "predict_proba") else fit_predict_votes
            proba = sum_over_draws(model, X, labels, ask, n_draws=self.n_draws, **options).outside.mean()
        return Findings(shares_of_given(proba, labels.codes), proba)


def _members_have_proba(model):
    """Return whether the members of a bagging ensemble have probabilities; BaggingClassifier itself always has
    them."""
    ensemble = model.steps[-1][1] if isinstance(model, Pipeline) else model
    member = getattr(ensemble, "estimator", None)  # None stands for a tree
    return member is None or hasattr(member, "predict_proba")
