package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Refusals on their way from where a connection asked to become something else to where its request is answered in HTTP, so that
 * nothing is decided, and no webhook asked, a second time. A refusal travels as a ticket among the request's headers, which nobody can
 * guess and which is good once.
 */
final class RefusedUpgrades {
    /** The header with the ticket. */
    static final String TICKET = "jarbor-refused-upgrade";

    /** Far more than are on their way at once; beyond it a request is decided on again. */
    private static final int MOST = 1000;

    /**
     * @param why what is answered
     * @param annotations what the decision had to say for the audit log
     */
    record Refusal(ApiException why, SortedMap<String, String> annotations) {}

    private final Map<String, Refusal> waiting = new ConcurrentHashMap<>();
    private final Supplier<String> tickets;

    /** @param tickets gives a new one that nobody can guess */
    RefusedUpgrades(Supplier<String> tickets) {
        this.tickets = tickets;
    }

    /** The ticket for {@code refusal}; "" where too many wait. */
    String keep(Refusal refusal) {
        if (waiting.size() >= MOST) {
            return "";
        }
        String ticket = tickets.get();
        waiting.put(ticket, refusal);
        return ticket;
    }

    /** The refusal whose ticket the request has. */
    Optional<Refusal> take(RequestHead head) {
        String ticket = head.header(TICKET);
        return ticket.isEmpty() ? Optional.empty() : Optional.ofNullable(waiting.remove(ticket));
    }
}
