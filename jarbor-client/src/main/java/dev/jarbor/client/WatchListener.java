package dev.jarbor.client;

/** Receives the events of one watch, one at a time and in order. Must not block on the simulated runtime. */
public interface WatchListener {
    void event(WatchEvent event);

    /**
     * The watch has ended and nothing follows. An ERROR event (such as 410 Expired) comes before it where the server
     * said why; otherwise the stream simply ended and may be resumed from the last seen resource version.
     */
    void closed();
}
