"""A server for one reviewer on this machine: it shows the page and writes each decision to the disk.

Other pages that are open in the same browser must not read or change anything. So the address holds a random token,
which requests repeat in a header that a foreign page cannot send, and requests that name another host or origin are
refused.
"""

import secrets
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any

from skclean.review._decision import make_decision
from skclean.review._decision_file import DecisionFile
from skclean.review._handler import ReviewHandler, content_security_policy
from skclean.utils._matching import KnownValues, same_text
from skclean.utils._typing import Params

__all__ = ["ReviewServer"]

MAX_DECISIONS = 1_000  # of one request


class ReviewServer:
    """Serve a review page to this machine alone, and record what is decided there.

    Parameters
    ----------
    summary : dict
        Of a report, or of :func:`issues_summary`: `rows`, each with row, name, check and given, and `labels`, the texts
        of its labels. A label that is alike is written as it stands there; others are new, and accepted.
    file : DecisionFile
        Where decisions are written.
    page : callable
        Makes the page from the summary: ``page(summary, token=token)`` returns the HTML as a str.
    port : int, default=0
        Port of 127.0.0.1; 0 means any that is free.
    reviewer : str, default=""
        Name that is written where the page sends none.

    Attributes
    ----------
    url : str
        What to open in a browser. It holds the token, so it is not for others.
    token : str
        Random.
    html : bytes
        The page.
    policy : str
        Its Content-Security-Policy.

    Examples
    --------
    >>> import pathlib, tempfile, urllib.request
    >>> from skclean.review import DecisionFile, ReviewServer
    >>> summary = {"rows": [{"row": 3, "name": "C3", "check": "", "given": "no"}], "labels": ["no", "yes"]}
    >>> with tempfile.TemporaryDirectory() as folder, DecisionFile(pathlib.Path(folder) / "decisions.csv") as file:
    ...     with ReviewServer(summary, file, lambda summary, token: "<p>1 row</p>") as server:
    ...         urllib.request.urlopen(server.url).read()
    b'<p>1 row</p>'
    """

    def __init__(
        self,
        summary: Params,
        file: DecisionFile,
        page: Callable[..., str],
        *,
        port: int = 0,
        reviewer: str = "",
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self._file, self._reviewer = file, reviewer
        self._rows = {int(row["row"]): row for row in summary["rows"]}
        self._labels = [str(label) for label in summary["labels"]]
        self._known = KnownValues(self._labels)
        html = page(summary, token=self.token)
        self.html, self.policy = html.encode("utf-8"), content_security_policy(html)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), ReviewHandler)
        self._server.daemon_threads = True
        self._server.review = self  # type: ignore[attr-defined]
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Port that is listened on: int."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Address of the page: str."""
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def serve_forever(self) -> None:
        """Answer requests until an exception, such as that of Ctrl-C, ends it."""
        self._server.serve_forever(poll_interval=0.05)

    def __enter__(self) -> "ReviewServer":
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering; decisions that were acknowledged are on the disk."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def decided(self) -> list[dict[str, Any]]:
        """Return the decision that counts for each row: list of dict. Those on another row or label that once had this
        number are left out."""
        with self._lock:
            return [made._asdict() for made in self._file.decisions if self._is_of_page(made)]

    def _is_of_page(self, made):
        row = self._rows.get(made.row)
        if row is None:
            return True
        given = "" if row["given"] is None else str(row["given"])
        same_row = not made.check or not row.get("check") or made.check == row["check"]
        return same_row and same_text(given, made.given)

    def record(self, posted: Any) -> list[dict[str, Any]]:
        """Check decisions of the page, and write all of them, or none where one is wrong.

        Parameters
        ----------
        posted : object
            What the page sent, parsed from JSON: ``{"decisions": [...]}``.

        Returns
        -------
        decided : list of dict
            The decision that counts for each row now, those of other tabs included.
        """
        made = posted.get("decisions") if isinstance(posted, dict) else None
        if not isinstance(made, list) or not all(isinstance(one, dict) for one in made):
            raise ValueError('send {"decisions": [{...}, ...]}')
        if len(made) > MAX_DECISIONS:
            raise ValueError(f"{len(made)} decisions at once; {MAX_DECISIONS} are allowed")
        checked = [self._checked(one) for one in made]
        with self._lock:
            for decision in checked:
                self._file.append(decision)
        return self.decided()

    def _checked(self, posted):
        """A decision on a row of the page; what the row is called and was given is not the page's to say."""
        decision = make_decision({"given": "", **posted})
        row = self._rows.get(decision.row)
        if row is None:
            raise ValueError(f"row {decision.row} is not among the rows of this review")
        label = decision.label
        if decision.decision == "change":
            found = self._known.find(label)
            label = self._labels[found[0]] if len(found) == 1 else label
        given = row["given"]
        return decision._replace(
            name=str(row.get("name", decision.row)),
            check=str(row.get("check") or ""),
            given="" if given is None else str(given),
            label=label,
            reviewer=decision.reviewer or self._reviewer,
            time="",
        )
