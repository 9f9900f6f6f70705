"""Requests of a review page: who may send them, what they may ask for, and how they are answered."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

__all__ = ["ReviewHandler", "content_security_policy"]

MAX_BODY = 1_000_000  # bytes of one request
SECONDS = 20  # that a client may take to send its request
TOKEN_HEADER = "X-Skclean-Token"
_INLINE = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)


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
    >>> from skclean.review._handler import content_security_policy
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


class ReviewHandler(BaseHTTPRequestHandler):
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
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", review.html, review.policy)
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
