"""What notebooks show of a detector: scikit-learn's diagram, and after the fit what was found, as text only."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector
from sklearn import config_context
from sklearn.linear_model import Ridge
from small_detectors import SMALL_DETECTORS

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.base import BaseDetector, Trials
from skclean.detectors import ReCoV

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)
HOSTILE = np.array(["<script>alert(1)</script>", "a\"b' onload=x &amp;", "</td></table>\n\x1b[31m" + "long" * 500])


class Cells(HTMLParser):
    """The tags of a page, and the text of each cell."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.cells, self.open_ = [], [], []
        self.feed(html)
        self.close()
        assert not self.open_, "a tag is not closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag != "br":
            self.open_.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open_.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open_):
            self.cells[-1] += data


def findings_of(estimator):
    """The part of the representation that scikit-learn has not written."""
    pages = estimator._repr_html_(), estimator._repr_mimebundle_()["text/html"]  # with other ids of the diagram
    found = {page[page.index('<div class="skclean-findings">') :] for page in pages}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("detector", SMALL_DETECTORS.values(), ids=SMALL_DETECTORS)
def test_every_detector_shows_what_it_found(detector):
    y = NOISY.astype(object)
    y[::30] = None
    detector.fit(X, y)
    page = Cells(findings_of(detector))
    assert f"{detector.noise_mask_.sum():,} of 145 labels" in " ".join(page.cells)
    head = page.cells.index("row")
    shown = np.array(page.cells[head + 5 :]).reshape(5, 5)
    table = detector.audit_table()
    quality = table["quality"].to_numpy()
    rows = shown[:, 0].astype(int)
    assert quality[rows].tolist() == sorted(quality)[:5]
    assert shown[:, 1].tolist() == [str(y[row]) for row in rows]
    flagged = detector.noise_mask_[rows]
    assert (shown[:, 4] == np.where(flagged, "yes", "no")).all()
    has_other = detector.audit_.suggested[rows] != detector.audit_.codes[rows]
    expected = np.where(has_other, detector.suggested_labels_[rows].astype(str), "")
    assert shown[:, 2].tolist() == expected.tolist()


def test_noise_rate_and_tiers_are_shown_with_names_of_rows():
    frame = pd.DataFrame(X, index=[f"row-{i}" for i in range(150)])
    detector = small_detector().fit(frame, NOISY)
    page = Cells(findings_of(detector))
    text = " ".join(page.cells)
    for part in ("estimated noise rate", "90 % interval", "tier 1", "tier 2", "row-"):
        assert part in text


def test_hostile_labels_and_names_are_text():
    names = [f"<img src=x onerror=alert({i})>" for i in range(150)]
    detector = small_detector().fit(pd.DataFrame(X, index=names), HOSTILE[NOISY])
    for html in (findings_of(detector), detector.summary()._repr_html_()):
        page = Cells(html)
        assert set(page.tags) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "br"}
        assert any("<script>alert(1)</script>" in cell for cell in page.cells)
        assert "\x1b" not in html and max(map(len, page.cells)) < 2500
    assert "<img src=x onerror=alert(" in " ".join(Cells(findings_of(detector)).cells)


def test_the_summary_alone_is_a_table_of_its_lines():
    summary = small_detector().fit(X, NOISY).summary()
    cells = Cells(summary._repr_html_()).cells
    assert cells[::2] == [name for name, _ in summary._facts() if name]


def test_before_the_fit_only_the_diagram_is_shown():
    for estimator in (small_detector(), LabelCleaner(), NoiseRobustClassifier()):
        assert "skclean-findings" not in estimator._repr_html_()
        assert "skclean-findings" not in estimator._repr_mimebundle_()["text/html"]


def test_the_text_display_of_scikit_learn_stays_text():
    detector = small_detector().fit(X, NOISY)
    with config_context(display="text"):
        assert not hasattr(detector, "_repr_html_")
        assert list(detector._repr_mimebundle_()) == ["text/plain"]


def test_cleaners_show_the_findings_and_the_decision_until_the_audit_is_dropped():
    cleaner = LabelCleaner(detector=small_detector(), treatment="drop").fit(X, NOISY)
    assert "skclean-doubtful" in findings_of(cleaner)
    assert ("decision" in Cells(findings_of(cleaner)).cells) == bool(cleaner.decision_)
    assert "skclean-findings" not in cleaner.drop_audit()._repr_html_()


class Bare(BaseDetector):
    """A detector that follows the contract and no more."""

    gives = (Trials,)

    def fit(self, X, y):
        found = small_detector().fit(X, y)
        for name in ("classes_", "label_quality_", "noise_mask_", "suggested_labels_", "audit_"):
            setattr(self, name, getattr(found, name))
        return self


def test_a_cleaner_of_a_bare_detector_shows_the_diagram_alone():
    cleaner = LabelCleaner(detector=Bare()).fit(X, NOISY)
    assert "Bare" in cleaner._repr_html_() and "skclean-findings" not in cleaner._repr_html_()


def test_rows_are_named_by_several_levels():
    index = pd.MultiIndex.from_product([["<b>", "b"], range(75)])
    page = Cells(findings_of(small_detector().fit(pd.DataFrame(X, index=index), NOISY)))
    assert any(cell.startswith("('") for cell in page.cells) and "b" not in page.tags


def test_numbers_are_shown_without_suggestions():
    detector = ReCoV(Ridge(), n_repeats=50, random_state=0).fit(X, X[:, 0] * 2)
    page = Cells(findings_of(detector))
    assert "rows" in page.cells[1] and page.cells.count("") == 5


def test_where_no_label_may_be_flagged_no_row_is_shown():
    detector = small_detector().fit(X, NOISY, verified=np.ones(150, dtype=bool))
    assert "skclean-doubtful" not in findings_of(detector)
