"""What all engines of repeated cross-validation share: folds, scorers and the rows that take part."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.model_selection import KFold, StratifiedKFold

from skclean.evidence import make_folds


@pytest.mark.parametrize("make", [KFold, StratifiedKFold])
def test_threads_that_draw_from_one_splitter_do_not_meddle(make):
    strata = np.repeat([0, 1], 300)
    folds = make_folds(make(3, shuffle=True), np.empty((600, 1)), strata, n_samples=600, seed=0)
    alone = folds.draw(0, 60)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda repeat: folds.draw(repeat, repeat + 1)[0], range(60)))
    np.testing.assert_array_equal(together, alone)


def test_a_splitter_of_more_folds_than_a_byte_can_tell_apart_is_refused():
    with pytest.raises(ValueError, match="makes 300 folds; at most 255"):
        make_folds(KFold(300, shuffle=True), None, np.zeros(600, dtype=int), n_samples=600, seed=0)
