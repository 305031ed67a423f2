package io.tailrace.log.postgres;

import io.tailrace.log.Append;
import io.tailrace.log.IfMatch;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A batch as the aligned arrays that {@code tailrace.append_batch} takes: each distinct channel, item, actor and
 * idempotency key once, and the writes pointing to them by index, from 1; 0 stands for none.
 */
final class AppendArrays {

    private record Item(int channel, String key) {}

    private record Right(int channel, Actor actor) {}

    private record Scoped(String tenant, String principal, String key) {}

    /** First use of a key: by which write of the batch, and which place that write has in its channel. */
    private record Claim(Append first, int channel, int rank) {}

    private static final byte[] NO_PRINT = {};

    private final List<Append> batch;
    private final Map<ChannelId, Integer> channels = new LinkedHashMap<>();
    private final Map<Item, Integer> items = new LinkedHashMap<>();
    private final Map<Right, Integer> rights = new LinkedHashMap<>();
    private final Map<Scoped, Integer> keys = new LinkedHashMap<>();
    private final Map<Scoped, Claim> claims = new LinkedHashMap<>();
    private final Map<Integer, Integer> ranks = new LinkedHashMap<>();

    private AppendArrays(List<Append> batch) {
        this.batch = batch;
    }

    /** The function's arguments, in its order. */
    static @Nullable Object[] of(List<Append> batch) {
        var arrays = new AppendArrays(batch);
        batch.forEach(arrays::index);
        return arrays.arguments();
    }

    private void index(Append append) {
        int channel = indexOf(channels, append.channel());
        Scoped key = scoped(append, append.key().value());
        indexOf(keys, key);
        indexOf(rights, new Right(channel, append.actor()));
        if (append.via() != null) {
            indexOf(rights, new Right(channel, named(append)));
        }
        if (append.draft().key() != null) {
            indexOf(items, new Item(channel, append.draft().key()));
        }
        if (append.ifMatch() instanceof IfMatch.Earlier(var earlier)) {
            indexOf(keys, scoped(append, earlier.value()));
        }
        if (!claims.containsKey(key)) {
            claims.put(key, new Claim(append, channel, ranks.merge(channel, 1, Integer::sum)));
        }
    }

    /** In whose name it is, to be asked for what was issued before the writer's own token was. */
    private static Actor named(Append append) {
        Actor writer = append.actor();
        return new Actor(writer.tenant(), append.by(), null, null, writer.issuedAt());
    }

    private static Scoped scoped(Append append, String key) {
        return new Scoped(append.channel().tenant(), append.actor().user(), key);
    }

    private static <T> int indexOf(Map<T, Integer> indices, T value) {
        return indices.computeIfAbsent(value, v -> indices.size() + 1);
    }

    private @Nullable Object[] arguments() {
        List<ChannelId> c = List.copyOf(channels.keySet());
        List<Item> p = List.copyOf(items.keySet());
        List<Right> r = List.copyOf(rights.keySet());
        List<Scoped> k = List.copyOf(keys.keySet());
        var all = new ArrayList<@Nullable Object>();
        all.add(texts(c, ChannelId::tenant));
        all.add(texts(c, channel -> channel.name().value()));
        all.add(ints(p, Item::channel));
        all.add(texts(p, Item::key));
        all.add(ints(r, Right::channel));
        all.add(texts(r, right -> right.actor().user()));
        all.add(texts(r, right -> right.actor().tokenId()));
        all.add(texts(r, right -> right.actor().device()));
        all.add(r.stream()
                .mapToLong(right -> right.actor().issuedAt().toEpochMilli())
                .toArray());
        all.add(texts(k, Scoped::tenant));
        all.add(texts(k, Scoped::principal));
        all.add(texts(k, Scoped::key));
        all.add(ints(k, key -> claims.containsKey(key) ? claims.get(key).channel() : 0));
        all.add(ints(k, key -> claims.containsKey(key) ? claims.get(key).rank() : 0));
        all.add(prints(
                k,
                key -> claims.containsKey(key) ? Fingerprint.of(claims.get(key).first()) : NO_PRINT));
        all.add(ints(batch, this::channel));
        all.add(ints(batch, this::item));
        all.add(ints(batch, append -> index(rights, new Right(channel(append), append.actor()))));
        all.add(flags());
        all.add(batch.stream().mapToLong(Append::contractVersion).toArray());
        all.add(ints(batch, append -> index(keys, scoped(append, append.key().value()))));
        all.add(prints(batch, Fingerprint::of));
        all.add(batch.stream().map(AppendArrays::revision).toArray(Long[]::new));
        all.add(ints(batch, this::earlier));
        all.add(texts(batch, append -> append.draft().type()));
        all.add(texts(batch, append -> append.draft().data().text()));
        all.add(texts(batch, append -> append.draft().ref()));
        all.add(texts(batch, Append::by));
        all.add(texts(batch, Append::trace));
        addNamed(all);
        return all.toArray();
    }

    /** The writes in another's name. */
    private void addNamed(List<@Nullable Object> all) {
        var places = IntStream.range(0, batch.size())
                .filter(i -> batch.get(i).via() != null)
                .boxed()
                .toList();
        all.add(ints(places, i -> i + 1));
        all.add(ints(places, i -> index(rights, new Right(channel(batch.get(i)), named(batch.get(i))))));
        all.add(texts(places, i -> batch.get(i).address()));
    }

    private int channel(Append append) {
        return index(channels, append.channel());
    }

    private int item(Append append) {
        String key = append.draft().key();
        return key == null ? 0 : index(items, new Item(channel(append), key));
    }

    private static @Nullable Long revision(Append append) {
        return append.ifMatch() instanceof IfMatch.Revision(long seq) ? seq : null;
    }

    private int earlier(Append append) {
        return append.ifMatch() instanceof IfMatch.Earlier(var key) ? index(keys, scoped(append, key.value())) : 0;
    }

    private boolean[] flags() {
        var member = new boolean[batch.size()];
        for (int i = 0; i < member.length; i++) {
            member[i] = batch.get(i).standing() == Standing.MEMBERSHIP;
        }
        return member;
    }

    private static <T> int index(Map<T, Integer> indices, T value) {
        return indices.getOrDefault(value, 0);
    }

    private static <T> int[] ints(List<T> from, ToIntFunction<T> component) {
        return from.stream().mapToInt(component).toArray();
    }

    private static <T> @Nullable String[] texts(List<T> from, Function<T, @Nullable String> component) {
        @Nullable String[] texts = new @Nullable String[from.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = component.apply(from.get(i));
        }
        return texts;
    }

    private static <T> byte[][] prints(List<T> from, Function<T, byte[]> component) {
        return from.stream().map(component).toArray(byte[][]::new);
    }
}
