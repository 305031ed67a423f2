package io.tailrace.sdk.trial;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests a {@link Live}: one development instance for all of them, started when the first asks for it. */
public final class LiveServer implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(LiveServer.class);

    /** The instance and what stands in front of it; JUnit closes it behind the last test. */
    private record Running(DevInstance instance, Tomorrow tomorrow, Live live) implements AutoCloseable {

        static Running start() {
            var instance = DevInstance.start();
            var tomorrow = Tomorrow.before(instance.address());
            var live = new Live(instance.address(), tomorrow.address(), instance.token(Live.USER));
            return new Running(instance, tomorrow, live);
        }

        @Override
        public void close() {
            tomorrow.close();
            instance.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return parameter.getParameter().getType() == Live.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return extension
                .getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, any -> Running.start(), Running.class)
                .live();
    }
}
