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

    /** Of requests that are not recorded, such as those from within the process: keeps nothing. */
    public static final AuditAnnotations UNREAD = new AuditAnnotations(false, 0);

    private final Map<String, String> entries = new TreeMap<>();
    private final boolean objects;
    private final int most;

    /** Without what is recorded only along with objects. */
    public AuditAnnotations() {
        this(false);
    }

    /** @param objects whether the request's object is recorded too, as from the level Request on */
    public AuditAnnotations(boolean objects) {
        this(objects, MOST);
    }

    private AuditAnnotations(boolean objects, int most) {
        this.objects = objects;
        this.most = most;
    }

    /** May be called from the tasks of several webhooks at a time. */
    public void add(String key, String value) {
        if (most > 0) {
            keep(key, value.length() > LONGEST ? value.substring(0, LONGEST) : value);
        }
    }

    private synchronized void keep(String key, String value) {
        if (entries.size() < most) {
            entries.putIfAbsent(key, value);
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
