"""Decides on 127.0.0.1 who connects, who joins which room, and what is said there: authorise.py PORT

Set BANNED to users who must stay out, and STAFF to those who may be in rooms whose names begin with "staff-"; commas between.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["PARLEY_HOOK_SECRET"].removeprefix("whsec_"))
BANNED = set(os.environ.get("BANNED", "").split(","))
STAFF = set(os.environ.get("STAFF", "").split(","))
TOLERANCE_S = 300
MOST_BYTES = 1_000_000
CARD_NUMBER = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")


def connect(question):
    """A refusal that is kept for a minute spares this program somebody who tries again and again."""
    if question["user"] in BANNED:
        return {"allow": False, "reason": "banned", "message": "Your account is closed.", "cacheMs": 60_000}
    return {"allow": True}


def join(question):
    """With a role even a private room is open; without one the room decides itself."""
    if not question["room"].startswith("staff-"):
        return {"allow": True}
    if question["user"] in STAFF:
        return {"allow": True, "role": "member"}
    return {"allow": False, "code": "forbidden", "reason": "staff_only"}


def publish(question):
    """Lets a message pass as it is, refuses it, or changes what it says."""
    text = question["text"]
    if text.isupper() and len(text) > 20:
        return {"allow": False, "reason": "shouting", "message": "Please do not shout."}
    masked = CARD_NUMBER.sub("[card number]", text)
    return {"allow": True} if masked == text else {"allow": True, "text": masked}


HOOKS = {f"parley.hook.{hook.__name__}": hook for hook in (connect, join, publish)}


def is_genuine(headers, body):
    """As Standard Webhooks has it: HMAC-SHA256 over id, time and body; one of the signatures must be ours."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_S:
        return False
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    ours = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(f"v1,{ours}".encode(), one.encode()) for one in given)


class Authority(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The headers and the body of an answer are two writes: the second is not to wait until the first is confirmed.
    disable_nagle_algorithm = True

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self.close_connection = True
            return self.answer(413, {})
        body = self.rfile.read(int(length))
        if not is_genuine(self.headers, body):
            return self.answer(401, {})
        event = json.loads(body)
        hook = HOOKS.get(event["type"])
        # What is answered with an error is decided by `open` or `closed` of the setting.
        if hook is None:
            return self.answer(404, {})
        verdict = hook(event["data"])
        self.answer(200, verdict)
        print(json.dumps([event["type"], event["data"]["user"], verdict]), flush=True)

    def answer(self, status, verdict):
        body = json.dumps(verdict).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Authority)
print(json.dumps(server.server_address[1]), flush=True)
server.serve_forever()
