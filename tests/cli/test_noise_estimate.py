"""The estimated noise rate, the two tiers, and what was taken for granted of the labels."""

import re

import numpy as np
import pytest

from skclean._cli import _report
from skclean.cli import main

pd = pytest.importorskip("pandas")


@pytest.fixture
def audited(customers, capsys, tmp_path):
    """Run an audit with further options; the text on screen, and the file that was written."""

    def run(*more):
        out = tmp_path / "issues.csv"
        argv = ["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(out), "--force", *more]
        assert main(argv) == 0
        return capsys.readouterr().out, pd.read_csv(out)

    return run


def rate_of(text):
    """The estimate on screen and its interval, as shares."""
    numbers = re.search(r"estimated noise rate  ([\d.]+) % \(90 % interval ([\d.]+) to ([\d.]+) %\)", text).groups()
    return [float(number) / 100 for number in numbers]


def tiers_of(text):
    """Number of labels and of expected errors of each tier on screen."""
    return [[int(n) for n in found] for found in re.findall(r"tier \d +(\d+) labels, about (\d+) of them wrong", text)]


def test_the_estimate_is_no_share_of_flags(audited, sample):
    text, _ = audited()
    rate, low, high = rate_of(text)
    assert low < rate < high and low <= sample.flipped.mean() <= high
    fixed, issues = audited("--rule", "fraction")
    assert rate_of(fixed) == [rate, low, high]  # whatever the rule flags
    assert f"{len(issues)} of 396 labels" in fixed and issues["flagged"].all()


def test_a_limit_is_compared_with_the_estimate_whatever_the_rule(customers, capsys):
    argv = ["audit", str(customers), "--label", "churn", "--drop", "id", "--rule", "fraction", "--fail-above"]
    assert main([*argv, "0.01"]) == 1
    rate = rate_of(capsys.readouterr().out)[0]
    assert main([*argv, f"{rate + 0.01:.3f}"]) == 0


@pytest.mark.parametrize("detector", ["kdn", "self_influence"])
def test_detectors_without_a_noise_model_of_their_own(detector, audited):
    text, issues = audited("--detector", detector)
    assert tiers_of(text) == [] and "tier" not in issues and "labels taken as" not in text
    if detector == "kdn":
        assert 0 < rate_of(text)[0] < 0.5
    else:
        assert "estimated noise rate  none: the detector gives no probabilities" in text


def test_more_classes_than_a_noise_model_takes_are_audited_without(tmp_path, capsys):
    path = tmp_path / "many.csv"
    codes = np.arange(510) % 51
    pd.DataFrame({"a": codes + 0.1, "b": codes % 7, "churn": [f"c{code}" for code in codes]}).to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "churn", "--leaks", "keep"]) == 0
    text = capsys.readouterr().out
    assert "estimated noise rate  none: too many classes" in text and "labels taken as" not in text


def test_outcomes_and_annotations(audited):
    text, outcomes = audited()
    assert "labels taken as outcomes: doubt is no error" in text and "add --labels annotations" in text
    assert "  tier  " not in text.split("\n\n")[0]
    (first, first_wrong), (second, second_wrong) = tiers_of(text)
    assert [first, second] == [(outcomes["tier"] == tier).sum() for tier in (1, 2)]
    assert first / 2 < first_wrong <= first and 0 < second_wrong <= second
    assert audited("--labels", "outcomes")[0] == text
    text, annotations = audited("--labels", "annotations", "--top", "500")
    assert "labels taken as annotations" in text
    assert annotations["flagged"].sum() > outcomes["flagged"].sum()
    assert set(annotations["id"]) >= set(outcomes["id"][outcomes["tier"] == 2])
    assert annotations["chance_wrong"].mean() > outcomes["chance_wrong"].mean()
    header, *lines = text.split("\n\n")[0].splitlines()[1:]
    assert header.split() == ["row", "given", "suggested", "quality", "tier", "reason"]
    assert [int(line.split()[4]) for line in lines] == annotations["tier"][annotations["flagged"]].tolist()


def test_the_ambiguity_can_be_chosen(audited):
    text, _ = audited("--ambiguity", "0.2")
    assert "ambiguity 0.2, as asked for" in text
    assert rate_of(audited("--ambiguity", "0")[0])[0] < rate_of(text)[0]


@pytest.mark.parametrize("names", [{"yes": "yes", "no": "no"}, {"yes": 1, "no": 0}])
def test_trusted_classes_are_never_flagged(names, frame, tmp_path):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    labels = frame["churn"].map(names)
    frame.assign(churn=labels.astype("Int64") if names["no"] == 0 else labels).to_csv(path, index=False)
    argv = ["audit", str(path), "--label", "churn", "--index", "id", "--out", str(out)]
    assert main([*argv, "--trusted-class", str(names["yes"])]) == 0
    assert pd.read_csv(out)["given"].eq(names["no"]).all()
    assert main([*argv, "--force", "--trusted-class", str(names["yes"]), str(names["no"])]) == 0
    assert not len(pd.read_csv(out))


def test_counts_of_one_and_none_are_words():
    assert _report._tier(1, 1, 0.1) == "1 label, probably none of them wrong, even if labels are outcomes"
    assert _report._tier(2, 0, 0.0) == "no label"
    assert _report._tier(2, 12, 3.4) == "12 labels, about 3 of them wrong if labels are annotations"
