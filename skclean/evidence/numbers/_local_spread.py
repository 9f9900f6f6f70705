"""How large residuals are around each row, where the model itself does not tell."""

import numpy as np
from sklearn.utils import check_random_state

from skclean._kernels import ByteTable, TreeGrowth, vote_unit
from skclean.evidence.numbers._leaf_sums import LeafSums
from skclean.evidence.numbers._robust import right_weight, robust_spread
from skclean.preprocessing import is_table
from skclean.preprocessing._bins import BinEncoder
from skclean.utils._compat import num_samples

__all__ = ["local_spread"]

N_TREES, MIN_LEAF, MAX_DRAWS = 50, 5, 20_000
# Share of the squared spread of all residuals that is added to the squared one around a row.
FLOOR = 0.3


def local_spread(X, residual, trained, random_state=None):
    """Expected size of a right number's residual: trees on the squared residuals, out of bag.

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
        Where it is not two-dimensional, or sparse, all rows get the same.
    residual : ndarray of shape (n_samples,), float64
        Out of sample.
    trained : ndarray of shape (n_samples,), bool
        Rows that have a number and a weight.
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    scale : ndarray of shape (n_samples,), float64
        Above 0.
    """
    spread = robust_spread(residual[trained])
    if not is_table(X) or hasattr(X, "toarray"):
        return np.full(num_samples(X), spread)
    encoder = BinEncoder()
    table = ByteTable(encoder.fit_transform(X), encoder.heights_)
    squares = np.where(trained, np.clip(residual / (3 * spread), -1, 1) ** 2, 0.0)
    growth = TreeGrowth(
        table,
        np.where(trained, np.int32(0), np.int32(-1)),
        2,
        weight=None,
        n_draws=min(int(trained.sum()), MAX_DRAWS),
        n_tried=max(1, table.cells.shape[1] // 3),
        min_leaf=MIN_LEAF,
        unit=vote_unit(N_TREES),
        target=squares.astype(np.float32),
    )
    sums = LeafSums()
    for row_seed, tree_seed in check_random_state(random_state).randint(2**31 - 1, size=(N_TREES, 2)).tolist():
        times = growth.draw(row_seed)
        sums.add(growth.grow(tree_seed, times).leaves(table), times)
    sums.close()
    mass = np.where(trained, right_weight(residual, spread), 0.0)
    around = 9 * spread**2 * sums.means(squares, mass=mass)[0]
    return np.sqrt((1 - FLOOR) * around + FLOOR * spread**2)
