package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.core.v1.ContainerImage;
import dev.jarbor.api.core.v1.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which nodes say that they have which images; an agent names its 50 largest. Owned by its {@link ClusterState}. */
public final class Images {
    private final Map<String, Image> byName = new HashMap<>();

    /** An image by one of its names. */
    public static final class Image {
        private final long bytes;
        private final Set<String> nodes = new HashSet<>();

        private Image(long bytes) {
            this.bytes = bytes;
        }

        /** Its size, as the first node said it that had it. */
        public long bytes() {
            return bytes;
        }

        public boolean isOn(String node) {
            return nodes.contains(node);
        }

        /** How many nodes have it. */
        public int count() {
            return nodes.size();
        }
    }

    /** Counts what {@code node} says that it has. */
    void add(Node node) {
        for (ContainerImage image : node.status().images()) {
            for (String name : image.names()) {
                byName.computeIfAbsent(name, unknown -> new Image(image.sizeBytes()))
                        .nodes
                        .add(node.name());
            }
        }
    }

    /** Forgets what {@code node} said. */
    void remove(Node node) {
        for (ContainerImage image : node.status().images()) {
            image.names()
                    .forEach(name -> byName.computeIfPresent(name, (same, known) -> {
                        known.nodes.remove(node.name());
                        return known.nodes.isEmpty() ? null : known;
                    }));
        }
    }

    /** The same for one that says something else than before. */
    void replace(Node before, Node after) {
        List<ContainerImage> images = after.status().images();
        if (!images.equals(before.status().images())) {
            remove(before);
            add(after);
        }
    }

    public Optional<Image> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
