"""Takes webhooks on 127.0.0.1 and prints them, each once: webhook_receiver.py PORT"""

import base64
import collections
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["PARLEY_WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_S = 300
# Ids of the newest events: what is told at least once may be told twice.
known = collections.OrderedDict()


def is_genuine(headers, body):
    """As Standard Webhooks has it: HMAC-SHA256 over id, time and body; one of the signatures must be ours."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_S:
        return False
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    ours = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(f"v1,{ours}", one) for one in given)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        genuine = is_genuine(self.headers, body)
        self.send_response(204 if genuine else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        if not genuine:
            return
        event = json.loads(body)
        if event["id"] in known:
            return
        known[event["id"]] = True
        if len(known) > 10_000:
            known.popitem(last=False)
        print(json.dumps([event["type"], event["subject"], event["data"]]), flush=True)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print(json.dumps(server.server_address[1]), flush=True)
server.serve_forever()
