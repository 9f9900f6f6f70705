"""Label noise itself: injecting it, estimating its transition matrix, and what this says of a data set."""

from skclean.noise._confident_joint import confident_joint
from skclean.noise._health import (
    ClassNoiseRates,
    OverlappingClasses,
    class_noise_rates,
    dataset_credibility,
    overall_health,
    overlapping_classes,
)
from skclean.noise._review_rate import ReviewedNoiseRate, draw_stratified_review, noise_rate_from_review
from skclean.noise.kinds._class_conditional import random_transition_matrix
from skclean.noise.kinds._feature_noise import inject_feature_noise
from skclean.noise.kinds._inject import inject_noise
from skclean.noise.kinds._kind import FlipProblem, NoiseKind
from skclean.noise.model._noise_model import NoiseModel
from skclean.noise.model._noise_rate import NoiseRate
from skclean.noise.target_kinds._inject import inject_target_noise
from skclean.noise.target_kinds._kind import TargetKind, TargetProblem
from skclean.noise.transition._error import rows_needed, transition_error
from skclean.noise.transition._estimate import estimate_noise_rate
from skclean.noise.transition._intervals import TransitionIntervals, transition_intervals
from skclean.noise.transition._transition import estimate_transition_matrix

__all__ = [
    "ClassNoiseRates",
    "FlipProblem",
    "NoiseKind",
    "NoiseModel",
    "NoiseRate",
    "OverlappingClasses",
    "ReviewedNoiseRate",
    "TargetKind",
    "TargetProblem",
    "TransitionIntervals",
    "class_noise_rates",
    "confident_joint",
    "dataset_credibility",
    "draw_stratified_review",
    "estimate_noise_rate",
    "estimate_transition_matrix",
    "inject_feature_noise",
    "inject_noise",
    "inject_target_noise",
    "noise_rate_from_review",
    "overall_health",
    "overlapping_classes",
    "random_transition_matrix",
    "rows_needed",
    "transition_error",
    "transition_intervals",
]
