// r3labs/sse: it comes back after errors; after the end of a stream the caller does.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/r3labs/sse/v2"
)

func main() {
	// Events may be longer than the 64 KiB that it takes by itself.
	client := sse.NewClient(os.Getenv("URL"), sse.ClientMaxBufferSize(1<<20))
	client.Headers["Authorization"] = "Bearer " + os.Getenv("TOKEN")
	for {
		err := client.SubscribeRaw(func(event *sse.Event) {
			var body struct{ Seq int64 }
			// What was cut off is told as if it were an event: it is none unless it can be read. Its id is taken over even so,
			// which this header undoes.
			if len(event.Event) == 0 && json.Unmarshal(event.Data, &body) == nil {
				fmt.Println(body.Seq, string(event.ID))
				if os.Getenv("NAIVE") == "" {
					client.Headers["Last-Event-ID"] = string(event.ID)
				}
			}
		})
		fmt.Fprintln(os.Stderr, "ended:", err)
		time.Sleep(time.Second)
	}
}
