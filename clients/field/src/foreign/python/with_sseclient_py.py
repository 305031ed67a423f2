"""sseclient-py over requests: it reads a stream; coming back is the caller's."""

import json
import os
import sys
import time

import requests
import sseclient

headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Accept": "text/event-stream"}
retry = 1.0

with requests.Session() as session:
    while True:
        try:
            with session.get(os.environ["URL"], headers=headers, stream=True, timeout=(10, 40)) as response:
                response.raise_for_status()
                for event in sseclient.SSEClient(response.iter_content(None)).events():
                    if event.retry:
                        retry = int(event.retry) / 1000
                    if event.event == "message":
                        # An event that was cut off may be told as well: it is none unless it can be read.
                        print(json.loads(event.data)["seq"], event.id, flush=True)
                        headers["Last-Event-ID"] = event.id
        except (requests.RequestException, ValueError) as cut:
            print(repr(cut), file=sys.stderr, flush=True)
        time.sleep(retry)
