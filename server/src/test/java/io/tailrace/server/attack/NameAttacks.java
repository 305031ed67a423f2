package io.tailrace.server.attack;

import static io.tailrace.server.attack.Attack.of;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Names, positions, tickets and ids that belong to somebody else, and paths that lead around. */
final class NameAttacks {

    private static final String STREAM = "/v1/stream?wait=0&channel=" + Target.CHANNEL;

    private NameAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(positions(), tickets(), streams(), paths(), members()).flatMap(each -> each);
    }

    private static Stream<Attack> positions() {
        return Stream.of(
                of(
                        "a position of another tenant's",
                        target -> poll(target.checkpoint()).bearer(target.rival()),
                        200),
                of(
                        "a position of another user's",
                        target -> poll(target.checkpoint()).bearer(target.guest()),
                        403),
                of(
                        "a position of another user who may read",
                        target -> many(target.checkpoint()).bearer(target.viewer()),
                        200),
                of("a vector that is forged", target -> poll("v.AAAAAAAAAAAA").bearer(target.rival()), 200),
                of(
                        "a checkpoint that is guessed",
                        target -> poll("k.AAAAAAAAAAAAAAAA").bearer(target.rival()),
                        200),
                of("a seq beyond the head", target -> poll("999999999999").bearer(target.rival()), 200),
                of("a seq that overflows", target -> poll("9223372036854775808").bearer(target.rival()), 200, 400),
                of("a negative seq", target -> poll("-1").bearer(target.rival()), 200, 400),
                of("an epoch to come", target -> poll("99~1").bearer(target.rival()), 200, 400),
                of(
                        "a position of SQL",
                        target -> poll("1%27%3BDROP%20TABLE%20event").bearer(target.rival()),
                        200,
                        400),
                of(
                        "a position of 10,000 characters",
                        target -> poll("1".repeat(10_000)).bearer(target.rival()),
                        200,
                        400),
                of(
                        "a position with a line break",
                        target -> Request.get(STREAM).bearer(target.rival()).header("Last-Event-ID", "1\u0085data: x"),
                        200,
                        400));
    }

    private static Request poll(String position) {
        return Request.get(STREAM + "&last_event_id=" + position);
    }

    private static Request many(String position) {
        return Request.get("/v1/stream?wait=0&channel=chat:lobby&last_event_id=" + position);
    }

    private static Stream<Attack> tickets() {
        String lobby = "{\"channels\":[\"chat:lobby\"]}";
        String cursors = "{\"channels\":[\"" + Target.CHANNEL + "\"],\"for\":\"cursors\"}";
        return Stream.of(
                of("a ticket for another channel", target -> ticketed(target.ticket(target.guest(), lobby)), 403),
                of(
                        "a ticket of another tenant",
                        target ->
                                ticketed(target.ticket(target.rival(), "{\"channels\":[\"" + Target.CHANNEL + "\"]}")),
                        200,
                        404),
                of("a ticket for cursors", target -> ticketed(target.ticket(target.ada(), cursors)), 401),
                of("a ticket that is guessed", target -> ticketed("A".repeat(43)), 401),
                of("a ticket of SQL", target -> ticketed("%27%20OR%201=1--"), 401),
                of(
                        "a ticket for what its owner may not read",
                        target -> Request.of("POST", "/v1/tickets", "{\"channels\":[\"" + Target.CHANNEL + "\"]}")
                                .bearer(target.guest()),
                        403),
                of(
                        "a ticket made from a ticket",
                        target -> Request.of("POST", "/v1/tickets?ticket=" + target.ticket(target.ada(), lobby), lobby),
                        401),
                of(
                        "another user's ticket to go on",
                        target -> Request.of(
                                        "PUT",
                                        "/v1/tickets",
                                        "{\"ticket\":\"" + target.ticket(target.ada(), lobby) + "\"}")
                                .bearer(target.viewer()),
                        422),
                of(
                        "a ticket that writes",
                        target -> Request.of(
                                        "POST",
                                        Target.HISTORY + "?ticket="
                                                + target.ticket(
                                                        target.ada(), "{\"channels\":[\"" + Target.CHANNEL + "\"]}"),
                                        "{\"type\":\"t\",\"data\":1}")
                                .header("Idempotency-Key", "k"),
                        401),
                of(
                        "a ticket that deletes",
                        target -> Request.of(
                                "DELETE",
                                "/v1/channels/" + Target.CHANNEL + "?ticket="
                                        + target.ticket(target.ada(), "{\"channels\":[\"" + Target.CHANNEL + "\"]}"),
                                ""),
                        401),
                of(
                        "a ticket from another site",
                        target -> ticketed(target.ticket(target.ada(), "{\"channels\":[\"" + Target.CHANNEL + "\"]}"))
                                .header("Origin", "https://evil.example"),
                        403),
                of(
                        "a ticket from a page without an origin",
                        target -> ticketed(target.ticket(target.ada(), "{\"channels\":[\"" + Target.CHANNEL + "\"]}"))
                                .header("Origin", "null"),
                        403));
    }

    private static Request ticketed(String ticket) {
        return Request.get(Target.HISTORY + "?ticket=" + ticket);
    }

    private static Stream<Attack> streams() {
        Function<Target, String> theirs = target -> "/v1/streams/" + target.streamId();
        String change = "{\"add\":[\"chat:lobby\"]}";
        return Stream.of(
                of(
                        "another user looks at a stream",
                        target -> Request.get(theirs.apply(target)).bearer(target.viewer()),
                        404),
                of(
                        "another user changes a stream",
                        target -> Request.of("PATCH", theirs.apply(target), change)
                                .bearer(target.viewer()),
                        404),
                of(
                        "another user renews a stream",
                        target -> Request.of("PUT", theirs.apply(target) + "/token", "")
                                .bearer(target.viewer()),
                        404),
                of(
                        "another tenant's user of that name looks",
                        target -> Request.get(theirs.apply(target)).bearer(target.rival()),
                        404),
                of(
                        "another tenant's user of that name changes",
                        target -> Request.of("PATCH", theirs.apply(target), change)
                                .bearer(target.rival()),
                        404),
                of(
                        "another tenant's user of that name renews",
                        target -> Request.of("PUT", theirs.apply(target) + "/token", "")
                                .bearer(target.rival()),
                        404),
                of("nobody looks", target -> Request.get(theirs.apply(target)), 401),
                of(
                        "a stream that is guessed",
                        target -> Request.get("/v1/streams/" + guess(target.streamId()))
                                .bearer(target.viewer()),
                        404),
                of(
                        "a stream of a node that is none",
                        target -> Request.get("/v1/streams/AAAAAAAAAAAAAAAA.nowhere")
                                .bearer(target.viewer()),
                        503),
                of(
                        "a stream of a node named like a key of Redis",
                        target -> Request.get("/v1/streams/AAAAAAAAAAAAAAAA.*").bearer(target.viewer()),
                        404));
    }

    /** On the same node: what stands behind the random part names it. */
    private static String guess(String id) {
        return (id.charAt(0) == 'A' ? 'B' : 'A') + id.substring(1);
    }

    private static Stream<Attack> paths() {
        return Stream.of(
                        "/v1/channels/chat:lobby/%2e%2e/" + Target.CHANNEL + "/events",
                        "/v1/channels/chat:lobby/../" + Target.CHANNEL + "/events",
                        "/v1/channels/chat:lobby%2f..%2f" + Target.CHANNEL + "/events",
                        "/v1/channels/chat:lobby%00" + Target.CHANNEL + "/events",
                        "/v1/channels/" + Target.CHANNEL + "%00/events",
                        "/v1/channels/" + Target.CHANNEL + "%2500/events",
                        "/v1/channels/" + Target.CHANNEL + "%2fevents",
                        "/v1/channels/%2e/" + Target.CHANNEL + "/events",
                        "/v1/channels/board%253asecret/events",
                        "/v1/channels/board%c0%baabc/events",
                        "/v1/channels/board%e2%80%8b:secret/events",
                        "/v1/channels//" + Target.CHANNEL + "/events",
                        "//v1/channels/" + Target.CHANNEL + "/events",
                        "/v1/./channels/" + Target.CHANNEL + "/events",
                        "/V1/channels/" + Target.CHANNEL + "/events",
                        "/v1/channels/" + Target.CHANNEL + ";a=b/events",
                        "/v1/channels/acme/" + Target.CHANNEL + "/events",
                        "/v1/channels/acme:" + Target.CHANNEL + "/events",
                        "/metrics",
                        "/../metrics",
                        "/board/../../etc/passwd",
                        "/board/%2e%2e/%2e%2e/tailrace.properties",
                        "/board/..%5c..%5cwindows")
                .map(path -> of("path " + path, target -> Request.get(path).bearer(target.guest()), 400, 403, 404));
    }

    private static Stream<Attack> members() {
        String role = "{\"role\":\"manager\"}";
        String member = "/v1/channels/" + Target.CHANNEL + "/members/mallory";
        return Stream.of(
                        List.of("PUT", member, role),
                        List.of("DELETE", member, ""),
                        List.of("PUT", "/v1/channels/" + Target.CHANNEL, "{}"),
                        List.of("DELETE", "/v1/channels/" + Target.CHANNEL, ""),
                        List.of("PUT", "/v1/namespaces/board", "{\"durability\":\"ephemeral\"}"),
                        List.of("POST", "/v1/revocations", "{\"kind\":\"user\",\"subject\":\"ada\"}"))
                .map(each -> of(
                        "a viewer does " + each.get(0) + " " + each.get(1),
                        target -> Request.of(each.get(0), each.get(1), each.get(2))
                                .bearer(target.viewer()),
                        400,
                        403));
    }
}
