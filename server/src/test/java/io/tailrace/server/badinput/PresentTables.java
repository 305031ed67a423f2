package io.tailrace.server.badinput;

import static io.tailrace.server.badinput.Bad.get;
import static io.tailrace.server.badinput.Bad.send;

import java.util.stream.Stream;

/** The table of malformed requests about what is of the moment. */
final class PresentTables {

    private static final String JSON = "json-malformed";
    private static final String PARAMETER = "parameter-malformed";
    private static final String SIGNALS = "/v1/channels/chat:bad/signals";
    private static final String RECEIPT = "/v1/channels/chat:bad/receipt";
    private static final String RECEIPTS = "/v1/channels/chat:bad/receipts";
    private static final String PRESENCE = "/v1/channels/chat:bad/presence";

    private PresentTables() {}

    static Stream<Bad> requests() {
        return Stream.of(
                send("POST", SIGNALS, "", 400, JSON),
                send("POST", SIGNALS, "{}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":7}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"\"}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"a b\"}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"typing\",\"seq\":1}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"typing\",\"resource\":\"\"}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"typing\",\"resource\":\"a\\n\"}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"k\",\"resource\":\"" + "r".repeat(129) + "\"}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"k\",\"data\":\"" + "d".repeat(4_095) + "\"}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"k\",\"data\":NaN}", 400, JSON),
                send("POST", SIGNALS, "{\"kind\":\"k\",\"data\":" + "[".repeat(65) + "]".repeat(65) + "}", 400, JSON),
                send(
                        "POST",
                        SIGNALS,
                        "{\"kind\":\"k\",\"data\":\"" + "d".repeat(20_000) + "\"}",
                        413,
                        "body-too-large"),
                send("GET", SIGNALS, "", 405, "method-not-allowed"),
                send("PUT", RECEIPT, "{}", 400, JSON),
                send("PUT", RECEIPT, "{\"seq\":0}", 400, JSON),
                send("PUT", RECEIPT, "{\"seq\":-1}", 400, JSON),
                send("PUT", RECEIPT, "{\"seq\":\"1\"}", 400, JSON),
                send("PUT", RECEIPT, "{\"seq\":1.5}", 400, JSON),
                send("PUT", RECEIPT, "{\"seq\":99999999999999999999}", 400, JSON),
                send("PUT", RECEIPT, "{\"seq\":1,\"user\":\"bob\"}", 400, JSON),
                send("PUT", "/v1/channels/pulse:x/receipt", "{\"seq\":1}", 409, "not-offered"),
                get(RECEIPTS + "?limit=0", 400, PARAMETER),
                get(RECEIPTS + "?limit=1001", 400, PARAMETER),
                get(RECEIPTS + "?limit=x", 400, PARAMETER),
                get(RECEIPTS + "?limit=1&limit=2", 400, PARAMETER),
                get(RECEIPTS + "?nonsense=1", 400, PARAMETER),
                get(RECEIPTS + "?after=%00", 400, PARAMETER),
                get(RECEIPTS + "?after=" + "a".repeat(129), 400, PARAMETER),
                send("PUT", PRESENCE, "", 400, JSON),
                send("PUT", PRESENCE, "[]", 400, JSON),
                send("PUT", PRESENCE, "{\"state\":\"bored\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"state\":1}", 400, JSON),
                send("PUT", PRESENCE, "{\"mode\":\"king\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"user\":\"bob\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"resource\":\"\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"resource\":\"\\u0007\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"device\":\"\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"device\":\"" + "d".repeat(65) + "\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"device\":\"a\\nb\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"meta\":[]}", 400, JSON),
                send("PUT", PRESENCE, "{\"meta\":\"text\"}", 400, JSON),
                send("PUT", PRESENCE, "{\"meta\":{\"a\":\"" + "m".repeat(1_024) + "\"}}", 400, JSON),
                send("PUT", PRESENCE, "{\"meta\":{\"a\":1,\"a\":2}}", 400, JSON),
                send("PUT", PRESENCE, "{\"meta\":{\"a\":\"" + "m".repeat(20_000) + "\"}}", 413, "body-too-large"),
                send("POST", PRESENCE, "{}", 405, "method-not-allowed"),
                send("DELETE", PRESENCE + "?device=%0a", "", 400, PARAMETER),
                send("DELETE", PRESENCE + "?device=" + "d".repeat(65), "", 400, PARAMETER),
                send("DELETE", PRESENCE + "?other=1", "", 400, PARAMETER),
                get(PRESENCE + "?limit=0", 400, PARAMETER),
                get(PRESENCE + "?limit=1e3", 400, PARAMETER),
                get(PRESENCE + "?nonsense=1", 400, PARAMETER),
                get("/v1/channels/a%20b/presence", 400, PARAMETER),
                get("/v1/channels/board:bad/cursors", 426, "websocket-required"),
                get("/v1/channels/chat:bad/cursors", 409, "not-offered"));
    }
}
