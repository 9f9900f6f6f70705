"""What a review of 200 rows is worth: the interval of the noise rate, and which further errors it finds.

python examples/benchmarks/review.py [PATH_OF_EVALUATION_SETS] [--max-rows 1500] [--seeds 1] [--out FILE.csv]

On each table, kind of noise and seed ConfidentLearning is fitted with its defaults, and the true labels stand for the
reviewer.

1. `noise_rate_from_review` on rows of `draw_stratified_review`, 20 draws, beside a plain random sample of as many rows
   with Wilson's interval. Printed: mean width of the 90 % intervals, how often they hold the true rate, and root mean
   square errors; also for the classes.
2. `learn_corrections` after 200 decisions: the 200 most doubtful rows ("top"), or the 100 most doubtful and 100 others
   at random ("half"). Printed: average precision of the rows that were not reviewed, by quality before the review, by
   quality of a fit with the reviewed labels, and by the corrections that were learned. The weight of the second model
   was chosen on CHOSEN_ON; the other tables are printed apart.

Each case is written to the CSV at once; a second run goes on from there.
"""

import argparse
import warnings

import numpy as np
from _results import Results
from _tables import encode, noisy, subsample, tables
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning
from skclean.noise import NoiseModel, draw_stratified_review, noise_rate_from_review
from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.review import Decisions, learn_corrections

KEYS = ("case", "noise", "seed")
KINDS = ("uniform 10 %", "uniform 30 %", "pair flip 20 %", "boundary 20 %", "features 20 %")
CHOSEN_ON = ("car", "german_credit", "page_blocks", "segment", "spambase", "twonorm", "vehicle")
N_REVIEWED, N_DRAWS, FEWEST_ROWS, FEWEST_ERRORS = 200, 20, 600, 5
Z = 1.645


def wilson(n_wrong, n):
    """Wilson's 90 % interval of a share: rate, low, high."""
    share, unit = n_wrong / n, 1 + Z**2 / n
    middle = (share + Z**2 / (2 * n)) / unit
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / unit
    return share, middle - half, middle + half


def of_rate(audit, wrong, y, seed):
    """Width, coverage and squared error of both intervals, mean over draws; of the classes too."""
    chance, rng = audit[NoiseModel].wrong(LABEL_KINDS["annotations"]), np.random.RandomState(seed)
    plain, review, classes = [], [], []
    for _ in range(N_DRAWS):
        rows = rng.choice(len(wrong), N_REVIEWED, replace=False)
        plain.append(scored(wilson(wrong[rows].sum(), N_REVIEWED), wrong.mean()))
        rows = draw_stratified_review(chance, N_REVIEWED, quality=audit.quality, random_state=rng)
        options = {"y": y, "quality": audit.quality, "n_bootstrap": 400, "random_state": rng}
        found = noise_rate_from_review(chance, rows, wrong[rows], **options)
        review.append(scored(found.overall, wrong.mean()))
        classes += [scored(rate, wrong[y == label].mean()) for label, rate in found.of_class.items()]
    return {
        f"{name} {part}": value
        for name, results in (("plain", plain), ("review", review), ("class", classes))
        for part, value in zip(("width", "held", "square"), np.mean(results, axis=0), strict=True)
    }


def scored(rate, true):
    return rate[2] - rate[1], rate[1] <= true <= rate[2], (rate[0] - true) ** 2


def of_corrections(detector, X, y, given, seed):
    """Average precision of the rest after each way of choosing 200 rows."""
    found, quality, rng = {}, detector.label_quality_, np.random.RandomState(seed)
    order, wrong = np.argsort(quality, kind="stable"), given != y
    for way, n_top in (("top", N_REVIEWED), ("half", N_REVIEWED // 2)):
        rows = np.r_[order[:n_top], rng.permutation(order[n_top:])[: N_REVIEWED - n_top]]
        rest = np.setdiff1d(np.arange(len(y)), rows)
        if wrong[rest].sum() < FEWEST_ERRORS:
            continue
        decisions = Decisions(
            {"row": int(row), "given": int(given[row]), "decision": "change" if wrong[row] else "keep"}
            | {"label": int(y[row])}
            for row in rows
        )
        learned = learn_corrections(detector, X, given, decisions, random_state=seed)
        scores = {
            "before": -quality,
            "refit": -learned.detector.label_quality_,
            "learned": learned.chance_changed,
        }
        for name, score in scores.items():
            found[f"{way} {name}"] = average_precision_score(wrong[rest], score[rest])
    return found


def run(options, results):
    """All cases that are not done."""
    done = {tuple(row[key] for key in KEYS) for row in results.rows}
    for name, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        if len(y) < FEWEST_ROWS:
            continue
        X = encode(X, cat_mask, "raw")
        for seed in range(options.seeds):
            for kind in KINDS:
                if (name, kind, str(seed)) in done:
                    continue
                given = noisy(y, X, kind, seed)[0]
                detector = ConfidentLearning(random_state=seed).fit(X, given)
                if NoiseModel not in detector.audit_:
                    continue
                found = of_rate(detector.audit_, given != y, given, seed)
                results.add([((name, kind, seed), found | of_corrections(detector, X, y, given, seed))])


def mean_of(results, metric, **where):
    """Mean of a metric over cases, and their number."""
    values = [
        float(row["value"])
        for row in results.rows
        if row["metric"] == metric and all(row["case"] in cases for cases in where.values())
    ]
    return (np.mean(values), len(values)) if values else (np.nan, 0)


def report(results):
    """Print both tables."""
    print(f"noise rate from {N_REVIEWED} reviewed rows, {mean_of(results, 'plain width')[1]} cases of {N_DRAWS} draws")
    print(f"{'':12}{'width':>8}{'held':>8}{'rmse':>8}")
    for name in ("plain", "review", "class"):
        width, held, square = (mean_of(results, f"{name} {part}")[0] for part in ("width", "held", "square"))
        print(f"{name:12}{width:8.4f}{held:8.3f}{np.sqrt(square):8.4f}")
    every = {row["case"] for row in results.rows}
    for title, cases in (("all tables", every), ("tables that nothing was chosen on", every - set(CHOSEN_ON))):
        print(f"\naverage precision of the rest, {title}")
        print(f"{'':8}{'before':>8}{'refit':>8}{'learned':>8}{'gain':>8}{'cases':>8}")
        for way in ("top", "half"):
            before, refit, learned = (
                mean_of(results, f"{way} {name}", cases=cases)[0] for name in ("before", "refit", "learned")
            )
            count = mean_of(results, f"{way} learned", cases=cases)[1]
            print(f"{way:8}{before:8.3f}{refit:8.3f}{learned:8.3f}{learned - before:+8.3f}{count:8}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?")
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--max-rows", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--out", default="review.csv")
    options = parser.parse_args()
    results = Results(options.out, KEYS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(options, results)
    report(results)


if __name__ == "__main__":
    main()
