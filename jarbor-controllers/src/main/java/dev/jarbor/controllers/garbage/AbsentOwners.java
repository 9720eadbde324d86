package dev.jarbor.controllers.garbage;

import dev.jarbor.api.meta.v1.OwnerReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Owners that the server was asked for and does not know: since a uid never comes back, thousands of objects of one owner need
 * not each ask for it. Holds the last {@value #MOST} that somebody asked about.
 */
final class AbsentOwners {
    private static final int MOST = 500;

    private final Set<Absent> absent = Collections.synchronizedSet(Collections.newSetFromMap(new Latest()));

    private record Absent(String apiVersion, String kind, String name, String uid, String namespace) {
        static Absent of(OwnerReference reference, String namespace) {
            return new Absent(reference.apiVersion(), reference.kind(), reference.name(), reference.uid(), namespace);
        }
    }

    /** @param namespace where the owner would be, "" outside of any */
    void add(OwnerReference reference, String namespace) {
        absent.add(Absent.of(reference, namespace));
    }

    boolean has(OwnerReference reference, String namespace) {
        return absent.contains(Absent.of(reference, namespace));
    }

    private static final class Latest extends LinkedHashMap<Absent, Boolean> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Absent, Boolean> eldest) {
            return size() > MOST;
        }
    }
}
