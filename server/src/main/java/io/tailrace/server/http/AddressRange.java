package io.tailrace.server.http;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Addresses with a common beginning, as {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
 *
 * @param bits of the beginning, at most those of the address
 */
public record AddressRange(InetAddress first, int bits) {

    /** The range of that text, or the single address; empty when it is neither. Names are not looked up. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        return address(slash < 0 ? text : text.substring(0, slash)).flatMap(address -> {
            int most = address.getAddress().length * Byte.SIZE;
            try {
                int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
                return Optional.of(new AddressRange(address, bits)).filter(range -> bits >= 0 && bits <= most);
            } catch (NumberFormatException notOne) {
                return Optional.empty();
            }
        });
    }

    /** The address of that text; empty when it is none. Names are not looked up. */
    static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    boolean contains(InetAddress address) {
        byte[] ours = first.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 1 << Byte.SIZE - 1 - bit % Byte.SIZE;
            if ((ours[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }
}
