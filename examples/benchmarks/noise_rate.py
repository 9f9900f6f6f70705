"""How good the estimated noise rate is, with and without a hundred reviewed rows.

python examples/benchmarks/noise_rate.py [PATH_OF_EVALUATION_SETS] [--max-rows 1000] [--seeds 1] [--out FILE.csv]

Evidence on a table is that of ConfidentLearning with its defaults, once for each table, kind of noise and seed; with
evaluation sets of given probabilities, their noise is estimated as well. The estimate takes labels for outcomes. Then
100 rows are drawn as ConfidentLearning.review_sample draws them, and their true labels tell the ambiguity.

Printed by kind of noise: mean true rate, mean absolute error and bias of the estimate, how often its 90 % interval
holds the true rate; the same error after the review; the distance of the estimated ambiguity from the one that all rows
give; and F1 of the flags under outcomes, under annotations, and under the reviewed ambiguity. Each case is written to
the CSV at once; a second run goes on from there.
"""

import argparse
import warnings

import numpy as np
from _results import Results
from _tables import encode, evaluation_module, noisy, subsample, tables
from sklearn.metrics import f1_score

from skclean.base import Audit, ClassProba, Labels
from skclean.detectors import ConfidentLearning
from skclean.noise import NoiseModel, inject_noise
from skclean.noise.model._ambiguity import LABEL_KINDS, draw_review_sample, estimate_ambiguity
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.rules import ErrorProbability
from skclean.targets import ClassTarget

KEYS = ("case", "noise", "seed")
UNIFORM, PAIRS = (0.0, 0.01, 0.03, 0.1, 0.2, 0.3), (0.1, 0.2, 0.3)
BY_FEATURES = ("boundary 20 %", "features 20 %")
N_REVIEWED = 100


def kinds_of_noise(y, X, seed):
    """Yield (kind, noisy labels)."""
    for rate in UNIFORM:
        yield f"uniform {rate:.0%}", inject_noise(y, rate=rate, random_state=seed)[0] if rate else y.copy()
    for rate in PAIRS:
        yield f"pair flip {rate:.0%}", inject_noise(y, kind="pair_flip", rate=rate, random_state=seed)[0]
    for kind in BY_FEATURES:
        yield kind, noisy(y, X, kind, seed)[0]


def cases(options, done):
    """Yield (case, kind, seed, audit, wrong) of every case that is not done."""
    for name, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        X = encode(X, cat_mask, "raw")
        for seed in range(options.seeds):
            for kind, y_noisy in kinds_of_noise(y, X, seed):
                if (name, kind, str(seed)) not in done:
                    yield name, kind, seed, ConfidentLearning(random_state=seed).fit(X, y_noisy).audit_, y_noisy != y
    if options.path is None or options.tables:
        return
    module = evaluation_module(options.path)
    for name in module.names("probs"):
        kind = "asymmetric, given" if "synth" in name else "human, given"
        if (name, kind, "0") not in done:
            data = module.load(name)
            known = data["y_true"] >= 0
            codes, proba = data["y_noisy"][known].astype(np.int32), data["pred_probs"][known]
            evidence = ClassProba(proba, codes)
            noise = fit_noise_model(codes, proba, evidence.summary.given)
            found = (evidence,) if noise is None else (evidence, noise)
            audit = Audit(Labels(ClassTarget(codes, np.arange(proba.shape[1]))), found, np.ones(len(codes)), codes)
            yield name, kind, 0, audit, codes != data["y_true"][known]


def scores(audit, wrong, seed):
    """Metrics of one case."""
    noise, rate = audit[NoiseModel], wrong.mean()
    estimate = noise.noise_rate
    at_zero, at_one = noise.wrong(0.0), noise.wrong(1.0)
    rows = draw_review_sample(at_one, np.flatnonzero(audit.codes >= 0), N_REVIEWED, seed)
    reviewed = noise.with_review(rows, wrong[rows])
    every = estimate_ambiguity(at_zero, at_one, wrong)
    after = reviewed.noise_rate
    found = {
        "rate": rate,
        "error": estimate.rate - rate,
        "covered": estimate.low <= rate <= estimate.high,
        "reviewed error": after.rate - rate,
        "reviewed covered": after.low <= rate <= after.high,
        "ambiguity error": abs(reviewed.ambiguity.ambiguity - every.ambiguity),
    }
    for world, ambiguity in {**LABEL_KINDS, "reviewed": reviewed.ambiguity.ambiguity}.items():
        mask = ErrorProbability(ambiguity=ambiguity).decide(audit)
        found[f"F1, {world}"] = f1_score(wrong, mask, zero_division=0)
        found[f"flagged, {world}"] = mask.mean()
    return found


def run(options):
    """Measure what is not in the CSV yet; return the results."""
    results = Results(options.out, KEYS)
    done = {tuple(row[name] for name in KEYS) for row in results.rows}
    for *key, audit, wrong in cases(options, done):
        if NoiseModel in audit:
            results.add([(key, scores(audit, wrong, key[2]))])
            print(*key, sep=", ", flush=True)
    return results.rows


def print_means(rows):
    """One line for each kind of noise."""
    columns = ["rate", "|error|", "error", "covered", "|reviewed error|", "reviewed covered", "ambiguity error"]
    columns += ["F1, outcomes", "F1, annotations", "F1, reviewed", "flagged, outcomes"]
    print(f"\n{'mean over cases':20}" + "".join(f"{column:>19}" for column in columns))
    for kind in dict.fromkeys(row["noise"] for row in rows):
        means = []
        for column in columns:
            metric = column.strip("|")
            values = np.array([float(r["value"]) for r in rows if r["noise"] == kind and r["metric"] == metric])
            means.append(np.abs(values).mean() if column.startswith("|") else values.mean())
        print(f"{kind:20}" + "".join(f"{mean:19.3f}" for mean in means))


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--max-rows", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--tables", nargs="*")
    parser.add_argument("--out", default="noise_rate.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print_means(run(options))


if __name__ == "__main__":
    main()
