"""httpx-sse: it reads a stream; coming back is the caller's."""

import os
import sys
import time

import httpx
from httpx_sse import connect_sse

headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
retry = 1.0

with httpx.Client(timeout=httpx.Timeout(10, read=40)) as client:
    while True:
        try:
            with connect_sse(client, "GET", os.environ["URL"], headers=headers) as source:
                for event in source.iter_sse():
                    if event.retry is not None:
                        retry = event.retry / 1000
                    if event.event == "message" and event.data:
                        print(event.json()["seq"], event.id, flush=True)
                        headers["Last-Event-ID"] = event.id
        except httpx.TransportError as cut:
            print(repr(cut), file=sys.stderr, flush=True)
        time.sleep(retry)
