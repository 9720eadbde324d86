package dev.jarbor.server.admission;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What admission has to say about one request for the audit log. A key keeps its first value, as in the reference; the
 * number and size of entries are bounded.
 */
public final class AuditAnnotations {
    private static final int MOST = 200;
    private static final int LONGEST = 16 * 1024;

    private final Map<String, String> entries = new TreeMap<>();
    private final boolean objects;

    /** Without what is recorded only along with objects. */
    public AuditAnnotations() {
        this(false);
    }

    /** @param objects whether the request's object is recorded too, as from the level Request on */
    public AuditAnnotations(boolean objects) {
        this.objects = objects;
    }

    /** May be called from the tasks of several webhooks at a time. */
    public synchronized void add(String key, String value) {
        if (entries.size() < MOST) {
            entries.putIfAbsent(key, value.length() > LONGEST ? value.substring(0, LONGEST) : value);
        }
    }

    /** For what tells as much as the object itself, such as a webhook's patch. */
    public void addWithObject(String key, String value) {
        if (objects) {
            add(key, value);
        }
    }

    public synchronized SortedMap<String, String> entries() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }
}
