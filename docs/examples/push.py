"""Pushes to a user and says what became of it: push.py USER TOPIC JSON"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("PARLEY_URL", "http://127.0.0.1:7401")
KEY = os.environ.get("PARLEY_KEY", "dev-key")


def ask(path, body=None, attempts=5):
    """The answer as JSON. What may pass is asked again; what the caller did wrong is an error with the server's sentence."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    for attempt in range(1, attempts + 1):
        try:
            request = urllib.request.Request(URL + path, data, headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            problem = json.load(refusal)
            if refusal.code not in (429, 500, 503, 504) or attempt == attempts:
                raise SystemExit(f"{problem['code']}: {problem.get('detail', '')}") from None
            wait = problem.get("retryAfterMs", 1_000 * attempt) / 1_000
        except (urllib.error.URLError, TimeoutError):
            if attempt == attempts:
                raise
            wait = attempt
        time.sleep(wait)


user, topic, data = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
# One key for all attempts: however often it is asked, it is sent once.
push = {"target": {"user": user}, "topic": topic, "data": data, "store": True, "key": str(uuid.uuid4())}
sent = ask("/v1/push", push)
print(json.dumps(sent))
print(json.dumps(ask(f"/v1/pushes/{sent['id']}")))
