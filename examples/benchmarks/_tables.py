"""Tables and noise that the benchmarks share."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skclean.noise import inject_noise

NOISE = {
    "none": None,
    "uniform 10 %": {"kind": "uniform", "rate": 0.1},
    "uniform 30 %": {"kind": "uniform", "rate": 0.3},
    "pair flip 20 %": {"kind": "pair_flip", "rate": 0.2},
    "boundary 20 %": {"kind": "boundary", "rate": 0.2},
    "features 20 %": {"kind": "feature_dependent", "rate": 0.2},
}
NEEDS_X = ("boundary", "feature_dependent")
FEWEST = 8


def evaluation_module(path):
    """The module ``load.py`` of a folder of evaluation sets."""
    file = Path(path) / "load.py"
    if not file.is_file():
        raise SystemExit(
            f"{path} is no folder of evaluation sets: it has no load.py. Leave it out to use scikit-learn's."
        )
    spec = importlib.util.spec_from_file_location("evaluation_sets", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_names(option, names, known):
    """Leave with one line where an option names what is not known."""
    unknown = sorted(set(names or []) - set(known))
    if unknown:
        raise SystemExit(f"{option}: {', '.join(map(repr, unknown))} is not known; there are: {'; '.join(known)}")


def tables(path=None, only=None):
    """Yield (name, X, cat_mask, y): the evaluation sets in `path`, or scikit-learn's own tables; `only` those named."""
    if path is None:
        loaders = {loader.__name__[5:]: loader for loader in (load_iris, load_wine, load_breast_cancer, load_digits)}
        check_names("--tables", only, loaders)
        for name in (name for name in loaders if not only or name in only):
            X, y = loaders[name](return_X_y=True)
            yield name, X, np.zeros(X.shape[1], dtype=bool), y
        return
    module = evaluation_module(path)
    names = {name.removeprefix("tab_"): name for name in module.names("tabular")}
    check_names("--tables", only, names)
    for name in (name for name in names if not only or name in only):
        data = module.load(names[name])
        yield name, data["X"], data["cat_mask"].astype(bool), data["y"]


def subsample(X, y, max_rows, seed=0):
    """At most `max_rows` rows, stratified; classes of fewer than 5 rows are left out, for the 5 folds of a peer."""
    if len(y) > max_rows:
        keep, _ = train_test_split(np.arange(len(y)), train_size=max_rows, stratify=y, random_state=seed)
        X, y = X[np.sort(keep)], y[np.sort(keep)]
    counts = np.bincount(y)
    large = counts[y] >= 8
    return X[large], np.unique(y[large], return_inverse=True)[1]


def encode(X, cat_mask, features):
    """Features for every method alike: "encoded" is one-hot, imputed and standardised; "raw" is imputed only."""
    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    if features == "raw":
        return SimpleImputer(strategy="median", keep_empty_features=True).fit_transform(X).astype(np.float64)
    one_hot = OneHotEncoder(min_frequency=5, handle_unknown="ignore", sparse_output=False)
    encoder = make_column_transformer((one_hot, np.flatnonzero(cat_mask)), (numbers, np.flatnonzero(~cat_mask)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return encoder.fit_transform(X).astype(np.float64)


def noisy(y, X, kind, seed):
    """Labels with noise of a kind in :data:`NOISE`, and the mask of flipped ones."""
    options = NOISE[kind]
    if options is None:
        return y.copy(), np.zeros(len(y), dtype=bool)
    return inject_noise(y, X=X if options["kind"] in NEEDS_X else None, random_state=seed, **options)


def make_rare(y, share, max_rows, seed, fewest=FEWEST):
    """Rows of the largest class and, as a share of the whole, rows of all other classes.

    Parameters
    ----------
    y : ndarray of shape (n_samples,), int
    share : float
        Share of the rare class among the rows returned, in (0, 1).
    max_rows : int
        Most rows of the largest class.
    seed : int
    fewest : int, default=FEWEST
        Fewest rows of the rare class.

    Returns
    -------
    rows : ndarray of shape (n_rows,), int, or None
        None where the other classes have too few rows.
    """
    rng = np.random.default_rng(seed)
    largest = y == np.bincount(y).argmax()
    n_large = min(np.count_nonzero(largest), max_rows)
    n_rare = round(n_large * share / (1 - share))
    if not fewest <= n_rare <= np.count_nonzero(~largest):
        return None
    draws = (np.flatnonzero(largest), n_large), (np.flatnonzero(~largest), n_rare)
    return np.concatenate([rng.choice(of_class, size, replace=False) for of_class, size in draws])


def hide_rare(y, share, seed):
    """Record a share of the rarest class as the largest class: labels, and the mask of those changed."""
    sizes = np.bincount(y)
    return _record_as(y, sizes.argmin(), sizes.argmax(), share, seed)


def invent_rare(y, share, seed):
    """Record rows of the largest class as the rarest: labels, and the mask of those changed.

    `share` counts in rows of the rarest class: with 0.3 and 100 such rows, 30 rows of the largest class join them.
    """
    sizes = np.bincount(y)
    return _record_as(y, sizes.argmax(), sizes.argmin(), share * sizes.min() / sizes.max(), seed)


def _record_as(y, true, recorded, share, seed):
    rows = np.flatnonzero(y == true)
    chosen = np.random.default_rng(seed).choice(rows, max(1, round(share * len(rows))), replace=False)
    flipped = np.zeros(len(y), dtype=bool)
    flipped[chosen] = True
    return np.where(flipped, recorded, y), flipped
