"""A client in Python, from Debian's packages: joins, talks, is cut off, and resumes with its key and position.

Prints what it saw, one JSON value per line. Arguments: address, token, transport, what to say.
"""
import json
import os
import sys
import threading

import socketio

url, token, transport, text = sys.argv[1:]
news = threading.Condition()


class Connection:
    def __init__(self, **auth):
        self.seen = []
        self.ready = None
        self.client = socketio.Client(reconnection=False)
        self.client.on('session.ready', self.on_ready)
        self.client.on('chat.message', self.on_message)
        self.client.connect(url, auth={'token': token, 'v': 1, **auth}, transports=[transport])
        self.wait(lambda: self.ready)

    def on_ready(self, payload):
        with news:
            self.ready = payload
            news.notify_all()

    def on_message(self, payload):
        with news:
            self.seen.append((payload['offset'], payload['name'], payload['text']))
            news.notify_all()

    def wait(self, condition):
        with news:
            if not news.wait_for(condition, timeout=10):
                print(f'waited in vain; seen: {self.seen}', file=sys.stderr)
                os._exit(1)


try:
    Connection(token='nobody')
except socketio.exceptions.ConnectionError:
    print(json.dumps('refused'))

first = Connection(attempt=1)
joined = first.client.call('room.join', {'room': 'lobby'})['data']
first.client.call('chat.send', {'room': 'lobby', 'id': 'p1', 'text': text})
first.wait(lambda: first.seen)
# The connection ends without a farewell to the session.
first.client.disconnect()

print(json.dumps('away'))
sys.stdin.readline()

position = [joined['epoch'], first.seen[0][0]]
resume = {'session': first.ready['session'], 'key': first.ready['key'], 'rooms': {'lobby': position}}
second = Connection(attempt=2, resume=resume)
second.wait(lambda: second.seen)
second.client.disconnect()
print(json.dumps({'resumed': second.ready['resumed'], 'recovered': second.ready['rooms'][0]['recovered']}))
print(json.dumps([first.seen[0], second.seen[0]]))
