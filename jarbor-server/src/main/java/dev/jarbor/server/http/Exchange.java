package dev.jarbor.server.http;

import dev.jarbor.server.audit.AuditTrail;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.List;

/** One request and its answer, free of the library that carries them. */
interface Exchange {
    RequestHead head();

    /** The client's certificate and those that lead to its authority: TLS has proved that the client holds the key. */
    List<X509Certificate> certificates();

    /** The client's address; "" where it is not known. */
    String remote();

    /** What is recorded of the request. */
    default AuditTrail audit() {
        return AuditTrail.NONE;
    }

    /** The body; at its end at once where there is none. */
    InputStream body();

    /**
     * Sends {@code reply} if the body of the request is being waited for, from another thread than the one that waits: an
     * interruption of that one closes the connection.
     *
     * @return whether it was sent, so that nothing else is to be
     */
    default boolean giveUp(Reply reply) {
        return false;
    }

    /** Sends the whole answer. For HEAD only its headers leave. */
    void send(Reply reply);

    /**
     * Sends the head of an answer whose body follows, as long as it may be; closed, it is whole. The connection can be used
     * again then.
     */
    OutputStream body(Reply head);

    /** Sends the head of an answer whose body follows bit by bit. */
    Outflow stream(Reply head);

    /** The body of an answer on its way. */
    interface Outflow extends AutoCloseable {
        /** Where it is written; flushing sends. Writing fails once the client is gone. */
        OutputStream output();

        /** Fails when the client is known to be gone; costs at most an empty frame. */
        void probe() throws IOException;

        /** Calls {@code action} once when the client closes the connection, where that can be seen before writing. */
        void onGone(Runnable action);

        @Override
        void close() throws IOException;
    }
}
