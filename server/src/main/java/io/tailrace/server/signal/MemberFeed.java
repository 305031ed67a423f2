package io.tailrace.server.signal;

import io.tailrace.wire.ChannelId;

/** Where noticeboards have member lists from. Any thread; nothing blocks. */
public interface MemberFeed {

    /** Channels have no member lists. */
    MemberFeed NONE = new MemberFeed() {
        @Override
        public Following follow(ChannelId channel, Listener listener) {
            return () -> {};
        }

        @Override
        public void changed(ChannelId channel) {}
    };

    /** Follows the member list of a channel. */
    Following follow(ChannelId channel, Listener listener);

    /** The bus says that the list of this channel has changed. */
    void changed(ChannelId channel);

    /** Ends what it stands for. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }

    /** Told in order, on any thread; must be quick. */
    interface Listener {

        /** The list is known from now on. */
        void known(MemberList list);

        /** It has changed. @param number one more than that of the change before */
        void changed(long number, Notice notice);
    }
}
