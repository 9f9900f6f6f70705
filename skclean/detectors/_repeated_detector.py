"""Base of ReCoV and FastReCoV: everything but how repeats follow one another."""

from dataclasses import replace
from numbers import Integral

import numpy as np
from sklearn.base import MetaEstimatorMixin
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

from skclean._kernels import MAX_FOLDS
from skclean.base import Audit, BaseDetector, BaseRule, FoldCounts
from skclean.detectors._audit_table import AuditTableMixin
from skclean.detectors._classes import check_two_classes
from skclean.detectors._routing import route_fit, route_score, wants_metadata
from skclean.detectors._rule_trial import try_rule
from skclean.detectors._suggestions import suggest_codes
from skclean.detectors._target import check_target
from skclean.preprocessing import as_points
from skclean.repeats import ENGINES, FoldTally, repeated_cv
from skclean.rules import RULES, resolve_rule
from skclean.utils._checks import check_row_flags, check_weights
from skclean.utils._compat import (
    CallbackSupportMixin,
    HasMethods,
    Interval,
    StrOptions,
    get_tags,
)
from skclean.utils._labels import UNLABELLED
from skclean.utils._progress import Progress
from skclean.utils._rows import accept_any_table, check_same_order, record_features, row_index

__all__ = ["RepeatedDetector"]


class RepeatedDetector(AuditTableMixin, MetaEstimatorMixin, CallbackSupportMixin, BaseDetector):
    """A detector that judges rows by the scores of the folds that they sat in.

    Subclasses write ``_folds(target, split_params, seed)``, ``_repeat(runner, tally, target, progress)``, which
    returns the quality, and ``_default_rule()``.
    """

    __metadata_request__fit = {"sample_weight": True, "verified": True, "groups": True}

    _gives_proba = False
    _part_aliases = {"rule": RULES}
    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit"]), None],
        "cv": [Interval(Integral, 2, MAX_FOLDS, closed="both"), HasMethods(["split", "get_n_splits"])],
        "scoring": [str, callable, None],
        "rule": [BaseRule, StrOptions(set(RULES)), None],
        "engine": [StrOptions(set(ENGINES))],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def _fit(self, X, y, sample_weight, verified, groups, params):
        """Judge every row."""
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified, groups=groups)
        index = row_index(X, y)
        rows, target = check_target(_default_judge() if self.estimator is None else self.estimator, X, y)
        n_given = int(np.count_nonzero(target.labels.codes != UNLABELLED))
        estimator = _default_judge(n_given) if self.estimator is None else self.estimator
        weight = check_weights(sample_weight, rows)
        if target.is_class:
            check_two_classes(target.labels, weight)
        verified = check_row_flags(verified, len(target.values), name="verified")
        fit_params, split_params = route_fit(
            self,
            estimator,
            sample_weight=None if self.estimator is None else weight,  # neighbours take none
            verified=verified,
            groups=groups,
            params=params,
        )
        score_params = route_score(self, sample_weight=weight, verified=verified, groups=groups, **params)
        self._check_folds(target, groups)
        rule = self._default_rule() if self.rule is None else resolve_rule(self.rule)
        nothing = np.zeros(len(target.values), dtype=np.int64)
        try_rule(rule, target.labels, verified, fold_counts=FoldCounts(nothing, nothing, 1, 2))
        points = as_points(rows) if self.estimator is None else rows
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(np.iinfo(np.int32).max))
        folds = self._folds(target, split_params, seed)
        runner = self._runner(estimator, points, target, folds, (fit_params, score_params), seed)
        tally = FoldTally(folds, self.n_jobs)
        with Progress.of_fit(self, n_tasks=None) as progress:
            quality = self._repeat(runner, tally, target, progress)
            with progress.task("judge-labels"):
                self._score_rows(target, quality, tally, weight, verified, rule)
                self._suggest(estimator, points, target, fit_params)
        self.engine_ = runner.name
        self._index = index
        record_features(self, X)
        return self

    def _runner(self, estimator, X, target, folds, params, seed):
        fit_params, score_params = params
        return repeated_cv(
            estimator,
            X,
            target.values,
            folds,
            self.scoring,
            labels=target.labels,
            engine=self.engine,
            fit_params=fit_params,
            score_params=score_params,
            seed=None if self.random_state is None else seed,
            n_jobs=self.n_jobs,
        )

    def _check_folds(self, target, groups):
        n_given = np.count_nonzero(target.labels.codes != UNLABELLED)
        if isinstance(self.cv, Integral) and self.cv > n_given:
            raise ValueError(
                f"cv={self.cv} folds need as many rows with a label, but there are {n_given} (n_samples={n_given})."
            )
        if isinstance(self.cv, Integral) and groups is not None:
            raise ValueError(
                f"cv={self.cv} draws single rows and cannot keep groups together; use ReCoV with a splitter that does, "
                "such as cv=StratifiedGroupKFold(5, shuffle=True)."
            )

    def _score_rows(self, target, quality, tally, weight, verified, rule):
        """Quality, counts and mask."""
        codes, classes = target.labels
        counts = FoldCounts(tally.worst, tally.best, tally.n_counted, tally.folds.n_splits)
        audit = Audit(
            codes=codes,
            classes=classes,
            proba=None,
            quality=np.where(codes == UNLABELLED, 1.0, quality),
            suggested=codes,
            sample_weight=weight,
            verified=verified,
            judgeable=target.judgeable,
            n_jobs=self.n_jobs,
            fold_counts=counts,
            target=None if target.is_class else target.values,
        )
        self.__dict__.pop("classes_", None)  # of an earlier fit
        if target.is_class:
            self.classes_ = classes
        self.noise_histogram_ = counts.worst
        self.best_fold_histogram_ = counts.best
        self.p_values_ = counts.p_values
        self.n_repeats_ = tally.n_counted
        self.n_left_out_ = tally.n_seen - tally.n_counted
        self.label_quality_ = audit.quality
        self.noise_mask_ = rule.decide(audit)
        self.audit_ = audit

    def _suggest(self, estimator, X, target, fit_params):
        """Other labels for flagged rows of classifiers; other targets are left as they are.

        Scores of folds say that a label is wrong, not which one is right.
        """
        if not target.is_class:
            self.suggested_labels_ = target.values.copy()
            return
        flagged = np.flatnonzero(self.noise_mask_)
        kept = np.flatnonzero((target.labels.codes != UNLABELLED) & ~self.noise_mask_)
        suggested = suggest_codes(
            estimator, X, target.labels, flagged, kept, fit_params=fit_params, random_state=self.random_state
        )
        self.suggested_labels_ = self.classes_[suggested]
        self.audit_ = replace(self.audit_, suggested=suggested)

    def get_metadata_routing(self):
        """Requests of this detector, its model and its splitter.

        Returns
        -------
        routing : MetadataRouter
        """
        estimator = _default_judge() if self.estimator is None else self.estimator
        to_fit = MethodMapping().add(caller="fit", callee="fit")
        to_split = MethodMapping().add(caller="fit", callee="split")
        router = MetadataRouter(owner=self).add_self_request(self).add(estimator=estimator, method_mapping=to_fit)
        splitter = None if isinstance(self.cv, Integral) else self.cv
        scorer = estimator if self.scoring is None else self.scoring
        if wants_metadata(scorer):
            router.add(scorer=scorer, method_mapping=MethodMapping().add(caller="fit", callee="score"))
        return router.add(splitter=splitter, method_mapping=to_split)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if self.estimator is None:
            accept_any_table(tags)
        else:
            tags.input_tags = get_tags(self.estimator).input_tags
        return tags


def _default_judge(n_samples=1000):
    """The model that judges where the user names none: one whose repeats cost next to nothing."""
    return KNeighborsClassifier(min(10, max(1, n_samples // 4)))
