"""Consensus: several detectors, weighted by how well each finds errors injected into this very table."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing

from skclean.base import UNSEEN_CLASS, BaseRule, ClassProba, Trials
from skclean.detectors._proba_detector import without_leaks
from skclean.detectors._template import DetectorTemplate, Findings, Routed
from skclean.detectors.consensus._members import default_members, named_members, refuse_unnamed
from skclean.detectors.consensus._panel import Panel, check_member
from skclean.detectors.consensus._weights import flip_plausibly, learned_weights
from skclean.rules import Otsu, RivalRatio
from skclean.targets import decode_labels
from skclean.utils._compat import BaseComposition, Interval, StrOptions, get_tags, routing_enabled
from skclean.utils._params import seeded_clone
from skclean.utils._typing import Leaks, Params, RandomState

__all__ = ["Consensus"]


class Consensus(DetectorTemplate, BaseComposition):
    """Combine several detectors, weighted by how well each finds errors injected into the same table.

    Where all members have out-of-sample probabilities, as the default ones have, their weighted mean is taken, and
    quality compares the given label with its strongest rival in it ("rival_odds" of
    :func:`skclean.quality.label_quality`). Otherwise ranks of label quality are turned into normal scores, so that
    scales do not matter, and quality is the normal probability of their weighted mean; members with probabilities have
    one score there, that of their weighted mean probability, with the sum of their weights.

    To learn the weights, some labels that few members flag are flipped the way labels of this table seem to be
    confused. Members without probabilities are fitted again, and a logistic regression on the normal scores of all
    members learns which of them tell the flipped rows from the others. It assumes that injected errors are found by the
    same members as real ones. Weights are drawn towards equal ones where the table is too small to tell.

    Parameters
    ----------
    detectors : list of detectors or aliases, list of (name, detector) pairs, or None, default=None
        The members; an alias is a name from :data:`skclean.detectors.DETECTORS`. None means four with different
        errors: two forests, a kernel model and class shapes.
    weights : {"learned", "equal"} or array-like of shape (n_members,), default="learned"
        How much each member counts. "learned" fits members without probabilities once more for every
        injection.
    n_injections : int, default=3
        How often errors are injected, for ``weights="learned"``.
    rate : float, default=0.1
        Share of the labels that less than half of the members flag which is flipped each time, in (0, 0.5).
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio` on the averaged probabilities, or Otsu's cut where no member has any.
    leaks : {"drop", "keep"}, default="drop"
        What the default members do with columns that copy the given label, number the rows or identify them; as in
        :class:`ConfidentLearning`. No column is left out where `detectors` is given.
    n_jobs : int or None, default=None
        For those members that have no `n_jobs` of their own. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the injected errors, and seeds those members that have no seed of their own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows. Odds of the given label against its rival in the weighted
        mean probability, where all members have probabilities; else the normal probability of the weighted mean score.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        Labels to have instead, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    detectors_ : list of detectors
        The fitted members.
    member_names_ : list of str
        Their names.
    weights_ : ndarray of shape (n_members,)
        What each counts for; they sum to 1.
    member_scores_ : ndarray of shape (n_samples, n_members)
        What weights are learned on: normal scores of the members' ranks, low is suspicious; 0 for unlabelled rows.
        ``member_scores_ @ weights_`` ranks as `label_quality_` does only if no member, or one, has probabilities.
    agreement_ : ndarray of shape (n_samples,)
        Weight of the members that say of a row what the consensus says: flagged, or not. A column of the audit table.
    left_out_columns_ : list of str or int
        Names of the columns that the default members did not see, or their positions where X has no names.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.

    Notes
    -----
    As in the paper: ranks are combined by normal scores, as is usual (Kuncheva); injected errors follow the
    confusions that the members' probabilities show, after confident learning.

    Otherwise: this is a method of our own. Weights are learned from injected errors, and where all members have
    probabilities these are averaged, not the ranks.

    References
    ----------
    Kuncheva, "Combining Pattern Classifiers", 2014, for combining ranks; Northcutt et al., JAIR 2021, for the
    confusions that injected errors follow.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning, Consensus, ReCoV
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> members = [ConfidentLearning(), ReCoV(n_repeats=500)]
    >>> detector = Consensus(members, random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5), detector.weights_.shape
    (True, (2,))
    """

    alias = "consensus"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "detectors": [list, tuple, None],
        "weights": [StrOptions({"learned", "equal"}), "array-like"],
        "n_injections": [Interval(Integral, 1, None, closed="left")],
        "rate": [Interval(Real, 0, 0.5, closed="neither")],
        "leaks": [StrOptions({"drop", "keep"})],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        detectors: Sequence[Any] | None = None,
        *,
        weights: Literal["learned", "equal"] | ArrayLike = "learned",
        n_injections: int = 3,
        rate: float = 0.1,
        rule: BaseRule | str | None = None,
        leaks: Leaks = "drop",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.detectors = detectors
        self.weights = weights
        self.n_injections = n_injections
        self.rate = rate
        self.rule = rule
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    def get_params(self, deep: bool = True) -> Params:
        """Parameters, with those of named members as ``name__parameter``: dict."""
        return self._get_params("detectors", deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those of named members, as ``name__parameter``; the consensus itself."""
        self._check_parts_are_there(params)
        self.detectors = params.pop("detectors", self.detectors)
        listed = isinstance(self.detectors, (list, tuple))  # anything else is refused by fit
        if not listed or all(isinstance(member, tuple) for member in self.detectors):
            return self._set_params("detectors", **params)
        refuse_unnamed(params, self._get_param_names())
        return super().set_params(**params)

    @property
    def gives(self) -> tuple[type, ...]:  # type: ignore[override]  # here it depends on a parameter
        """Return the evidence that the audit will hold: tuple of classes."""
        return (ClassProba,) if any(ClassProba in member.gives for _, member in self._members()) else (Trials,)

    def _default_rule(self):
        return RivalRatio() if ClassProba in self.gives else Otsu()

    def _members(self, n_samples=1000, *, sparse=False):
        """Named members, unfitted, for so many rows with a label."""
        if self.detectors is None:
            return default_members(n_samples, self.n_jobs, sparse=sparse)
        return named_members(self.detectors, self.n_jobs)

    def _find(self, given, progress):
        """Scores of all members, their weights, and the weighted mean."""
        given, self.left_out_columns_ = without_leaks(given, self.leaks if self.detectors is None else "keep")
        rng = check_random_state(self.random_state)
        members = [
            (name, seeded_clone(member, self.random_state))
            for name, member in self._members(len(given.labelled), sparse=issparse(given.X))
        ]
        weights = self._given_weights(len(members))
        codes = given.labels.codes
        self.member_names_ = [name for name, _ in members]
        self.detectors_ = [self._fit_member(name, member, given, codes, progress) for name, member in members]
        limits = [detector.audit_.labels.limits for detector in self.detectors_]
        limits = [found for found in limits if found is not None]
        if given.seen is not None and limits:  # a member that had not seen the class would outvote the others
            given.seen.add_counts(np.all(np.array(limits) != UNSEEN_CLASS, axis=0))
        panel = Panel([detector.audit_ for detector in self.detectors_], self.n_jobs)
        if weights is None:
            weights = self._learned_weights(members, given, panel, rng, progress)
        self.weights_ = weights
        self.member_scores_ = np.zeros((len(codes), len(members)))
        self.member_scores_[given.labelled] = panel.scores(codes, given.labelled)
        quality, proba = panel.combined(codes, given.labelled, weights)
        return Findings(quality, proba)

    def _fit_member(self, name, member, given, codes, progress):
        params = dict(given.fit_params[name])
        if "verified" in params and codes is not given.labels.codes:
            params["verified"] = given.verified & (codes == given.labels.codes)
        with progress.handed_to(name, member):
            member.fit(given.X, decode_labels(codes, given.labels.classes), **params)
        check_member(name, member, given.labels)
        return member

    def _learned_weights(self, members, given, panel, rng, progress):
        """Mean weights of the trials; equal ones where no label is left that may be flipped."""
        doubted = np.mean([detector.noise_mask_ for detector in self.detectors_], axis=0) >= 0.5
        undoubted = given.labelled[~doubted[given.labelled]]
        open_rows = undoubted if given.verified is None else undoubted[~given.verified[undoubted]]
        if not open_rows.size or len(undoubted) < 2:
            return np.full(len(members), 1 / len(members))
        rows = undoubted, open_rows
        trials = [self._trial(members, given, panel, rows, rng, progress) for _ in range(self.n_injections)]
        return np.mean([learned_weights(*trial) for trial in trials], axis=0)

    def _trial(self, members, given, panel, rows, rng, progress):
        """Scores of all members after errors were injected, and which rows have them: of undoubted rows only."""
        undoubted, open_rows = rows
        codes, flipped = flip_plausibly(given.labels.codes, panel.mean_proba(), open_rows, self.rate, rng)
        qualities = {}
        for position, (name, member) in enumerate(members):
            if not panel.has_proba[position]:
                refitted = self._fit_member(name, clone(member), given, codes, progress)
                qualities[position] = refitted.label_quality_
        return panel.scores(codes, undoubted, qualities), np.isin(undoubted, flipped)

    def _given_weights(self, n_members):
        """Weights that are not learned; None for those that are."""
        if isinstance(self.weights, str):
            return np.full(n_members, 1 / n_members) if self.weights == "equal" or n_members == 1 else None
        weights = np.asarray(self.weights, dtype=np.float64)
        if weights.shape != (n_members,) or not (weights >= 0).all() or not 0 < weights.sum() < np.inf:
            raise ValueError(
                f"weights must be {n_members} numbers of at least 0, one for each member, and not all 0; got "
                f"{self.weights!r}."
            )
        return weights / weights.sum()

    def _record(self, given, findings, rule, trials=()):
        super()._record(given, findings, rule, trials)
        flags = np.column_stack([detector.noise_mask_ for detector in self.detectors_])
        self.agreement_ = (flags == self.noise_mask_[:, None]) @ self.weights_

    def _more_columns(self):
        return {"agreement": self.agreement_}

    def _route(self, estimator, weight, verified, groups, params):
        """Fit parameters of each member, by its name."""
        if groups is not None and self.detectors is None:
            raise ValueError(
                "the default members of Consensus work out of bag and by distances, so they cannot keep groups "
                "together; leave groups out, or give detectors= that have folds, such as ConfidentLearning(cv=5)."
            )
        own = {"sample_weight": weight, "verified": verified, "groups": groups}
        given = {name: value for name, value in {**own, **params}.items() if value is not None}
        names = [name for name, _ in self._members()]
        if routing_enabled():
            routed = process_routing(self, "fit", **given)
            return Routed({name: dict(routed[name]["fit"]) for name in names}, {})
        return Routed(dict.fromkeys(names, given), {})

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of all members.

        Returns
        -------
        routing : MetadataRouter
        """
        router = MetadataRouter(owner=self).add_self_request(self)
        for name, member in self._members():
            router.add(**{name: member}, method_mapping=MethodMapping().add(caller="fit", callee="fit"))
        return router

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()  # of any table, as the default members take it
        if self.detectors is None:
            return tags
        inner = [get_tags(member).input_tags for _, member in self._members()]
        for name in ("one_d_array", "two_d_array", "three_d_array", "sparse", "categorical", "string", "allow_nan"):
            setattr(tags.input_tags, name, all(getattr(part, name) for part in inner))
        for name in ("positive_only", "pairwise"):
            setattr(tags.input_tags, name, any(getattr(part, name) for part in inner))
        return tags
