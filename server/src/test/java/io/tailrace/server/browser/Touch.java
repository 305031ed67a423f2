package io.tailrace.server.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;

/** A finger on a window, by the browser's own protocol: it gives all the events that a real one gives. */
final class Touch {

    private final CDPSession session;

    Touch(Window window) {
        this.session = window.context().newCDPSession(window.page());
    }

    void start(double x, double y) {
        send("touchStart", x, y);
    }

    void move(double x, double y) {
        send("touchMove", x, y - 10);
        send("touchMove", x, y);
    }

    void end() {
        var event = new JsonObject();
        event.addProperty("type", "touchEnd");
        event.add("touchPoints", new JsonArray());
        session.send("Input.dispatchTouchEvent", event);
    }

    private void send(String type, double x, double y) {
        var point = new JsonObject();
        point.addProperty("x", x);
        point.addProperty("y", y);
        var points = new JsonArray();
        points.add(point);
        var event = new JsonObject();
        event.addProperty("type", type);
        event.add("touchPoints", points);
        session.send("Input.dispatchTouchEvent", event);
    }
}
