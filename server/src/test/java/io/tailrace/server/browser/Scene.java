package io.tailrace.server.browser;

import io.tailrace.testkit.browser.Chromium;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Instance} and the {@link Chromium} that they ask for: one of each for all classes, for both
 * take seconds to start. Who kills a node starts it again.
 */
final class Scene implements ParameterResolver {

    private static final ExtensionContext.Namespace ROOM = ExtensionContext.Namespace.create(Scene.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == Instance.class || type == Chromium.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var store = context.getRoot().getStore(ROOM);
        return parameter.getParameter().getType() == Chromium.class
                ? store.computeIfAbsent(Chromium.class, type -> Chromium.launch(), Chromium.class)
                : store.computeIfAbsent(Instance.class, type -> up(), Instance.class);
    }

    private static Instance up() {
        try {
            return Instance.up();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("no instance can be started", e);
        }
    }
}
