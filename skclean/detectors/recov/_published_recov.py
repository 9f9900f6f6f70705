"""ReCoV as it was published: counts of worst folds, and its first rule."""

from typing import Literal

from skclean.base import BaseRule
from skclean.detectors.recov._recov import ReCoV
from skclean.utils._typing import CrossValidation, Estimator, RandomState, Scoring

__all__ = ["PublishedReCoV"]


class PublishedReCoV(ReCoV):
    """Find wrong labels by counting how often each row sits in the worst fold, as ReCoV was published.

    It is :class:`ReCoV` with other defaults: plain folds, ``aggregation="worst_fold"``, and so the rule
    :class:`skclean.rules.TwoSigma`. :class:`ReCoV` with its own defaults ranks better with as many repeats.

    Parameters
    ----------
    estimator, n_repeats, cv, scoring, engine, max_repeats, n_jobs, random_state
        As in :class:`ReCoV`. The paper repeats a fixed number of times, 5 to the power of 7 for 8,124 mushrooms; give
        `n_repeats` for that. Its score for two classes, the area under the curve of predicted labels, is
        ``scoring="balanced_accuracy"``.
    stratify : bool, default=False
        As in :class:`ReCoV`.
    aggregation : {"regression", "standardized_loss", "worst_fold"}, default="worst_fold"
        As in :class:`ReCoV`.
    rule : str, rule or None, default=None
        Which rows are flagged. None means :class:`skclean.rules.TwoSigma`, the paper's first rule. Its second is
        :class:`skclean.rules.FalseDiscoveryRate`, its third :class:`skclean.rules.BackgroundComponent`.

    Attributes
    ----------
    noise_histogram_, best_fold_histogram_, p_values_, label_quality_, noise_mask_, suggested_labels_, classes_
        As in :class:`ReCoV`.
    n_repeats_, n_left_out_, termination_condition_, stability_, engine_, audit_, n_features_in_, feature_names_in_
        As in :class:`ReCoV`.

    Notes
    -----
    As in the paper: random folds without a look at the classes, one count a repeat for all rows of the worst fold,
    quality by the counts alone, and flags above the mean and two standard deviations of the binomial.

    Otherwise: repeats end when the ranking is stable, unless `n_repeats` is a number; ties between worst folds are
    broken at random, where the authors' script takes the first; repeats with a fold without a score are left out.

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Detecting noisy labels with repeated cross-validations", MICCAI 2024 (arXiv
    2306.13990), Algorithm 1.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skclean.detectors import PublishedReCoV
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = PublishedReCoV(KNeighborsClassifier(5), n_repeats=3000, random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "published_recov"

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_repeats: int | Literal["auto"] = "auto",
        cv: CrossValidation = 5,
        stratify: bool = False,
        scoring: Scoring = None,
        aggregation: Literal["regression", "standardized_loss", "worst_fold"] = "worst_fold",
        rule: BaseRule | str | None = None,
        engine: Literal["auto", "plain", "one_step"] = "auto",
        max_repeats: int = 10_000,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__(
            estimator,
            n_repeats=n_repeats,
            cv=cv,
            stratify=stratify,
            scoring=scoring,
            aggregation=aggregation,
            rule=rule,
            engine=engine,
            max_repeats=max_repeats,
            n_jobs=n_jobs,
            random_state=random_state,
        )
