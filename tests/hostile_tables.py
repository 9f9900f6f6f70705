"""A table that tries to break a report: markup, scripts, formulas and control characters."""

import numpy as np
import pandas as pd

SCRIPT = "<script>window.broken = 1</script>"
TEXTS = [
    SCRIPT,
    '"><img src=x onerror="window.broken=2">',
    "</script><script>window.broken=3</script>",
    '=HYPERLINK("http://127.0.0.1:9/")',
    "{{ 7 * 7 }} {% raw %}",
    "\x1b[31mred\x00\x07",
    "مرحبا בעולם ‮abc",
    "😀👩‍👩‍👧‍👦 é\u0301",
    "x" * 2_000,
    "a\r\nb\tc\u2028d",
    "' onmouseover='window.broken=4",
    "javascript:window.broken=5",
]
LABELS = ["</option><script>window.broken=6</script>", "=cmd|' /C calc'!A0"]


def hostile_table(n_rows=120, seed=0):
    """Return X, y: a DataFrame with hostile cells and names of columns, and hostile labels, some of them wrong."""
    rng = np.random.RandomState(seed)
    code = rng.randint(0, 2, n_rows)
    X = pd.DataFrame(
        {
            "number": code * 8.0 + rng.randn(n_rows),
            "text": rng.choice(np.array(TEXTS, dtype=object), n_rows),
            "missing": np.full(n_rows, np.nan),
            "dates": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.randint(0, 99, n_rows), unit="D"),
        }
    )
    X.columns = [SCRIPT, 'b"><b>', "مفقود", "=1+1"]
    given = code.copy()
    given[:6] = 1 - given[:6]
    X.index = [TEXTS[row % len(TEXTS)] + str(row) for row in range(n_rows)]
    return X, np.array(LABELS, dtype=object)[given]
