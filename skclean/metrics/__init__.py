"""Scores of a model where the labels that it is measured on are wrong as well."""

from skclean.metrics._active_test import ActiveDraw, ActiveScore, active_test, draw_active_test
from skclean.metrics._corrected import (
    CorrectedScore,
    corrected_accuracy,
    corrected_balanced_accuracy,
    corrected_brier_score,
    corrected_log_loss,
    corrected_losses,
)
from skclean.metrics._noise_test import NoiseTest, noise_test
from skclean.metrics._perturbed import perturbed_confidence
from skclean.metrics._roc_auc import corrected_roc_auc
from skclean.metrics._scorer import make_noise_corrected_scorer
from skclean.metrics._test_score import TestScore, test_score

__all__ = [
    "ActiveDraw",
    "ActiveScore",
    "CorrectedScore",
    "NoiseTest",
    "TestScore",
    "active_test",
    "corrected_accuracy",
    "corrected_balanced_accuracy",
    "corrected_brier_score",
    "corrected_log_loss",
    "corrected_losses",
    "corrected_roc_auc",
    "draw_active_test",
    "make_noise_corrected_scorer",
    "noise_test",
    "perturbed_confidence",
    "test_score",
]
