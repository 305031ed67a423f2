package trial

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	tailrace "github.com/tailrace/sdk"
)

// readme

// Handlers are told of frames; an error of theirs ends the stream.
type Handlers struct {
	Event            func(*tailrace.Event) error
	SnapshotRequired func(*tailrace.SnapshotRequiredFrame) error
}

// Follow reads the stream until it ends: follow again with a backoff, from the id that it returns. Channels are names,
// or name@seq to start behind an event.
func Follow(ctx context.Context, server, token string, channels []string, lastID string, on Handlers) (string, error) {
	query := url.Values{"channel": channels}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/v1/stream?"+query, nil)
	if err != nil {
		return lastID, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return lastID, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return lastID, fmt.Errorf("the stream was refused: %s", response.Status)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 4<<20) // an event may be long
	name, id, data := "message", lastID, ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case field == "event":
			name = value
		case field == "id":
			id = value
		case field == "data":
			data += value
		case lines.Text() == "" && data != "":
			if err := on.frame(name, []byte(data)); err != nil {
				return lastID, err
			}
			lastID, name, data = id, "message", ""
		}
	}
	return lastID, lines.Err()
}

func (on Handlers) frame(name string, data []byte) error {
	switch name {
	case "message":
		event := new(tailrace.Event)
		if err := json.Unmarshal(data, event); err != nil {
			return err
		}
		return on.Event(event)
	case "snapshot.required":
		frame := new(tailrace.SnapshotRequiredFrame)
		if err := json.Unmarshal(data, frame); err != nil {
			return err
		}
		return on.SnapshotRequired(frame)
	}
	return nil // frames of other names, which may be new, are passed over
}

// end
