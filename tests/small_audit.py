"""Six rows that the tests of treatments share."""

import numpy as np

GIVEN = np.array([0, 1, 2, 0, -1, 1], dtype=np.int32)
PROBA = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.9, 0.06, 0.04],  # flagged, surely 0
        [0.5, 0.2, 0.3],  # flagged, perhaps 0
        [0.4, 0.6, 0.0],  # 1 likelier, not flagged
        [0.1, 0.1, 0.8],  # unlabelled
        [0.7, 0.3, 0.0],  # verified
    ]
)
MASK = np.array([False, True, True, False, False, False])


def assert_selection(selection, indices, codes, weight=None):
    assert selection.indices.tolist() == indices
    assert selection.codes.tolist() == codes
    if weight is None:
        assert selection.sample_weight is None
    else:
        np.testing.assert_allclose(selection.sample_weight, weight)
