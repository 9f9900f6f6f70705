"""The server of the review page: real requests, those of attackers included."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import skclean
from skclean.review import DecisionFile, ReviewServer, read_decisions
from skclean.review._handler import MAX_BODY, content_security_policy

ROWS = [
    {"row": row, "name": f"C{row}", "check": "0123456789ab", "given": "no" if row else None} for row in range(0, 50, 2)
]
SUMMARY = {"rows": ROWS, "labels": ["no", "yes"]}


def page(summary, token):
    return f"<!doctype html><style>p {{}}</style><p>{len(summary['rows'])} rows</p><script>1</script>"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions.csv"


@pytest.fixture
def server(path):
    with DecisionFile(path) as file, ReviewServer(SUMMARY, file, page, reviewer="ann") as server:
        yield server


def ask(server, method="GET", place="decisions", body=None, token=True, path=None, **headers):
    """Status, headers and body of the answer to a request; a header that is None is not sent."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, path or f"/{server.token}/{place}", skip_host=True, skip_accept_encoding=True)
    body = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    sent = {"Host": f"127.0.0.1:{server.port}"}
    if token:
        sent["X-Skclean-Token"] = server.token
    if body is not None:
        sent |= {"Content-Length": str(len(body)), "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in sent.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def keep(row, **more):
    return {"decisions": [{"row": row, "decision": "keep", **more}]}


def test_the_page_and_its_headers(server):
    status, headers, body = ask(server, place="", token=False)
    assert status == 200 and b"25 rows" in body
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert policy.count("'sha256-") == 2
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
    assert "Python" not in headers["Server"] and server.token not in repr(server)
    assert server.url.startswith("http://127.0.0.1:")


def test_a_decision_is_on_the_disk_before_the_answer(server, path):
    status, _, body = ask(server, "POST", body=keep(2, note="=1+1", reviewer="bob"))
    assert status == 200 and [d["row"] for d in json.loads(body)["decisions"]] == [2]
    made = read_decisions(path).made[0]
    assert made[:5] == (2, "C2", "0123456789ab", "no", "keep") and made.note == "=1+1" and made.reviewer == "bob"
    assert ask(server, "POST", body=keep(0))[0] == 200
    assert read_decisions(path).made[1][3:8] == ("", "keep", "", "", "ann")
    assert [d["row"] for d in json.loads(ask(server)[2])["decisions"]] == [0, 2]


def test_the_page_cannot_say_what_a_row_is_called(server, path):
    posted = keep(4, name="other", check="ffffffffffff", given="yes", time="2020-01-01T00:00:00Z")
    assert ask(server, "POST", body=posted)[0] == 200
    made = read_decisions(path).made[0]
    assert made[1:4] == ("C4", "0123456789ab", "no") and not made.time.startswith("2020")


REFUSED = {
    "other host": (dict(Host="evil.example"), 403),
    "other port": (dict(Host="127.0.0.1:1"), 403),
    "no host": (dict(Host=None), 403),
    "other origin": (dict(Origin="http://evil.example"), 403),
    "no origin": (dict(Origin="null"), 403),
    "other site": (dict(Sec_Fetch_Site="cross-site"), 403),
    "no token": (dict(token=False), 403),
    "wrong token": (dict(X_Skclean_Token="a" * 32), 403),
    "strange token": (dict(X_Skclean_Token="\xe9"), 403),
    "no token in the address": (dict(path="/decisions"), 404),
    "wrong token in the address": (dict(path="/" + "a" * 32 + "/decisions"), 404),
    "root": (dict(path="/"), 404),
    "file": (dict(place="decisions.csv"), 404),
    "folder": (dict(place="../../etc/passwd"), 404),
    "absolute": (dict(path="http://127.0.0.1/"), 404),
    "method": (dict(place="", method="POST", body=keep(2)), 405),
    "other method": (dict(method="DELETE"), 501),
    "no length": (dict(method="POST", body=keep(2), Content_Length=None), 411),
    "chunks": (dict(method="POST", body=keep(2), Transfer_Encoding="chunked"), 411),
    "negative": (dict(method="POST", body=keep(2), Content_Length="-1"), 411),
    "large": (dict(method="POST", body=keep(2), Content_Length=str(MAX_BODY + 1)), 413),
    "larger": (dict(method="POST", body=keep(2), Content_Length="9" * 5000), 413),
    "form": (dict(method="POST", body=keep(2), Content_Type="text/plain"), 415),
    "no json": (dict(method="POST", body=b"{"), 400),
    "not utf-8": (dict(method="POST", body=b"\xff\xfe\xff"), 400),
    "deep": (dict(method="POST", body=b"[" * 100_000), 400),
    "list": (dict(method="POST", body=[1]), 400),
    "no list": (dict(method="POST", body={"decisions": {"row": 2}}), 400),
    "too many": (dict(method="POST", body={"decisions": [{}] * 1001}), 400),
    "other row": (dict(method="POST", body=keep(3)), 400),
    "no row": (dict(method="POST", body=keep("../2")), 400),
    "other decision": (dict(method="POST", body=keep(2) | {"decisions": [{"row": 2, "decision": "drop"}]}), 400),
    "no label": (dict(method="POST", body={"decisions": [{"row": 2, "decision": "change", "label": " "}]}), 400),
    "second is wrong": (dict(method="POST", body={"decisions": [*keep(2)["decisions"], {"row": 3}]}), 400),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_writes_nothing(case, server, path):
    request, expected = REFUSED[case]
    status, headers, body = ask(server, **request)
    assert status == expected
    assert server.token.encode() not in body and b"Traceback" not in body
    assert not read_decisions(path).made
    if status != 501:
        assert headers["Content-Security-Policy"] == "default-src 'none'" and json.loads(body)["error"]
    assert ask(server, "POST", body=keep(2), Origin=f"http://127.0.0.1:{server.port}")[0] == 200


def test_localhost_is_this_machine_too(server):
    port = server.port
    assert ask(server, Host=f"localhost:{port}", Origin=f"http://localhost:{port}")[0] == 200


def test_a_request_that_ends_early_writes_nothing(server, path):
    text = (
        f"POST /{server.token}/decisions HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"X-Skclean-Token: {server.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 400\r\n\r\n" + json.dumps(keep(2))
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(text.encode())
        client.shutdown(socket.SHUT_WR)
        assert b" 400 " in client.recv(1000)
    assert not read_decisions(path).made and ask(server)[0] == 200


def test_labels_are_written_as_the_table_has_them(server, path):
    body = {"decisions": [{"row": 2, "decision": "change", "label": " YES "}]}
    assert ask(server, "POST", body=body)[0] == 200
    assert read_decisions(path).made[0].label == "yes"
    body["decisions"][0]["label"] = "never heard of"  # skclean apply asks before it takes it
    assert ask(server, "POST", body=body)[0] == 200
    assert read_decisions(path).made[1].label == "never heard of"


def test_many_clients_at_once_lose_nothing(server, path):
    def decide(part):
        for row in ROWS[part::5]:
            assert ask(server, "POST", body=keep(row["row"], note=f"tab {part}"))[0] == 200

    threads = [threading.Thread(target=decide, args=(part,)) for part in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made.row for made in read_decisions(path)] == [row["row"] for row in ROWS]
    assert len(json.loads(ask(server)[2])["decisions"]) == len(ROWS)


def test_a_full_disk_is_told(server, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(DecisionFile, "append", fail)
    status, _, body = ask(server, "POST", body=keep(2))
    assert status == 507 and b"not saved: No space left" in body


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
def test_a_killed_server_loses_nothing_and_goes_on(path):
    code = (
        "import json, sys\nfrom skclean.review import DecisionFile, ReviewServer\n"
        "server = ReviewServer(json.loads(sys.argv[1]), DecisionFile(sys.argv[2]), lambda s, token: 'page')\n"
        "print(server.port, server.token, flush=True)\nserver.serve_forever()"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(skclean.__file__).parents[1])}

    class Remote:
        def __init__(self):
            command = [sys.executable, "-c", code, json.dumps(SUMMARY), str(path)]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
            port, self.token = self.process.stdout.readline().split()
            self.port = int(port)

        def kill(self):
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    for row in (2, 4):
        remote = Remote()
        try:
            status, _, body = ask(remote, "POST", body=keep(row))
        finally:
            remote.kill()
        assert status == 200
    assert [d["row"] for d in json.loads(body)["decisions"]] == [2, 4]  # the second server read those of the first
    assert [made.row for made in read_decisions(path)] == [2, 4]


def test_the_policy_allows_what_the_page_holds_and_no_more():
    policy = content_security_policy("<SCRIPT type='module'>a</SCRIPT ><script>a</script><script>b</script>")
    assert policy.count("'sha256-") == 2 and "style-src 'none'" in policy


def test_decisions_on_another_table_are_not_shown_as_decided(path):
    others = [{"row": 2, "given": "no", "decision": "keep", "check": "ffffffffffff"},
              {"row": 4, "given": "yes", "decision": "keep"},
              {"row": 6, "given": "no", "decision": "keep", "check": "0123456789ab"}]  # fmt: skip
    with DecisionFile(path) as file:
        for made in others:
            file.append(made)
        with ReviewServer(SUMMARY, file, page) as server:
            assert [made["row"] for made in json.loads(ask(server)[2])["decisions"]] == [6]
            ask(server, "POST", body=keep(4))
            assert [made["row"] for made in json.loads(ask(server)[2])["decisions"]] == [4, 6]
