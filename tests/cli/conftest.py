"""A table with known wrong labels as a file, and a run that must fail in one line."""

import pytest

from skclean.cli import main
from skclean.datasets import make_noisy_table


@pytest.fixture(scope="module")
def sample():
    pytest.importorskip("pandas")
    return make_noisy_table(400, n_missing_labels=4, as_frame=True, random_state=3)


@pytest.fixture(scope="module")
def frame(sample):
    frame = sample.data.assign(churn=sample.target)
    frame.insert(0, "id", [f"C{row:04d}" for row in range(len(frame))])
    return frame


@pytest.fixture
def customers(frame, tmp_path):
    path = tmp_path / "customers.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def fails(capsys, tmp_path):
    """Run a command that must end with code 2, one line on standard error, and nothing else on disk or screen."""

    def run(*argv):
        before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        assert main([str(argument) for argument in argv]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("skclean: ")
        assert captured.err.count("\n") == 1 and captured.err.endswith("\n")
        assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
        return captured.err

    return run
