# readme
"""The stream, by httpx-sse: when it ends, follow again with a backoff, from the last id."""
import json
from typing import Iterator, Optional

import httpx
from httpx_sse import connect_sse
from tailrace_sdk import Event, SnapshotRequiredFrame


def follow(server: str, channels: list[str], token: str, last_id: Optional[str] = None) -> Iterator[tuple]:
    """Yields what it knows, with the id to go on from; channels are names, or `name@seq` to start behind an event."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last_id} if last_id else {})
    timeout = httpx.Timeout(10, read=40)  # 2.5 heartbeats
    with httpx.Client(timeout=timeout, headers=headers) as client:
        with connect_sse(client, "GET", f"{server}/v1/stream", params={"channel": channels}) as stream:
            for frame in stream.iter_sse():
                if frame.event == "message" and frame.data:  # a bare `retry:` is a frame too
                    yield Event.from_dict(json.loads(frame.data)), frame.id
                elif frame.event == "snapshot.required":
                    yield SnapshotRequiredFrame.from_dict(json.loads(frame.data)), frame.id
                # frames of other names, which may be new, are passed over
# end
