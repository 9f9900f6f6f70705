"""
A wrong event, or a wrong time?
===============================

Survival data hold an event and a time. ``SurvivalAudit`` finds records that do not fit, and says which of the
two is wrong.
"""

import numpy as np

from skclean.detectors import SurvivalAudit

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 3))
died, lost = np.exp(X[:, 0]) * rng.weibull(3, 300), rng.uniform(2, 5, 300)
y = np.empty(300, dtype=[("event", bool), ("months", float)])
y["event"], y["months"] = died < lost, np.minimum(died, lost)

# %%
# Five events were not entered, and five times are in days.
unseen = np.flatnonzero(y["event"])[:5]
in_days = np.arange(290, 295)
y["event"][unseen] = False
y["months"][in_days] *= 30

# %%
# The most suspicious records, with the kind of the error and what is suggested.
audit = SurvivalAudit(random_state=0).fit(X, y)
table = audit.audit_table().sort_values("quality")
columns = ["given", "kind", "quality", "chance_event_wrong", "chance_time_wrong"]
print(table[columns].head(10).round(2).to_string())

# %%
# Of the ten wrong records so many are among the twenty lowest:
lowest = np.argsort(audit.label_quality_)[:20]
wrong = np.concatenate([unseen, in_days])
print(np.isin(wrong, lowest).sum(), "of", len(wrong))
