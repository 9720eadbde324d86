package dev.jarbor.server.admission;

import java.util.ArrayList;
import java.util.List;

/** What one request's user should know although nothing is wrong; nothing twice, and not without end. */
public final class Warnings {
    private static final int MOST = 50;

    private final List<String> texts = new ArrayList<>();

    /** May be called from the tasks of several webhooks at a time. */
    public synchronized void add(String text) {
        if (texts.size() < MOST && !texts.contains(text)) {
            texts.add(text);
        }
    }

    public synchronized List<String> texts() {
        return List.copyOf(texts);
    }
}
