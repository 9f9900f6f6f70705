"""Abstention is a value of its own kind."""

import copy
import pickle

import numpy as np
import pytest

from skclean.robust import ABSTAIN, is_abstain
from skclean.robust.decisions._abstain import with_abstentions


def test_there_is_one_object_that_equals_no_label():
    assert pickle.loads(pickle.dumps(ABSTAIN)) is ABSTAIN
    assert copy.deepcopy([ABSTAIN])[0] is copy.copy(ABSTAIN) is ABSTAIN
    assert repr(ABSTAIN) == "ABSTAIN"
    assert all(label != ABSTAIN for label in (0, 1, "ABSTAIN", None, False))
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(ABSTAIN)


def test_labels_keep_their_type_where_nothing_abstains():
    labels = np.array([0, 1, 1])
    assert with_abstentions(labels, np.zeros(3, bool)) is labels
    mixed = with_abstentions(labels, np.array([False, True, False]))
    assert mixed.tolist() == [0, ABSTAIN, 1]
    assert is_abstain(mixed).tolist() == [False, True, False]
    assert not is_abstain(labels).any()
