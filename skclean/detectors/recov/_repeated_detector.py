"""Base of ReCoV and FastReCoV: everything but how repeats follow one another."""

from numbers import Integral

import numpy as np
from sklearn.base import MetaEstimatorMixin, is_classifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

from skclean._kernels import MAX_FOLDS
from skclean.base import FoldCounts
from skclean.detectors._routing import route_fit, route_score, wants_metadata
from skclean.detectors._template import DetectorTemplate, Findings, Routed
from skclean.preprocessing import as_points
from skclean.repeats import ENGINES, FoldTally, repeated_cv
from skclean.targets import read_target
from skclean.utils._checks import accept_any_table
from skclean.utils._compat import HasMethods, Interval, StrOptions, get_tags

__all__ = ["RepeatedDetector"]


class RepeatedDetector(MetaEstimatorMixin, DetectorTemplate):
    """A detector that ranks rows by the scores of the folds that held them.

    Subclasses write ``_folds(target, split_params, seed)``, ``_repeat(runner, tally, target, progress)``, which
    returns the quality, and ``_default_rule()``.
    """

    __metadata_request__fit = {"sample_weight": True, "verified": True, "groups": True}

    gives = (FoldCounts,)
    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit"]), None],
        "cv": [Interval(Integral, 2, MAX_FOLDS, closed="both"), HasMethods(["split", "get_n_splits"])],
        "scoring": [str, callable, None],
        "engine": [StrOptions(set(ENGINES))],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def _read_y(self, y):
        return read_target(y, self._reader())

    def _reader(self):
        """Return the model that says which kind of target y is."""
        return _default_model() if self.estimator is None else self.estimator

    @property
    def accepts(self) -> tuple[str, ...]:  # type: ignore[override]  # here it depends on a parameter
        """Return the kinds of targets that the estimator takes: tuple of str."""
        return ("class",) if is_classifier(self._reader()) else ("numeric", "records")

    def _model(self, X=None, labels=None):
        if self.estimator is not None:
            return self.estimator
        return _default_model(1000 if labels is None else int(np.count_nonzero(labels.known)))

    def _route(self, estimator, weight, verified, groups, params):
        if isinstance(self.cv, Integral) and groups is not None:
            raise ValueError(
                f"cv={self.cv} draws single rows and cannot keep groups together; use ReCoV with a splitter that does, "
                "such as cv=StratifiedGroupKFold(5, shuffle=True)."
            )
        routed = route_fit(
            self,
            estimator,
            sample_weight=None if self.estimator is None else weight,  # neighbours take none
            verified=verified,
            groups=groups,
            params=params,
        )
        return Routed(*routed, route_score(self, sample_weight=weight, verified=verified, groups=groups, **params))

    def _prepare(self, given):
        self._check_folds(given)
        return given if self.estimator is not None else given._replace(X=as_points(given.X))

    def _find(self, given, progress):
        """Repeat cross-validation, and record how often each row was in the worst and in the best fold."""
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        folds = self._folds(given.labels, given.split_params, seed)
        runner = self._runner(given, folds, None if self.random_state is None else seed)
        tally = FoldTally(folds, self.n_jobs)
        quality = self._repeat(runner, tally, given.labels, progress)
        counts = FoldCounts(tally.worst, tally.best, tally.n_counted, tally.folds.n_splits)
        self.noise_histogram_ = counts.worst
        self.best_fold_histogram_ = counts.best
        self.p_values_ = counts.p_values
        self.n_repeats_ = tally.n_counted
        self.n_left_out_ = tally.n_seen - tally.n_counted
        self.engine_ = runner.name
        return Findings(quality, evidence=(counts,))

    def _runner(self, given, folds, seed):
        return repeated_cv(
            given.estimator,
            given.X,
            given.labels,
            folds,
            self.scoring,
            engine=self.engine,
            fit_params=given.fit_params,
            score_params=given.score_params,
            seed=seed,
            n_jobs=self.n_jobs,
        )

    def _check_folds(self, given):
        n_given = len(given.labelled)
        if isinstance(self.cv, Integral) and self.cv > n_given:
            raise ValueError(
                f"cv={self.cv} folds need as many rows with a label, but there are {n_given} (n_samples={n_given})."
            )

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of this detector, its model and its splitter.

        Returns
        -------
        routing : MetadataRouter
        """
        estimator = self._reader()
        router = super().get_metadata_routing()
        scorer = estimator if self.scoring is None else self.scoring
        if wants_metadata(scorer):
            router.add(scorer=scorer, method_mapping=MethodMapping().add(caller="fit", callee="score"))
        return router

    def _splitter(self):
        return None if isinstance(self.cv, Integral) else self.cv

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if self.estimator is None:
            accept_any_table(tags)
        else:
            tags.input_tags = get_tags(self.estimator).input_tags
        return tags


def _default_model(n_samples=1000):
    """Return the model where the user names none: one that costs next to nothing to repeat."""
    return KNeighborsClassifier(min(10, max(1, n_samples // 4)))
