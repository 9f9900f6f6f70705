"""
A report for people
===================

An audit is of use when somebody who knows the data looks at it. A report is one page, made from a fitted detector. It
works without a network and without scripts, and rows are reviewed in it.
"""

# %%
# The table of customers has numbers, text and gaps; one label in ten is wrong.
from pathlib import Path
from tempfile import TemporaryDirectory

from skclean.datasets import make_noisy_table
from skclean.detectors import ConfidentLearning
from skclean.inspection import LabelQualityDisplay, audit_report, read_card

table = make_noisy_table(400, noise_rate=0.1, random_state=0)
detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
report = audit_report(detector, table.data, title="Customers", random_state=0)
print(report)

# %%
# In a notebook ``report`` alone shows the page. Saved, it is a file to send on. The ending says what is written: a
# page, Markdown, or JSON for other programs. Here they go to a folder that is removed again.
with TemporaryDirectory() as folder:
    for ending in ("html", "md", "json"):
        path = report.save(Path(folder) / f"report.{ending}")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")

# %%
# What the page says is a dictionary first. Each doubtful row has a reason for people who do not know statistics.
summary = report.dict()
for step in summary["next"]:
    print("-", step)
for entry in summary["rows"][:3]:
    print(f"\nRow {entry['name']}: {entry['reason']}")

# %%
# The page draws label quality as a histogram. The display draws it for each class.
LabelQualityDisplay.from_estimator(detector)

# %%
# A data set that is shared can tell how good its labels are: as a data card, or as Croissant metadata.
print(read_card(report.card())["front_matter"]["label_quality"])
print([record_set["name"] for record_set in report.croissant()["recordSet"]])
