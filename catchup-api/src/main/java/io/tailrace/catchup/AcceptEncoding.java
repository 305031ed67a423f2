package io.tailrace.catchup;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Arrays;
import java.util.Locale;

/** What a request's {@code Accept-Encoding} (RFC 9110, section 12.5.3) says about gzip. */
public final class AcceptEncoding {

    private AcceptEncoding() {}

    /** Whether the client takes gzip: it names it, or everything, and not with a weight of zero. Without the header: no. */
    public static boolean gzip(Headers headers) {
        var said = headers.contains(HeaderNames.ACCEPT_ENCODING)
                ? String.join(",", headers.get(HeaderNames.ACCEPT_ENCODING).allValues())
                : "";
        boolean any = false;
        for (String entry : said.split(",", -1)) {
            var parts = entry.strip().toLowerCase(Locale.ROOT).split(";", -1);
            var coding = parts[0].strip();
            if (coding.equals("gzip") || coding.equals("x-gzip")) {
                return wanted(parts);
            }
            any |= coding.equals("*") && wanted(parts);
        }
        return any;
    }

    /** Whether there is no weight, or one above zero; one that cannot be read is none. */
    private static boolean wanted(String[] parts) {
        return Arrays.stream(parts).skip(1).map(String::strip).noneMatch(part -> part.replace(" ", "")
                .matches("q=0(\\.0{0,3})?"));
    }
}
