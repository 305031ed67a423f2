package io.tailrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-74")
class ClientAddressTest {

    private final ClientAddress addresses = new ClientAddress(List.of(
            AddressRange.parse("10.0.0.0/8").orElseThrow(),
            AddressRange.parse("fd00::/8").orElseThrow()));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | ''                         | 192.0.2.1", // nobody in between
                "192.0.2.1 | 198.51.100.7               | 192.0.2.1", // whoever is not trusted may write what it likes
                "10.0.0.1  | 198.51.100.7               | 198.51.100.7",
                "10.0.0.1  | 203.0.113.9, 198.51.100.7  | 198.51.100.7", // what the client wrote stands before it
                "10.0.0.1  | 198.51.100.7, 10.2.3.4     | 198.51.100.7", // two proxies of ours
                "10.0.0.1  | 10.2.3.4                   | 10.2.3.4",
                "10.0.0.1  | 198.51.100.7, nonsense     | 10.0.0.1",
                "10.0.0.1  | example.org                | 10.0.0.1",
                "10.0.0.1  | ''                         | 10.0.0.1",
                "fd00::1   | 2001:db8::7                | 2001:db8::7",
                "2001:db8::1 | 198.51.100.7             | 2001:db8::1",
            })
    void isWhatTrustedProxiesSay(String peer, String forwarded, String expected) {
        var hops = forwarded.isEmpty() ? List.<String>of() : Arrays.asList(forwarded.split(","));
        assertThat(addresses.of(InetAddress.ofLiteral(peer), hops)).isEqualTo(InetAddress.ofLiteral(expected));
    }

    @Test
    void aHeaderOfTrustedAddressesWithoutEndIsNotReadToItsEnd() {
        var hops = new String[10_000];
        Arrays.fill(hops, "10.9.9.9");
        hops[0] = "198.51.100.7";
        assertThat(addresses.of(InetAddress.ofLiteral("10.0.0.1"), Arrays.asList(hops)))
                .isEqualTo(InetAddress.ofLiteral("10.9.9.9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "fd00::/129", "example.org", "10.0.0.0/8/8"})
    void otherTextIsNoRange(String text) {
        assertThat(AddressRange.parse(text)).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8::/32, 2001:db8:8000::1, true",
        "192.0.2.1, ::ffff:192.0.2.1, true",
    })
    void rangesHoldWhatBeginsLikeThem(String range, String address, boolean held) {
        assertThat(AddressRange.parse(range).orElseThrow().contains(InetAddress.ofLiteral(address)))
                .isEqualTo(held);
    }
}
