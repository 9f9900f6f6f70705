"""The functions of arrays: labels, probabilities, weights and tables go in."""

import numpy as np
from fuzz.targets import Answer, Target, rows_of

from skclean import find_label_issues
from skclean.noise import (
    class_noise_rates,
    confident_joint,
    dataset_credibility,
    estimate_noise_rate,
    estimate_transition_matrix,
    inject_noise,
    overall_health,
    overlapping_classes,
)
from skclean.quality import QUALITY_METHODS, label_quality
from skclean.rules import RULES
from skclean.targets import encode_labels

__all__ = ["ARRAYS"]

N, K = 24, 3
NAMES = np.array(["ant", "bee", "cow"], dtype=object)
METHODS = sorted(QUALITY_METHODS)
# Rules that read what repeats, or detectors of other kinds of labels, give.
OF_OTHERS = {
    "two_sigma",
    "false_discovery_rate",
    "two_components",
    "background_component",
    "likely_wrong",
    "residual_mixture",
}
RULE_NAMES = sorted(set(RULES) - OF_OTHERS)


def _labels(rng):
    codes, proba = rows_of(rng, N, K, np.float32 if rng.random() < 0.2 else np.float64)
    kinds = (
        codes,
        codes.astype(float),
        NAMES[codes],
        codes.astype(np.int64) + 2**53,
        codes.astype(object),
        codes.astype("U1"),
    )
    return kinds[rng.integers(len(kinds))], proba


def _y_and_proba(rng):
    y, proba = _labels(rng)
    return {"y": y, "y_proba": proba}


def _weighted(rng):
    return _y_and_proba(rng) | {"sample_weight": rng.random(N) + 0.1}


def _flagged(rng):
    return _weighted(rng) | {"verified": rng.random(N) < 0.2, "rule": RULE_NAMES[rng.integers(len(RULE_NAMES))]}


def _find(rule, **arguments):
    return [Answer("mask", find_label_issues(rule=rule, **arguments), unit=True)]


def _quality(**arguments):
    return [Answer(method, label_quality(method=method, **arguments), unit=True) for method in METHODS]


def _joint_of(**arguments):
    return [Answer("joint", confident_joint(**arguments))]


def _transition(**arguments):
    return [Answer("transition", estimate_transition_matrix(**arguments), unit=True)]


def _rate(**arguments):
    rate = estimate_noise_rate(**arguments)
    return [] if rate is None else [Answer("rate", np.array([rate.rate, rate.low, rate.high]), unit=True)]


def _encoded(y):
    codes, classes = encode_labels(y)
    distinct = len(set(np.asarray(classes).tolist()))
    assert distinct == len(classes), "classes are not distinct"
    given = np.asarray(y) if isinstance(y, np.ndarray) else y
    for label, code in zip(list(given), codes.tolist(), strict=True):
        if code >= 0 and np.ndim(label) == 0:
            assert classes[code] == label, f"{label!r:.60} became {classes[code]!r:.60}"
    return [Answer("codes", codes)]


def _injected(y, rate):
    noisy, flipped = inject_noise(y, rate=rate, random_state=0)
    assert len(noisy) == len(flipped)
    return [Answer("flipped", flipped, unit=True)]


def _joint(rng):
    return {"joint": rng.integers(1, 50, (K, K)).astype(float)}


def _health(joint):
    rates = class_noise_rates(joint=joint)
    pairs = overlapping_classes(joint=joint)
    whole = np.array([overall_health(joint=joint), dataset_credibility(joint=joint)])
    shares = np.asarray(pairs[-1], dtype=float)
    return [
        Answer("given", rates.given, unit=True),
        Answer("true", rates.true, unit=True),
        Answer("health", whole, unit=True),
        Answer("overlap", shares),
    ]


OF_PROBA = {"y_proba": ("y", "classes"), "y": ("y_proba", "classes", "sample_weight", "verified")}
OF_WEIGHT = OF_PROBA | {"sample_weight": ("weights", "sample_weights", "Sample weights", "Input")}

ARRAYS = [
    Target("find_label_issues", _flagged, _find, ("y", "y_proba", "sample_weight", "verified"), OF_WEIGHT),
    Target("find_label_issues", _flagged, _find, ("y", "y_proba", "sample_weight", "verified"), OF_WEIGHT),
    Target("label_quality", _y_and_proba, _quality, ("y", "y_proba"), OF_PROBA),
    Target("confident_joint", _weighted, _joint_of, ("y", "y_proba", "sample_weight"), OF_WEIGHT),
    Target("estimate_transition_matrix", _weighted, _transition, ("y", "y_proba", "sample_weight"), OF_WEIGHT),
    Target("estimate_noise_rate", _weighted, _rate, ("y", "y_proba", "sample_weight"), OF_WEIGHT),
    Target("encode_labels", lambda rng: {"y": _labels(rng)[0]}, _encoded, ("y",)),
    Target("encode_labels", lambda rng: {"y": _labels(rng)[0]}, _encoded, ("y",)),
    Target("inject_noise", lambda rng: {"y": _labels(rng)[0], "rate": 0.2}, _injected, ("y", "rate")),
    Target("health", _joint, _health, ("joint",), {"joint": ("classes",)}),
]
