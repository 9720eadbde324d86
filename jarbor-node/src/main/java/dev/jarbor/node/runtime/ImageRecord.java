package dev.jarbor.node.runtime;

import java.util.List;

/**
 * An image on the node.
 *
 * @param id its configuration's digest
 * @param tags full names with tag
 * @param digests full names with digest
 * @param size bytes
 * @param user the numeric user it runs as; -1 where unknown
 * @param userName the user it runs as, where that is a name; "" otherwise
 */
public record ImageRecord(String id, List<String> tags, List<String> digests, long size, long user, String userName) {
    public ImageRecord {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }

    /** What {@code imageID} of a container's status says: a digest reference where there is one. */
    public String reference() {
        return digests.isEmpty() ? id : digests.get(0);
    }
}
