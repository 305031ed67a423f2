// Package trial tries the Go SDK, as an application has it, against a live server.
package trial

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	tailrace "github.com/tailrace/sdk"
)

var (
	server   = os.Getenv("TAILRACE_URL")
	tomorrow = os.Getenv("TAILRACE_TOMORROW_URL")
	token    = os.Getenv("TAILRACE_TOKEN")
	client   = connect(server)
	ctx      = authorised()
)

// readme
func connect(server string) *tailrace.APIClient {
	configuration := tailrace.NewConfiguration()
	configuration.Servers = tailrace.ServerConfigurations{{URL: server}}
	return tailrace.NewAPIClient(configuration)
}

func authorised() context.Context { // the token of each call is in its context
	return context.WithValue(context.Background(), tailrace.ContextAccessToken, token)
}

// end

// readme

// problem says why a call was refused, also where the document knows no answer of this status.
func problem(err error) (*tailrace.Problem, error) {
	var refused *tailrace.GenericOpenAPIError
	if !errors.As(err, &refused) {
		return nil, err
	}
	why := new(tailrace.Problem)
	return why, json.Unmarshal(refused.Body(), why)
}

// end

// readme

// history reads all pages: next is an address, whose parameters the next request takes over.
func history(channel string, limit int32) ([]tailrace.Event, error) {
	page, _, err := client.ReadingAPI.ReadHistory(ctx, channel).Limit(limit).Execute()
	if err != nil {
		return nil, err
	}
	events := page.Events
	for page.Next != nil {
		next, err := url.Parse(*page.Next)
		if err != nil {
			return nil, err
		}
		after, _ := strconv.ParseInt(next.Query().Get("after"), 10, 64)
		epoch, _ := strconv.ParseInt(next.Query().Get("epoch"), 10, 32)
		request := client.ReadingAPI.ReadHistory(ctx, channel).Limit(limit).After(after).Epoch(int32(epoch))
		if page, _, err = request.Execute(); err != nil {
			return nil, err
		}
		events = append(events, page.Events...)
	}
	return events, nil
}

// end

var moved = map[string]interface{}{"column": "doing", "rank": 1.5, "done": nil, "tags": []interface{}{"a"}}

func key() string {
	random := make([]byte, 16)
	rand.Read(random)
	return hex.EncodeToString(random)
}

func newChannel(namespace string) string { return namespace + ":" + key() }

func draft(data interface{}, of string) tailrace.EventDraft {
	draft := tailrace.NewEventDraft("card.moved", data)
	draft.SetKey(of)
	return *draft
}

func write(to *tailrace.APIClient, channel, key string, draft tailrace.EventDraft) (*tailrace.WriteReceipt, *http.Response, error) {
	return to.WritingAPI.AppendEvent(ctx, channel).IdempotencyKey(key).EventDraft(draft).Execute()
}

func must[T any](t *testing.T) func(T, *http.Response, error) T {
	return func(value T, _ *http.Response, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func same(t *testing.T, what string, got, want interface{}) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: %#v instead of %#v", what, got, want)
	}
}

func why(t *testing.T, err error) *tailrace.Problem {
	t.Helper()
	refused, err := problem(err)
	if err != nil {
		t.Fatalf("it was not refused: %v", err)
	}
	return refused
}

func batchWrite(channel string, card int) tailrace.BatchWrite {
	write := tailrace.NewBatchWrite(key(), channel, "card.added", card)
	write.SetKey(fmt.Sprintf("card:%d", card))
	return *write
}

func writeBatch(t *testing.T, channel string, events int) {
	t.Helper()
	var writes []tailrace.BatchWrite
	for i := 1; i <= events; i++ {
		writes = append(writes, batchWrite(channel, i))
	}
	answer := must[*tailrace.WriteResults](t)(
		client.WritingAPI.AppendBatch(ctx).WriteBatch(*tailrace.NewWriteBatch(writes)).Execute())
	same(t, "results", len(answer.Results), events)
	for _, result := range answer.Results {
		same(t, "status", result.Status, int32(201))
	}
}

func seqs(events []tailrace.Event) (seqs []int64) {
	for _, event := range events {
		seqs = append(seqs, event.Seq)
	}
	return seqs
}

func TestWritesAndReplaysTheSameKey_R10(t *testing.T) {
	channel, key := newChannel("board"), key()
	first, answer, err := write(client, channel, key, draft(moved, "card:7"))
	must[*tailrace.WriteReceipt](t)(first, answer, err)
	same(t, "status", answer.StatusCode, 201)
	same(t, "seq", first.Seq, int64(1))
	same(t, "etag", answer.Header.Get("ETag"), `"1"`)
	same(t, "replayed", answer.Header.Get("Idempotent-Replayed"), "")
	again, answer, err := write(client, channel, key, draft(moved, "card:7"))
	same(t, "receipt", must[*tailrace.WriteReceipt](t)(again, answer, err), first)
	same(t, "replayed", answer.Header.Get("Idempotent-Replayed"), "true")
}

func TestIsRefusedAnotherDraftUnderAKey_R10(t *testing.T) {
	channel, key := newChannel("board"), key()
	must[*tailrace.WriteReceipt](t)(write(client, channel, key, draft(moved, "card:7")))
	_, answer, err := write(client, channel, key, draft("another", "card:7"))
	same(t, "status", answer.StatusCode, 422)
	same(t, "type", why(t, err).Type, "/problems/idempotency-key-reused")
}

func TestReadsTheCurrentValueWhenItLosesARace_R14(t *testing.T) {
	channel := newChannel("board")
	must[*tailrace.WriteReceipt](t)(write(client, channel, key(), draft(moved, "card:7")))
	attempt := client.WritingAPI.AppendEvent(ctx, channel).EventDraft(draft(moved, "card:7"))
	_, answer, err := attempt.IdempotencyKey(key()).IfMatch(`"0"`).Execute()
	same(t, "status", answer.StatusCode, 412)
	current := why(t, err).Current
	same(t, "data", current.Data, interface{}(moved))
	match := fmt.Sprintf(`"%d"`, current.Seq)
	won := must[*tailrace.WriteReceipt](t)(attempt.IdempotencyKey(key()).IfMatch(match).Execute())
	same(t, "seq", won.Seq, int64(2))
}

func TestKeepsDataButNoMoreDigitsThanAFloat64Has(t *testing.T) {
	channel := newChannel("board")
	null := json.RawMessage("null") // nil is left out, and data is required
	for _, data := range []interface{}{moved, null, json.RawMessage("9007199254740993")} {
		must[*tailrace.WriteReceipt](t)(write(client, channel, key(), draft(data, "card:7")))
	}
	events, err := history(channel, 10)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "object", events[0].Data, interface{}(moved))
	same(t, "null", events[1].Data, nil)
	same(t, "number", events[2].Data, 9007199254740992.0)
}

func TestReadsHistoryToItsEndPageByPage_R20(t *testing.T) {
	channel := newChannel("board")
	writeBatch(t, channel, 25)
	events, err := history(channel, 10)
	if err != nil {
		t.Fatal(err)
	}
	var all []int64
	for i := int64(1); i <= 25; i++ {
		all = append(all, i)
	}
	same(t, "seqs", seqs(events), all)
}

func TestReadsASnapshot_R24(t *testing.T) {
	channel := newChannel("board")
	writeBatch(t, channel, 3)
	must[*tailrace.WriteReceipt](t)(write(client, channel, key(), draft(moved, "card:2")))
	snapshot := must[*tailrace.Snapshot](t)(client.ReadingAPI.ReadSnapshot(ctx, channel).Min(4).Execute())
	same(t, "seq", snapshot.Seq, int64(4))
	var keys []string
	for _, item := range snapshot.Items {
		keys = append(keys, item.GetKey())
	}
	slices.Sort(keys)
	same(t, "keys", keys, []string{"card:1", "card:2", "card:3"})
}

func TestSendsABatchAndReadsEachResult_R15(t *testing.T) {
	channel := newChannel("board")
	first, last := batchWrite(channel, 8), batchWrite(channel, 8)
	first.SetIfMatch("0")
	last.SetIfMatch("0")
	batch := tailrace.NewWriteBatch([]tailrace.BatchWrite{first, first, last})
	results := must[*tailrace.WriteResults](t)(client.WritingAPI.AppendBatch(ctx).WriteBatch(*batch).Execute()).Results
	same(t, "seq", results[0].Receipt.Seq, int64(1))
	same(t, "replayed", results[1].GetReplayed(), true)
	same(t, "status", results[2].Status, int32(412))
	same(t, "current", results[2].Problem.Current.Seq, int64(1))
}

func TestComesIsSeenAndLeaves_R30(t *testing.T) {
	channel := newChannel("board")
	beat := tailrace.NewPresenceBeat()
	beat.SetState(tailrace.PRESENCESTATE_IDLE)
	beat.SetMode(tailrace.PRESENCEMODE_EDITING)
	beat.SetMeta(map[string]interface{}{"colour": "red"})
	lease := must[*tailrace.PresenceLease](t)(client.PresentAPI.PutPresence(ctx, channel).PresenceBeat(*beat).Execute())
	same(t, "lease", lease.TtlMs > 0, true)
	here := must[*tailrace.PresenceList](t)(client.PresentAPI.ListPresence(ctx, channel).Execute()).Members[0]
	same(t, "user", here.User, "ada")
	same(t, "state", here.State, tailrace.PRESENCESTATE_IDLE)
	same(t, "meta", here.Meta["colour"], interface{}("red"))
	if _, err := client.PresentAPI.LeavePresence(ctx, channel).Execute(); err != nil {
		t.Fatal(err)
	}
	same(t, "count", must[*tailrace.PresenceList](t)(client.PresentAPI.ListPresence(ctx, channel).Execute()).Count, int32(0))
}

func TestAddsAMemberAndRemovesIt_R72(t *testing.T) {
	channel, api := newChannel("board"), client.ManagingAPI
	editor := *tailrace.NewMemberSpec(tailrace.ROLE_EDITOR)
	added := must[*tailrace.MemberChanged](t)(api.PutMember(ctx, channel, "grace").MemberSpec(editor).Execute())
	same(t, "added", added.Seq, int64(1))
	same(t, "role", must[*tailrace.Member](t)(api.GetMember(ctx, channel, "grace").Execute()).Role, tailrace.ROLE_EDITOR)
	same(t, "removed", must[*tailrace.MemberChanged](t)(api.RemoveMember(ctx, channel, "grace").Execute()).Seq, int64(2))
	_, answer, err := api.GetMember(ctx, channel, "grace").Execute()
	same(t, "status", answer.StatusCode, 404)
	same(t, "type", why(t, err).Type, "/problems/not-found")
}

func TestGetsATicketAndExtendsIt(t *testing.T) {
	channel, api := newChannel("board"), client.StreamingAPI
	must[*tailrace.WriteReceipt](t)(write(client, channel, key(), draft(moved, "card:7")))
	request := tailrace.NewTicketRequest([]string{channel})
	request.SetTtl(60)
	ticket := must[*tailrace.Ticket](t)(api.CreateTicket(ctx).TicketRequest(*request).Execute())
	extension := tailrace.NewTicketExtension(ticket.Ticket)
	extension.SetTtl(600)
	extended := must[*tailrace.Ticket](t)(api.ExtendTicket(ctx).TicketExtension(*extension).Execute())
	same(t, "later", extended.ExpiresAt.After(ticket.ExpiresAt), true)
	nobody := context.Background()
	page := must[*tailrace.HistoryPage](t)(client.ReadingAPI.ReadHistory(nobody, channel).Ticket(ticket.Ticket).Execute())
	same(t, "head", page.Head, int64(1))
}

func TestGetsNothingOf202InAnEphemeralChannel(t *testing.T) {
	receipt, answer, err := write(client, newChannel("pulse"), key(), draft(moved, "card:7"))
	must[*tailrace.WriteReceipt](t)(receipt, answer, err)
	same(t, "status", answer.StatusCode, 202)
	same(t, "receipt", receipt == nil, true)
}

func TestFollowsAndResumesWithTheStreamOfTheReadme_R21(t *testing.T) {
	channel := newChannel("board")
	writeBatch(t, channel, 5)
	read := func(from, channel, lastID string, most int) (seen []int64) {
		enough := errors.New("enough")
		_, err := Follow(ctx, from, token, []string{channel}, lastID, Handlers{
			Event: func(event *tailrace.Event) error {
				if seen = append(seen, event.Seq); len(seen) == most {
					return enough
				}
				return nil
			},
			SnapshotRequired: func(frame *tailrace.SnapshotRequiredFrame) error {
				return fmt.Errorf("the log is whole: %v", frame)
			},
		})
		same(t, "end", errors.Is(err, enough), true)
		return seen
	}
	same(t, "first", read(tomorrow, channel+"@0", "", 3), []int64{1, 2, 3})
	same(t, "second", read(server, channel, "3", 2), []int64{4, 5})
}

func TestIsNotBrokenByWhatALaterServerSays(t *testing.T) {
	later, channel, key := connect(tomorrow), newChannel("board"), key()
	receipt := must[*tailrace.WriteReceipt](t)(write(later, channel, key, draft(moved, "card:7")))
	same(t, "type", receipt.Type, "something.else@9999")
	must[*tailrace.PresenceLease](t)(
		later.PresentAPI.PutPresence(ctx, channel).PresenceBeat(*tailrace.NewPresenceBeat()).Execute())
	event := must[*tailrace.HistoryPage](t)(later.ReadingAPI.ReadHistory(ctx, channel).Execute()).Events[0]
	same(t, "type", event.Type, "something.else@9999")
	same(t, "data", event.Data, interface{}(moved))
	same(t, "member", event.AdditionalProperties["of_tomorrow"] != nil, true)
	same(t, "items", len(must[*tailrace.Snapshot](t)(later.ReadingAPI.ReadSnapshot(ctx, channel).Execute()).Items), 1)
	here := must[*tailrace.PresenceList](t)(later.PresentAPI.ListPresence(ctx, channel).Execute()).Members[0]
	same(t, "state", here.State, tailrace.PRESENCESTATE_UNKNOWN_DEFAULT_OPEN_API)
	contract := must[*tailrace.Channel](t)(later.ManagingAPI.GetChannel(ctx, channel).Execute()).Contract
	same(t, "conflict", contract.Conflict, tailrace.CONFLICT_UNKNOWN_DEFAULT_OPEN_API)
	viewer := *tailrace.NewMemberSpec(tailrace.ROLE_VIEWER)
	must[*tailrace.MemberChanged](t)(later.ManagingAPI.PutMember(ctx, channel, "grace").MemberSpec(viewer).Execute())
	member := must[*tailrace.Member](t)(later.ManagingAPI.GetMember(ctx, channel, "grace").Execute())
	same(t, "role", member.Role, tailrace.ROLE_UNKNOWN_DEFAULT_OPEN_API)
	audit := must[*tailrace.AuditPage](t)(later.ManagingAPI.ListAudit(ctx).Limit(1000).Execute())
	same(t, "audit", len(audit.Entries) > 0, true)
	request := *tailrace.NewTicketRequest([]string{channel})
	must[*tailrace.Ticket](t)(later.StreamingAPI.CreateTicket(ctx).TicketRequest(request).Execute())
	health := must[*tailrace.Health](t)(later.OperatingAPI.GetReadiness(ctx).Execute())
	same(t, "parts", len(health.GetParts()) > 0, true)

	_, _, err := write(later, channel, key, draft(1, "card:7"))
	same(t, "problem", why(t, err).Type, "/problems/of-tomorrow")
	_, answer, err := later.ManagingAPI.GetMember(ctx, channel, "nobody").Execute()
	same(t, "status", answer.StatusCode, 418)
	same(t, "title", why(t, err).Title != "", true)
}
