package io.tailrace.wire;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** JSON that we do not accept. Cheap to throw: it carries no stack trace, for it tells about input, not about code. */
public final class JsonFault extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String pointer;

    public JsonFault(String reason) {
        this(reason, "");
    }

    /**
     * @param reason one sentence for the sender, without any of its data
     * @param pointer the JSON Pointer (RFC 6901) of the member at fault, empty when it is the whole or not known
     */
    public JsonFault(String reason, String pointer) {
        super(reason, null, false, false);
        this.pointer = pointer;
    }

    /** One sentence that says what is wrong. */
    public String reason() {
        @Nullable String message = getMessage();
        return message == null ? "not acceptable JSON" : message;
    }

    /** JSON Pointer of the member at fault; empty for the whole document. */
    public String pointer() {
        return pointer;
    }
}
