package dev.jarbor.network.dns;

import java.util.Optional;
import org.xbill.DNS.Message;

/** Name servers that know the world outside of the cluster. May wait for them, within a limit. */
interface Upstream {
    /**
     * Asks {@code query}.
     *
     * @param tcp whether to ask over TCP, where an answer may be of any length
     * @return the answer under the id of {@code query}; absent when no server answered
     */
    Optional<Message> ask(Message query, boolean tcp);

    /** Whether {@code query} is one of its own that came back: then asking would go round in circles. */
    boolean isOwn(Message query);
}
