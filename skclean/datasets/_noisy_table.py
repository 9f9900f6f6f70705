"""A table such as people have: numbers, text, gaps, and a label that somebody sometimes got wrong."""

from numbers import Integral
from typing import Literal

import numpy as np
from sklearn.utils import Bunch, check_random_state

from skclean.noise import inject_noise
from skclean.utils._compat import check_pandas_support
from skclean.utils._typing import RandomState

__all__ = ["make_noisy_table"]

_CONTRACTS = ("monthly", "yearly", "two years")
_PAYMENTS = ("card", "transfer", "direct debit", "cheque")
_REGIONS = ("north", "south", "east", "west", "islands")
_SHARE_MISSING = {"monthly_fee": 0.04, "satisfaction": 0.12, "region": 0.05}


def make_noisy_table(
    n_samples: int = 1000,
    *,
    noise_rate: float = 0.1,
    n_missing_labels: int = 0,
    as_frame: bool | Literal["auto"] = "auto",
    random_state: RandomState = None,
) -> Bunch:
    """Make a table of customers, some of whom left, where a known share of the labels is wrong.

    Whether a customer left follows from satisfaction, complaints, contract, months and fee together, plus a little
    chance; the other columns tell nothing. Wrong labels strike every row alike.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of customers, at least 10.
    noise_rate : float, default=0.1
        Expected share of labels that are flipped, in [0, 1).
    n_missing_labels : int, default=0
        How many labels are then removed.
    as_frame : bool or "auto", default="auto"
        True makes `data` a pandas DataFrame and `target` a Series; False an array of objects each. "auto" means True
        where pandas is installed.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    table : Bunch
        - ``data``: DataFrame or ndarray of objects, of shape (n_samples, 9); text, numbers, and NaN in some columns;
        - ``target``: Series or ndarray of shape (n_samples,): "yes" or "no", None (NaN in a Series) where missing;
        - ``true_target``: ndarray of shape (n_samples,): the labels before they were flipped;
        - ``flipped``: ndarray of shape (n_samples,), bool: True where `target` has a label and it is wrong;
        - ``feature_names``: list of str;
        - ``target_name``: "churn".

    Raises
    ------
    ValueError
        If a number is out of range.
    ImportError
        If ``as_frame=True`` and pandas is not installed.

    Examples
    --------
    >>> from skclean.datasets import make_noisy_table
    >>> table = make_noisy_table(200, noise_rate=0.1, as_frame=False, random_state=0)
    >>> table.data.shape, table.target[:4].tolist()
    ((200, 9), ['no', 'no', 'no', 'no'])
    >>> bool((table.target[table.flipped] != table.true_target[table.flipped]).all())
    True
    """
    if not isinstance(n_samples, Integral) or n_samples < 10:
        raise ValueError(f"n_samples must be a whole number of at least 10, got {n_samples!r}.")
    if not isinstance(n_missing_labels, Integral) or not 0 <= n_missing_labels <= n_samples // 2:
        raise ValueError(
            f"n_missing_labels must be a whole number from 0 to half of n_samples, got {n_missing_labels!r}."
        )
    if not 0 <= noise_rate < 1:
        raise ValueError(f"noise_rate must be in [0, 1), got {noise_rate!r}.")
    pandas = _pandas_for(as_frame)
    rng = check_random_state(random_state)
    columns = _customers(n_samples, rng)
    true_target = np.where(_leaves(columns, rng), "yes", "no").astype(object)
    target, flipped = inject_noise(true_target, rate=noise_rate, random_state=rng)
    missing = rng.permutation(n_samples)[:n_missing_labels]
    target = np.asarray(target, dtype=object)
    target[missing] = None
    flipped[missing] = False
    _open_gaps(columns, rng)
    if pandas is not None:
        data = pandas.DataFrame(columns)
        target = pandas.Series(target, name="churn")
    else:
        data = np.column_stack([column.astype(object) for column in columns.values()])
    return Bunch(
        data=data,
        target=target,
        true_target=true_target,
        flipped=flipped,
        feature_names=list(columns),
        target_name="churn",
    )


def _pandas_for(as_frame):
    """The module where a frame is wanted, else None."""
    if as_frame not in (True, False, "auto"):
        raise ValueError(f"as_frame must be True, False or 'auto', got {as_frame!r}.")
    if as_frame is False:
        return None
    try:
        return check_pandas_support("make_noisy_table")
    except ImportError:
        if as_frame == "auto":
            return None
        raise


def _customers(n_samples, rng):
    """Columns of a complete table; most customers are either content or not, and several columns show it."""
    contract = rng.choice(_CONTRACTS, size=n_samples, p=[0.5, 0.3, 0.2])
    content = rng.uniform(size=n_samples) < 0.6
    satisfaction = np.where(content, 8, 3) + rng.normal(0, 1.2, size=n_samples)
    return {
        "age": rng.randint(18, 85, size=n_samples),
        "months": 1 + np.minimum(rng.exponential(30, size=n_samples), 119).astype(np.int64),
        "contract": contract.astype(object),
        "monthly_fee": np.round(np.where(contract == "monthly", 45, 35) + rng.normal(0, 12, size=n_samples), 2),
        "complaints": rng.poisson(np.where(content, 0.4, 2.5)),
        "satisfaction": np.clip(np.rint(satisfaction), 1, 10),
        "payment": rng.choice(_PAYMENTS, size=n_samples).astype(object),
        "region": rng.choice(_REGIONS, size=n_samples).astype(object),
        "newsletter": rng.uniform(size=n_samples) < 0.4,
    }


def _leaves(columns, rng):
    """True labels: a score with an interaction, and chance that decides only the close cases."""
    monthly = columns["contract"] == "monthly"
    score = (
        1.5 * (5.5 - columns["satisfaction"])
        + 1.2 * columns["complaints"]
        + np.where(monthly, 2.0, -2.0)
        + np.where(monthly & (columns["months"] < 12), 3.0, -1.0)
        + 0.03 * (columns["monthly_fee"] - 40)
        - 1.0
    )
    return score + rng.logistic(0, 0.4, size=len(score)) > 0


def _open_gaps(columns, rng):
    """Make some values missing, whatever the label."""
    for name, share in _SHARE_MISSING.items():
        gaps = rng.uniform(size=len(columns[name])) < share
        columns[name][gaps] = None if columns[name].dtype == object else np.nan
