"""CrossSplit: two halves predict each other, and soften each other's labels from round to round."""

from numbers import Integral, Real

from sklearn.base import MetaEstimatorMixin

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import cross_split_proba, default_forest
from skclean.preprocessing import as_numbers
from skclean.rules import RivalRatio
from skclean.utils._compat import HasMethods, Interval
from skclean.utils._params import weight_parameter
from skclean.utils._typing import Estimator, RandomState

__all__ = ["CrossSplit"]


class CrossSplit(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong labels by models of the other half of the rows, whose own labels were softened.

    The rows are split into two halves, and each half has a model of its own. After a round every label is moved
    towards what the other half's model predicts, the further the more they diverge for its class, and the models are
    fitted again on the softened labels: a row counts once for each class that is likely enough, with its share as
    weight. It assumes that half of the rows are enough to learn most of the task. No model ever sees a label of the
    rows that it predicts, but from the second round on it sees labels that were softened by a model which did.

    Parameters
    ----------
    estimator : classifier with predict_proba whose fit takes sample_weight, or None, default=None
        The model of each half. None means 100
        extremely randomised trees with at least 3 rows a leaf.
    n_rounds : int, default=2
        Fits of each half, the first of them on the given labels; with 1 nothing is softened.
    n_repeats : int, default=3
        Random splits into halves, over which the predictions of the last round are averaged. There are 2 times
        `n_rounds` times `n_repeats` fits, each on half of the rows. Whole groups stay in one half where `groups` are
        given.
    gamma : float, default=0.6
        How much the divergence matters, in [0, 1]: the prediction's part in a new label runs from (1 - gamma) / 2 to
        (1 + gamma) / 2.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    n_jobs : int or None, default=None
        Splits fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the halves, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        The odds of the given label against its strongest rival by the models of the other half, "rival_odds" of
        :func:`skclean.quality.label_quality`, in [0, 1]; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: each half of the rows has a model of its own; labels are softened towards the prediction of the
    other half's model by ``beta = gamma * (scaled divergence - 1/2) + 1/2``, with the Jensen-Shannon divergence
    scaled within each class.

    Otherwise: the paper trains a network that is robust to noise; here the agreement of the given label with the
    other half's model is a score. Its training on the other half's rows without labels is left out. Divergences are
    scaled per class and half.

    References
    ----------
    Kim, Baratin, Zhang, Lacoste-Julien, "CrossSplit: Mitigating Label Noise Memorization through Data Splitting",
    ICML 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.detectors import CrossSplit
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = CrossSplit(LogisticRegression(max_iter=1000), random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "cross_split"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "gamma": [Interval(Real, 0, 1, closed="both")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)
    _splits_groups = True

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_rounds: int = 2,
        n_repeats: int = 3,
        gamma: float = 0.6,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_rounds = n_rounds
        self.n_repeats = n_repeats
        self.gamma = gamma
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _default_rule(self):
        return RivalRatio()

    def _model(self, X=None, labels=None):
        return default_forest(labels) if self.estimator is None else self.estimator

    def _find(self, given, progress):
        """Probabilities by models of the other half."""
        proba = cross_split_proba(
            given.estimator,
            as_numbers(given.X) if self.estimator is None else given.X,
            given.labels,
            n_rounds=self.n_rounds,
            n_repeats=self.n_repeats,
            gamma=self.gamma,
            weight_name=self._weight_name(given.estimator),
            verified=given.verified,
            fit_params=given.fit_params,
            split_params=given.split_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
            seen=given.seen,
        )
        quality = kernels.label_quality(given.labels.codes, proba, "rival_odds", n_jobs=self.n_jobs)
        return Findings(quality, proba)

    def _weight_name(self, model):
        """Through which parameter soft labels reach the model."""
        name = weight_parameter(model)
        if name is None and self.n_rounds > 1:
            raise ValueError(
                f"CrossSplit softens labels by weights, but {type(model).__name__} takes no sample_weight in fit; "
                "choose a model that takes them (with metadata routing enabled, one that requests them), or n_rounds=1."
            )
        return name
