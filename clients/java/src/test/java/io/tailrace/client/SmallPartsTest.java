package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class SmallPartsTest {

    @Test
    @Tag("R-51")
    void waitsGrowUpToTheCapWithFullJitter() {
        var backoff = new Backoff(new Random(3));
        for (int i = 0; i < 40; i++) {
            long span = Math.min(Backoff.CAP, Backoff.BASE << Math.min(i, 10));
            assertThat(backoff.next(-1)).isBetween(0L, span);
        }
        backoff.reset();
        assertThat(backoff.next(-1)).isLessThanOrEqualTo(Backoff.BASE);
    }

    @Test
    @Tag("R-51")
    void waitsAtLeastAsLongAsItWasAskedToButNotForEver() {
        var backoff = new Backoff(new Random(3));
        assertThat(backoff.next(7_000)).isBetween(7_000L, 8_000L);
        assertThat(backoff.next(Long.MAX_VALUE)).isBetween(Backoff.LONGEST_ASKED, Backoff.LONGEST_ASKED + 1_000);
    }

    @Test
    void readsRetryAfterInBothForms() {
        var date = "Mon, 23 Nov 2026 08:00:00 GMT";
        assertThat(RetryAfter.millis("5", null)).isEqualTo(5_000);
        assertThat(RetryAfter.millis("Mon, 23 Nov 2026 08:00:10 GMT", date)).isEqualTo(10_000);
        assertThat(RetryAfter.millis("Mon, 23 Nov 2026 07:00:10 GMT", date)).isZero();
        assertThat(RetryAfter.millis("Mon, 23 Nov 2026 08:00:10 GMT", null)).isEqualTo(-1);
        for (var nonsense : List.of("", "soon", "-1", "1.5", "99999999999999")) {
            assertThat(RetryAfter.millis(nonsense, date)).as(nonsense).isEqualTo(-1);
        }
        assertThat(RetryAfter.millis(null, date)).isEqualTo(-1);
    }

    @Test
    @Tag("R-10")
    void keysAscendAndTellTheirTime() {
        var loop = new ManualLoop();
        var ids = new Uuid7(loop, new Random(4));
        var before = "";
        for (int i = 0; i < 10_000; i++) {
            var id = ids.next();
            assertThat(UUID.fromString(id).version()).isEqualTo(7);
            assertThat(UUID.fromString(id).variant()).isEqualTo(2);
            assertThat(id).isGreaterThan(before);
            before = id;
            if (i == 0) {
                assertThat(Long.parseLong(id.replace("-", "").substring(0, 12), 16))
                        .isEqualTo(loop.wall());
            }
            if (i % 4_500 == 0) {
                loop.sleep(-1);
            }
        }
        loop.stop();
    }

    @Test
    void knowsWhenATokenEndsWithoutBelievingIt() {
        assertThat(Jwt.end(jwt("{\"exp\":1000,\"iat\":400}"), 500_000)).isEqualTo(1_000_000);
        assertThat(Jwt.end(jwt("{\"exp\":1000,\"iat\":900}"), 500_000))
                .as("a clock that is late")
                .isEqualTo(600_000);
        for (var token : List.of("", "a.b", "a.!.c", "opaque", jwt("[]"), jwt("{}"), jwt("{\"exp\":\"x\"}"))) {
            assertThat(Jwt.end(token, 0)).as(token).isEqualTo(Long.MAX_VALUE);
        }
    }

    private static String jwt(String claims) {
        return "e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".sig";
    }

    @Test
    void numbersComeBackDigitForDigit() throws Exception {
        var text = "{\"n\":1.50,\"big\":1e200000,\"list\":[1,null,\"\\u0041\"]}";
        assertThat(Json.raw(Json.object("{\"data\":" + text + "}"), "data", ""))
                .isEqualTo(text.replace("\\u0041", "A"));
    }

    @Test
    void whatIsNotOneJsonObjectIsRefused() {
        for (var text : List.of(
                "",
                "[]",
                "{",
                "{}{}",
                "{'a':1}",
                "{a:1}",
                "null",
                "{\"a\":1,}",
                "<html>",
                "{\"a\":\"\n\"}",
                "[".repeat(100_000))) {
            assertThatThrownBy(() -> Json.object(text))
                    .as(text.substring(0, Math.min(20, text.length())))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void aPublisherGivesTheLatestToWhoAsksLate() {
        var value = new Value<>(0, new Callbacks(Runnable::run));
        var got = new ArrayList<Integer>();
        var subscriptions = new ArrayList<Flow.Subscription>();
        Publishers.of(value).subscribe(new Flow.Subscriber<Integer>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriptions.add(subscription);
            }

            @Override
            public void onNext(Integer next) {
                got.add(next);
            }

            @Override
            public void onError(@Nullable Throwable fault) {
                got.add(-1);
            }

            @Override
            public void onComplete() {}
        });
        var subscription = subscriptions.get(0);
        assertThat(got).isEmpty();
        subscription.request(1);
        value.set(1);
        value.set(2);
        assertThat(got).containsExactly(0);
        subscription.request(Long.MAX_VALUE);
        subscription.request(Long.MAX_VALUE);
        value.set(3);
        assertThat(got).containsExactly(0, 2, 3);
        subscription.cancel();
        value.set(4);
        assertThat(got).containsExactly(0, 2, 3);
        subscription.request(0);
        assertThat(got).endsWith(-1);
    }

    @Test
    void aListenerThatThrowsDoesNotKeepTheNextFromBeingTold() {
        var told = new ArrayList<String>();
        var callbacks = new Callbacks(Runnable::run);
        var thread = Thread.currentThread();
        var before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((where, fault) -> told.add(String.valueOf(fault.getMessage())));
        try {
            callbacks.run(() -> {
                throw new IllegalStateException("mine");
            });
            callbacks.run(() -> told.add("next"));
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(told).containsExactly("mine", "next");
    }

    @Test
    @Tag("R-32")
    void typingIsSaidEveryThreeSecondsAtMost() {
        var loop = new ManualLoop();
        var typing = new Typing(loop);
        assertThat(typing.due("a", null)).isTrue();
        loop.advance(Typing.EVERY - 1);
        assertThat(typing.due("a", null)).isFalse();
        assertThat(typing.due("a", "card:1")).isTrue();
        loop.advance(Typing.EVERY);
        assertThat(typing.due("a", "card:1")).isTrue();
        assertThat(typing.ended("a", "card:1")).isTrue();
        assertThat(typing.ended("a", "card:1")).isFalse();
        loop.stop();
    }

    @Test
    void namesThatAreNoneAreRefusedBeforeAnythingIsSent() throws Exception {
        try (var tailrace =
                Tailrace.builder().url("http://127.0.0.1:1").token("t").connect()) {
            assertThatThrownBy(() -> tailrace.channel("a b")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Start.at("v.abc")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Start.after(-1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Tailrace.builder().url("ftp://x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tailrace.builder().connect()).isInstanceOf(IllegalStateException.class);
    }
}
