"""Repeats spread over the processes of a cluster: the same histogram, even if one of them dies."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("distributed")


def test_a_cluster_gives_the_same_histogram_and_survives_the_loss_of_a_worker(tmp_path):
    """In a process of its own: a cluster that hangs must not take the tests with it."""
    script = Path(__file__).with_name("on_a_cluster.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, timeout=180, check=False
    )
    assert "same True, killed True, same after it True" in done.stdout, done.stdout + done.stderr
