package io.tailrace.server.gateway;

import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a client that polls knows of the moment, which its position does not tell: it gets this with each answer and sends it
 * back. Opaque to it; of another run, or another list of channels, it does no harm.
 *
 * @param run of a node, whose showings are counted
 * @param showing the last of that run's that the client was told all of
 * @param lists the digest of each channel's member list, in the order of their names; those that are not there are of nobody
 */
record Moment(int run, long showing, List<Integer> lists) {

    private static final int HEAD = Integer.BYTES + Long.BYTES;
    private static final int DIGEST_BYTES = 3;

    /** As long as five hundred channels make it. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{16,2048}");

    Moment {
        lists = List.copyOf(lists);
    }

    /** @throws Refusal 400 for what was never one */
    static Moment parse(String text) {
        if (!FORM.matcher(text).matches() || text.length() % 4 == 1) {
            throw new Refusal(ProblemType.PARAMETER_MALFORMED, "moment: what the last answer said");
        }
        var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
        int run = bytes.getInt();
        long showing = bytes.getLong();
        var lists = new Integer[bytes.remaining() / DIGEST_BYTES];
        Arrays.setAll(lists, each -> (bytes.get() & 0xff) << 16 | (bytes.get() & 0xff) << 8 | bytes.get() & 0xff);
        return new Moment(run, showing, List.of(lists));
    }

    /** The digest of the channel at {@code index}. */
    int list(int index) {
        return index < lists.size() ? lists.get(index) : 0;
    }

    String text() {
        int count = lists.size();
        while (count > 0 && lists.get(count - 1) == 0) {
            count--;
        }
        var bytes = ByteBuffer.allocate(HEAD + DIGEST_BYTES * count).putInt(run).putLong(showing);
        for (int digest : lists.subList(0, count)) {
            bytes.put((byte) (digest >> 16)).put((byte) (digest >> 8)).put((byte) digest);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
