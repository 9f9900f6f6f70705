"""A server for one reviewer on this machine: it shows the page and writes each decision to the disk.

Other pages that are open in the same browser must not read or change anything. So the address holds a random token,
which requests repeat in a header that a foreign page cannot send, and requests that name another host or origin are
refused.
"""

import json
import re
import secrets
import threading
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from skclean.review._decision import make_decision
from skclean.review._decision_file import DecisionFile
from skclean.utils._matching import KnownValues
from skclean.utils._typing import Params

__all__ = ["ReviewServer", "content_security_policy"]

MAX_BODY = 1_000_000  # bytes of one request
MAX_DECISIONS = 1_000  # of one request
SECONDS = 20  # that a client may take to send its request
MAX_LABELS = 200  # that a report lists; where there are as many, the table may have others
TOKEN_HEADER = "X-Skclean-Token"
_INLINE = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)


class ReviewServer:
    """Serve a review page to this machine alone, and record what is decided there.

    Parameters
    ----------
    summary : dict
        Of a report, or of :func:`issues_summary`: `rows`, each with row, name, check and given, and `labels`, the texts
        of the labels that may be chosen. Where there are 200 or more, others are accepted too.
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
        self._html, self._policy = html.encode("utf-8"), content_security_policy(html)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
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
        """Return the decision that counts for each row: list of dict."""
        with self._lock:
            return [made._asdict() for made in self._file.decisions]

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
            if len(found) != 1 and len(self._labels) < MAX_LABELS:
                raise ValueError(f"row {decision.row}: {label[:40]!r} is none of the labels of the table")
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


def content_security_policy(html: str) -> str:
    """Return the policy under which a page may run its own inline scripts and styles, and nothing else.

    Parameters
    ----------
    html : str

    Returns
    -------
    policy : str
        Value of the header Content-Security-Policy.

    Examples
    --------
    >>> from skclean.review._server import content_security_policy
    >>> "script-src 'none'" in content_security_policy("<style>p {}</style>")
    True
    """
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in _INLINE.findall(html):
        digest = b64encode(sha256(text.encode("utf-8")).digest()).decode()
        hashes[kind.lower()].append(f"'sha256-{digest}'")
    script, style = (" ".join(dict.fromkeys(found)) or "'none'" for found in hashes.values())
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class _Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    """Two addresses: the page, and its decisions."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "skclean", ""
    timeout = SECONDS

    def do_GET(self):
        self._answer(self._read)

    def do_POST(self):
        self._answer(self._write)

    def _answer(self, act):
        try:
            review = self.server.review
            self._check_sender(review)
            act(review, self._place(review))
        except _Refused as refused:
            self.close_connection = True  # its body was not read
            self._send_json(refused.status, {"error": str(refused)})

    def _check_sender(self, review):
        """Refuse what a page of another origin can make a browser send, and names that lead here by a trick of DNS."""
        hosts = [f"{name}:{review.port}" for name in ("127.0.0.1", "localhost")]
        if self.headers.get_all("Host", []) not in [[host] for host in hosts]:
            raise _Refused(HTTPStatus.FORBIDDEN, "this server answers to 127.0.0.1 alone")
        origins = self.headers.get_all("Origin", [])
        if origins and origins not in [[f"http://{host}"] for host in hosts]:
            raise _Refused(HTTPStatus.FORBIDDEN, "requests of other pages are refused")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise _Refused(HTTPStatus.FORBIDDEN, "requests of other pages are refused")

    def _place(self, review):
        """What is asked for: "" is the page."""
        parts = self.path.partition("?")[0].split("/")
        if len(parts) != 3 or not _same(parts[1], review.token) or parts[2] not in ("", "decisions"):
            raise _Refused(HTTPStatus.NOT_FOUND, "there is nothing here; open the address that skclean review printed")
        return parts[2]

    def _read(self, review, place):
        if not place:
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", review._html, review._policy)
            return
        self._check_token(review)
        self._send_json(HTTPStatus.OK, {"decisions": review.decided()})

    def _write(self, review, place):
        if place != "decisions":
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "decisions are sent to ./decisions")
        self._check_token(review)
        body = self._body()
        try:
            decided = review.record(json.loads(body))
        except (ValueError, RecursionError) as error:
            raise _Refused(HTTPStatus.BAD_REQUEST, str(error)[:500]) from None
        except OSError as error:
            raise _Refused(HTTPStatus.INSUFFICIENT_STORAGE, f"the decision is not saved: {error.strerror}") from None
        self._send_json(HTTPStatus.OK, {"decisions": decided})

    def _check_token(self, review):
        if not _same(self.headers.get(TOKEN_HEADER, ""), review.token):
            raise _Refused(HTTPStatus.FORBIDDEN, f"the header {TOKEN_HEADER} is missing or wrong")

    def _body(self):
        if self.headers.get_content_type() != "application/json":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "send a Content-Length")
        if int(length[:20]) > MAX_BODY:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BODY} bytes")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _Refused(HTTPStatus.BAD_REQUEST, "the request ended early")
        return body

    def _send_json(self, status, content):
        self._send(status, "application/json", json.dumps(content).encode("ascii"), "default-src 'none'")

    def _send(self, status, kind, body, policy):
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            *([("Connection", "close")] if self.close_connection else []),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Print nothing: addresses hold the token."""


def _same(text, token):
    return compare_digest(text.encode("utf-8", "replace"), token.encode("ascii"))
