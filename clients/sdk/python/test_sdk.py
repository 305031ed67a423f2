"""The Python SDK, as an application has it, against a live server."""
import os
import unittest
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import tailrace_sdk as sdk
from stream import follow

URL = os.environ["TAILRACE_URL"]
TOMORROW = os.environ["TAILRACE_TOMORROW_URL"]
TOKEN = os.environ["TAILRACE_TOKEN"]

# readme
client = sdk.ApiClient(sdk.Configuration(host=URL, access_token=TOKEN))
writing, reading = sdk.WritingApi(client), sdk.ReadingApi(client)
# end
present, managing, streaming = sdk.PresentApi(client), sdk.ManagingApi(client), sdk.StreamingApi(client)


# readme
def problem(refused: sdk.ApiException) -> sdk.Problem:
    """Why it was refused, also where the document knows no answer of this status."""
    return refused.data or sdk.Problem.from_json(refused.body)
# end


# readme
def history(channel: str, limit: int) -> list[sdk.Event]:
    """All pages: `next` is an address, whose parameters the next request takes over."""
    page = reading.read_history(channel, limit=limit)
    events = list(page.events)
    while page.next:
        follow_up = {name: int(values[0]) for name, values in parse_qs(urlsplit(page.next).query).items()}
        page = reading.read_history(channel, **follow_up)
        events += page.events
    return events
# end


MOVED = {"column": "doing", "rank": 1.5, "id": 9007199254740993, "done": None, "tags": ["a"]}


def key() -> str:
    return str(uuid4())


def draft(data: Any = MOVED, of: str = "card:7") -> sdk.EventDraft:
    return sdk.EventDraft(type="card.moved", key=of, data=data)


class SdkTest(unittest.TestCase):
    def setUp(self):
        self.channel = f"board:{uuid4()}"

    def write(self, key_: str, draft_: sdk.EventDraft):
        return writing.append_event_with_http_info(self.channel, key_, draft_)

    def write_batch(self, events: int):
        writes = [
            sdk.BatchWrite(idempotency_key=key(), channel=self.channel, type="card.added", key=f"card:{i}", data=i)
            for i in range(1, events + 1)
        ]
        results = writing.append_batch(sdk.WriteBatch(writes=writes)).results
        self.assertEqual([201] * events, [result.status for result in results])

    def test_writes_and_replays_the_same_key__R_10(self):
        key_ = key()
        first, again = self.write(key_, draft()), self.write(key_, draft())
        self.assertEqual((201, 1, "ada"), (first.status_code, first.data.seq, first.data.by))
        self.assertIsInstance(first.data.at, datetime)
        self.assertEqual('"1"', first.headers["ETag"])
        self.assertNotIn("Idempotent-Replayed", first.headers)
        self.assertEqual("true", again.headers["Idempotent-Replayed"])
        self.assertEqual(first.data, again.data)

    def test_is_refused_another_draft_under_a_key__R_10(self):
        key_ = key()
        self.write(key_, draft())
        with self.assertRaises(sdk.ApiException) as refused:
            self.write(key_, draft("another"))
        self.assertEqual(422, refused.exception.status)
        self.assertEqual("/problems/idempotency-key-reused", problem(refused.exception).type)

    def test_reads_the_current_value_when_it_loses_a_race__R_14(self):
        self.write(key(), draft())
        with self.assertRaises(sdk.ApiException) as refused:
            writing.append_event(self.channel, key(), draft(), if_match='"0"')
        self.assertEqual(412, refused.exception.status)
        current = problem(refused.exception).current
        self.assertEqual(MOVED, current.data)
        won = writing.append_event(self.channel, key(), draft(), if_match=f'"{current.seq}"')
        self.assertEqual(2, won.seq)

    def test_keeps_data(self):
        self.write(key(), draft())
        self.write(key(), sdk.EventDraft(type="nothing", data=None))
        self.assertEqual([MOVED, None], [event.data for event in history(self.channel, 10)])

    def test_reads_history_to_its_end_page_by_page__R_20(self):
        self.write_batch(25)
        self.assertEqual(list(range(1, 26)), [event.seq for event in history(self.channel, 10)])

    def test_reads_a_snapshot__R_24(self):
        self.write_batch(3)
        self.write(key(), draft(of="card:2"))
        snapshot = reading.read_snapshot(self.channel, min=4)
        self.assertEqual(4, snapshot.seq)
        self.assertEqual(["card:1", "card:2", "card:3"], sorted(item.key for item in snapshot.items))

    def test_sends_a_batch_and_reads_each_result__R_15(self):
        def add():
            return sdk.BatchWrite(
                idempotency_key=key(), channel=self.channel, type="card.added", key="card:8", data={}, if_match="0"
            )

        first = add()
        results = writing.append_batch(sdk.WriteBatch(writes=[first, first, add()])).results
        self.assertEqual(1, results[0].receipt.seq)
        self.assertTrue(results[1].replayed)
        self.assertEqual((412, 1), (results[2].status, results[2].problem.current.seq))

    def test_comes_is_seen_and_leaves__R_30(self):
        beat = sdk.PresenceBeat(state=sdk.PresenceState.IDLE, mode="editing", meta={"colour": "red"})
        self.assertGreater(present.put_presence(self.channel, beat).ttl_ms, 0)
        (here,) = present.list_presence(self.channel).members
        self.assertEqual(("ada", sdk.PresenceState.IDLE, {"colour": "red"}), (here.user, here.state, here.meta))
        present.leave_presence(self.channel)
        self.assertEqual(0, present.list_presence(self.channel).count)

    def test_adds_a_member_and_removes_it__R_72(self):
        added = managing.put_member(self.channel, "grace", sdk.MemberSpec(role=sdk.Role.EDITOR))
        self.assertEqual(1, added.seq)
        self.assertEqual(sdk.Role.EDITOR, managing.get_member(self.channel, "grace").role)
        self.assertEqual(2, managing.remove_member(self.channel, "grace").seq)
        with self.assertRaises(sdk.exceptions.NotFoundException):
            managing.get_member(self.channel, "grace")

    def test_gets_a_ticket_and_extends_it(self):
        self.write(key(), draft())
        ticket = streaming.create_ticket(sdk.TicketRequest(channels=[self.channel], ttl=60))
        extended = streaming.extend_ticket(sdk.TicketExtension(ticket=ticket.ticket, ttl=600))
        self.assertGreater(extended.expires_at, ticket.expires_at)
        nobody = sdk.ReadingApi(sdk.ApiClient(sdk.Configuration(host=URL)))
        self.assertEqual(1, nobody.read_history(self.channel, ticket=ticket.ticket).head)

    def test_gets_nothing_of_202_in_an_ephemeral_channel(self):
        self.assertIsNone(writing.append_event(f"pulse:{uuid4()}", key(), draft()))

    def test_follows_and_resumes_with_the_stream_of_the_readme__R_21(self):
        self.write_batch(5)
        first, last_id = [], None
        for event, last_id in follow(TOMORROW, [f"{self.channel}@0"], TOKEN):
            first.append(event.seq)
            if len(first) == 3:
                break
        second = []
        for event, _ in follow(URL, [self.channel], TOKEN, last_id):
            second.append(event.seq)
            if len(second) == 2:
                break
        self.assertEqual(([1, 2, 3], [4, 5]), (first, second))

    def test_is_not_broken_by_what_a_later_server_says(self):
        later = sdk.ApiClient(sdk.Configuration(host=TOMORROW, access_token=TOKEN))
        key_ = key()
        self.assertEqual(
            "something.else@9999", sdk.WritingApi(later).append_event(self.channel, key_, draft()).type
        )
        sdk.PresentApi(later).put_presence(self.channel, sdk.PresenceBeat())
        (event,) = sdk.ReadingApi(later).read_history(self.channel).events
        self.assertEqual(("something.else@9999", MOVED), (event.type, event.data))
        self.assertEqual({"list": [1, None, "two"]}, event.additional_properties["of_tomorrow"])
        self.assertEqual(1, len(sdk.ReadingApi(later).read_snapshot(self.channel).items))
        state = sdk.PresentApi(later).list_presence(self.channel).members[0].state
        self.assertEqual(("UNKNOWN", "hovering"), (state.name, state.value))
        self.assertEqual("vote", sdk.ManagingApi(later).get_channel(self.channel).contract.conflict)
        sdk.ManagingApi(later).put_member(self.channel, "grace", sdk.MemberSpec(role="viewer"))
        self.assertEqual("owner", sdk.ManagingApi(later).get_member(self.channel, "grace").role)
        self.assertTrue(sdk.ManagingApi(later).list_audit(limit=1000).entries)
        self.assertTrue(sdk.StreamingApi(later).create_ticket(sdk.TicketRequest(channels=[self.channel])).ticket)
        self.assertTrue(sdk.OperatingApi(later).get_readiness().parts)
        with self.assertRaises(sdk.ApiException) as reused:
            sdk.WritingApi(later).append_event(self.channel, key_, draft(1))
        self.assertEqual("/problems/of-tomorrow", problem(reused.exception).type)
        with self.assertRaises(sdk.ApiException) as unheard:
            sdk.ManagingApi(later).get_member(self.channel, "nobody")
        self.assertEqual(418, unheard.exception.status)
        self.assertTrue(problem(unheard.exception).title)


if __name__ == "__main__":
    unittest.main(verbosity=2)
