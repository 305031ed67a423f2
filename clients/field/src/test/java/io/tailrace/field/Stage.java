package io.tailrace.field;

import io.tailrace.testkit.browser.Chromium;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Site} that they ask for, by {@code @ExtendWith(Stage.class)}: one for all classes, for it
 * takes seconds to start. A {@link Chromium} is a class's own: Playwright belongs to one thread.
 */
public final class Stage implements ParameterResolver {

    private static final ExtensionContext.Namespace ROOM = ExtensionContext.Namespace.create(Stage.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == Site.class || type == Chromium.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == Site.class) {
            return one(context.getRoot(), Site.class, Site::start);
        }
        var ofClass = context.getParent().filter(parent -> parent.getTestClass().isPresent());
        return one(ofClass.orElse(context), Chromium.class, Chromium::launch);
    }

    private static <T> T one(ExtensionContext context, Class<T> type, Supplier<T> start) {
        return context.getStore(ROOM).computeIfAbsent(type, any -> start.get(), type);
    }
}
