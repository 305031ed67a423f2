# Tailrace behind Varnish 7: varnishd -f tailrace.vcl -p idle_send_timeout=150
vcl 4.1;

import directors;
import std;

probe ready {
    .url = "/health/ready";
    .interval = 1s;
    .timeout = 1s;
    .window = 2;
    .threshold = 1;
    .initial = 1;
}

backend tailrace_1 {
    .host = "tailrace-1";
    .port = "8080";
    .connect_timeout = 2s;
    # Longer than the longest heartbeat, 120 s, and than the longest poll.
    .first_byte_timeout = 75s;
    .between_bytes_timeout = 150s;
    .probe = ready;
}

backend tailrace_2 {
    .host = "tailrace-2";
    .port = "8080";
    .connect_timeout = 2s;
    .first_byte_timeout = 75s;
    .between_bytes_timeout = 150s;
    .probe = ready;
}

sub vcl_init {
    new tailrace = directors.round_robin();
    tailrace.add_backend(tailrace_1);
    tailrace.add_backend(tailrace_2);
}

sub vcl_recv {
    set req.backend_hint = tailrace.backend();
    # Nothing is kept: it is all of somebody, or of a moment. Without this, two streams of one URL would wait for each other.
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    # A write may be sent twice: its Idempotency-Key sees to it that it is applied once. That takes its body in memory.
    if (req.method == "POST" && req.url ~ "^/v1/(writes|channels/[^/]+/events)(\?|$)") {
        if (!std.cache_req_body(4MB)) {
            return (synth(413));
        }
    }
    return (pass);
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = "Upgrade";
    }
}

sub vcl_backend_response {
    set beresp.do_gzip = false;
    set beresp.do_gunzip = false;
    # Frames go out as they come.
    set beresp.do_stream = true;
    if (beresp.status >= 502 && beresp.status <= 504 && bereq.url ~ "^/v1/stream(\?|$)" && bereq.url !~ "[?&]wait=") {
        return (error(503));
    }
}

sub vcl_backend_error {
    if (bereq.retries == 0 && (bereq.method == "GET" || bereq.method == "HEAD"
            || (bereq.method == "POST" && bereq.url ~ "^/v1/(writes|channels/[^/]+/events)(\?|$)"))) {
        return (retry);
    }
    # Any status but 200 closes a browser's EventSource for good. A poll of /v1/stream is none: it understands 503.
    set beresp.http.Cache-Control = "no-store";
    if (bereq.url ~ "^/v1/stream(\?|$)" && bereq.url !~ "[?&]wait=") {
        set beresp.status = 200;
        set beresp.http.Content-Type = "text/event-stream";
        set beresp.http.Cache-Control = "no-store, no-transform";
        if (bereq.http.Origin) {
            set beresp.http.Access-Control-Allow-Origin = bereq.http.Origin;
            set beresp.http.Access-Control-Allow-Credentials = "true";
        }
        set beresp.body = "retry: " + std.integer(real = std.random(1000, 5000)) + {"

"};
    } else {
        set beresp.status = 503;
        set beresp.http.Content-Type = "application/problem+json";
        set beresp.http.Retry-After = "2";
        set beresp.body = {"{"type":"about:blank","title":"No node can be reached","status":503}"};
    }
    return (deliver);
}
