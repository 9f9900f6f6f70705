"""Learn what is liked from votes, where a missing vote says little."""

from numbers import Integral, Real
from typing import Any, NamedTuple, Self

import numpy as np
from sklearn.utils import check_consistent_length
from sklearn.utils.metadata_routing import UNUSED

from skclean.robust.training._learner import NoisyLabelLearner
from skclean.robust.training._soft_fit import cross_fit_soft, folds_of_all
from skclean.targets import ClassTarget, encode_labels
from skclean.utils._compat import Interval, fit_context, num_samples
from skclean.utils._typing import CrossValidation, Estimator, Floats, Labels1d, Numbers, Positions, RandomState, Table

__all__ = ["ImplicitFeedbackClassifier"]

# Chances of a vote are kept within these, and so are those of liking.
SMALLEST, LARGEST = 1e-3, 0.99
# Rounds in which rates of users and of items are fitted to each other.
N_RATE_ROUNDS = 3


class Votes(NamedTuple):
    """Votes, and who gave them on what.

    Attributes
    ----------
    given : ndarray of shape (n_samples,), bool
        Rows with a vote.
    weight : ndarray of shape (n_samples,)
        What each row counts for; 0 where y is missing.
    user, item : ndarrays of shape (n_samples,), int
        Number of the user and of the item; the last number is that of unknown ones.
    """

    given: np.ndarray
    weight: Floats
    user: Positions
    item: Positions


class ImplicitFeedbackClassifier(NoisyLabelLearner):
    """Learn from votes, clicks or purchases, where a missing one is not a rejection.

    A row was voted for if it is liked and the vote was given: ``P(voted) = s(x) * e``, where s is the preference that
    `estimator` learns, and e the chance that a liked row gets its vote. That chance is a rate of the user times a rate
    of the item. Rounds of expectation-maximisation estimate how probable it is that each row without a vote is liked,
    and refit the model on weighted copies.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        The model of the preference. None means skclean's default forest.
    cv : int, splitter or iterable of (train, test), default=5
        Folds by which each row is predicted by models that were fitted without it.
    prior_rows : float, default=5.0
        Number of liked rows with the average rate that are added to each user and to each item. At least 0.
    max_rounds : int, default=10
        Largest number of rounds, at least 1.
    tol : float, default=1e-3
        Rounds end when the probabilities change by less in the mean. At least 0.
    n_jobs : int or None, default=None
        Folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone; `predict_proba` gives the probability that a row is liked.
    classes_ : ndarray of shape (2,)
        The sorted labels; the second one is the vote.
    posterior_ : ndarray of shape (n_samples,)
        P(liked | row, vote): 1 where there is a vote.
    propensity_ : ndarray of shape (n_samples,)
        The chance that the row would get a vote if it was liked.
    user_rate_, item_rate_ : dict
        Of each user the chance of voting for a liked item of the average kind, and of each item a factor on it.
    n_iter_ : int
        Rounds that were made.
    converged_ : bool
        Whether the change fell below `tol`.
    n_features_in_, feature_names_in_, coef_, intercept_, feature_importances_
        Those of `estimator_`, where it has them.

    Notes
    -----
    As in the paper: a missing vote is a liked item with a chance that is estimated together with the preference, so
    that it is a noisy negative label and no rejection.

    Otherwise: any classifier takes the place of matrix factorisation and its pairwise loss; the chance is a product of
    two shrunk rates; each row is predicted by models that have not seen it; and rows count by how probable each label
    is, in the place of drawn negatives. A model without sample weights learns from labels that are drawn so.

    It assumes that votes are never given by mistake, and that whether a liked row gets a vote depends on the user and
    the item alone. Votes alone do not tell a row that is rarely liked from one that rarely gets its vote: the rates
    tell users and items apart, and the level of the probabilities is not identified. So use it to rank. It gains most
    where users or items differ much in how often they vote, and nothing where they do not.

    References
    ----------
    Yu, Qin, "Sampler design for implicit feedback data by noisy-label robust learning" (NBPO), SIGIR 2020. Bekker,
    Robberechts, Davis, "Beyond the selected completely at random assumption for learning from positive and unlabeled
    data" (SAR-EM), ECML PKDD 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.robust import ImplicitFeedbackClassifier
    >>> rng = np.random.default_rng(0)
    >>> user, X = np.repeat(np.arange(40), 50), rng.normal(size=(2000, 2))
    >>> liked = rng.random(2000) < 1 / (1 + np.exp(-3 * X[:, 0]))
    >>> votes = liked & (rng.random(2000) < np.where(user < 20, 0.8, 0.1))
    >>> model = ImplicitFeedbackClassifier(LogisticRegression(), random_state=0).fit(X, votes, user=user)
    >>> model.user_rate_[0] > 2 * model.user_rate_[39]
    True
    """

    __metadata_request__fit = {"verified": UNUSED, "user": True, "item": True}

    _parameter_constraints: dict = {
        **NoisyLabelLearner._parameter_constraints,
        "cv": ["cv_object"],
        "prior_rows": [Interval(Real, 0, None, closed="left")],
        "max_rounds": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = 5,
        prior_rows: float = 5.0,
        max_rounds: int = 10,
        tol: float = 1e-3,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.prior_rows = prior_rows
        self.max_rounds = max_rounds
        self.tol = tol
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Labels1d,
        *,
        user: Labels1d | None = None,
        item: Labels1d | None = None,
        sample_weight: Numbers | None = None,
        **params: Any,
    ) -> Self:
        """Estimate which rows without a vote are liked, and fit the model.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Two labels; the larger one is the vote. A missing one (None, NaN) leaves the row out.
        user, item : array-like of shape (n_samples,) or None, default=None
            Who could vote, and on what. None means that all rows are alike.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.
        **params : dict
            Passed to the fit of the estimator; what has one value per row follows the rows. With metadata routing
            enabled, routed as requested.

        Returns
        -------
        self : ImplicitFeedbackClassifier

        Raises
        ------
        ValueError
            If y has more or fewer than two labels.
        """
        material = self._material(X, y, sample_weight, None, params, user=user, item=item)
        if material.n_classes != 2:
            raise ValueError(
                "Only binary classification is supported. ImplicitFeedbackClassifier needs y of two labels, a vote and "
                f"none; got {material.n_classes} labels. Fit one model for each kind of vote."
            )
        users, user_codes = _groups(user, material.X, "user")
        items, item_codes = _groups(item, material.X, "item")
        known = material.given >= 0
        votes = Votes(material.given == 1, np.where(known, material.weight, 0.0), user_codes, item_codes)
        labels = ClassTarget(material.given, material.classes)
        folds = folds_of_all(material.X, labels, self.cv, self.random_state)
        options = {"n_jobs": self.n_jobs, "random_state": self.random_state}

        def preference(posterior):
            targets = np.column_stack([1 - posterior, posterior]) * votes.weight[:, None]
            args = material.estimator, material.X, material.classes, targets, folds, material.params
            return cross_fit_soft(*args, **options)[:, 1].clip(SMALLEST, LARGEST)

        posterior, rates = self._rounds(preference, votes)
        self.posterior_, self.propensity_ = posterior, _chance(rates, votes)
        self.user_rate_, self.item_rate_ = (
            dict(zip(names, rate[: len(names)].tolist(), strict=True))
            for names, rate in zip((users, items), rates, strict=True)
        )
        targets = np.column_stack([1 - posterior, posterior]) * known[:, None]
        self._fit_final(material, targets)
        return self

    def _rounds(self, preference, votes):
        """Expectation-maximisation: P(liked) of each row, and the rates of users and items."""
        share = np.average(votes.given, weights=votes.weight)
        posterior = np.where(votes.given, 1.0, share)
        self.converged_ = False
        for n_rounds in range(1, self.max_rounds + 1):
            rates = fit_rates(posterior, votes, self.prior_rows)
            liked, chance = preference(posterior), _chance(rates, votes)
            missed = liked * (1 - chance)
            updated = np.where(votes.given, 1.0, missed / (1 - liked + missed))
            change = np.average(np.abs(updated - posterior), weights=votes.weight)
            posterior, self.n_iter_ = updated, n_rounds
            if change < self.tol:
                self.converged_ = True
                break
        return posterior, fit_rates(posterior, votes, self.prior_rows)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def fit_rates(posterior, votes, prior_rows):
    """Fit a rate of voting for each user and a factor for each item to how probably each row is liked.

    Parameters
    ----------
    posterior : ndarray of shape (n_samples,)
        P(liked | row, vote).
    votes : Votes
    prior_rows : float
        Liked rows with the average rate that each user and each item gets in addition.

    Returns
    -------
    user_rate, item_rate : ndarrays of shape (n_users + 1,) and (n_items + 1,)
    """
    liked, voted = posterior * votes.weight, votes.given * votes.weight
    average = voted.sum() / liked.sum()
    n_users, n_items = votes.user.max() + 1, votes.item.max() + 1
    user_rate, item_rate = np.full(n_users, average), np.ones(n_items)
    for _ in range(N_RATE_ROUNDS):
        expected = np.bincount(votes.user, liked * item_rate[votes.item], n_users)
        observed = np.bincount(votes.user, voted, n_users)
        user_rate = _ratio(observed + prior_rows * average, expected + prior_rows, average).clip(SMALLEST, LARGEST)
        expected = np.bincount(votes.item, liked * user_rate[votes.user], n_items)
        observed = np.bincount(votes.item, voted, n_items)
        item_rate = _ratio(observed + prior_rows * average, expected + prior_rows * average, 1.0)
        item_rate /= np.average(item_rate[votes.item], weights=liked)  # the level is that of the users
    return user_rate, item_rate


def _ratio(observed, expected, otherwise):
    return np.divide(observed, expected, out=np.full(len(observed), otherwise), where=expected > 1e-12)


def _chance(rates, votes):
    """Chance that each row would get its vote if it was liked: ndarray of shape (n_samples,)."""
    return (rates[0][votes.user] * rates[1][votes.item]).clip(SMALLEST, LARGEST)


def _groups(labels, X, name):
    """The distinct users or items, and their numbers; missing ones have the number after the last."""
    if labels is None:
        return [], np.zeros(num_samples(X), dtype=np.intp)
    codes, classes = encode_labels(labels, name=name)
    check_consistent_length(X, codes)
    return classes.tolist(), np.where(codes < 0, len(classes), codes).astype(np.intp)
