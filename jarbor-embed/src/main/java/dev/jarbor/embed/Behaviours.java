package dev.jarbor.embed;

import dev.jarbor.node.pod.ImageName;
import dev.jarbor.node.simulated.Behaviour;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How the containers of an embedded cluster behave, by their images; those that nothing is said of serve for ever. */
public final class Behaviours {
    private final Map<String, Behaviour> byImage = new ConcurrentHashMap<>();

    Behaviours() {}

    /** The same to begin with, to be changed apart. */
    Behaviours copy() {
        var copy = new Behaviours();
        copy.byImage.putAll(byImage);
        return copy;
    }

    /**
     * Begins to say how containers of {@code image} behave; what was said before is forgotten. Each call on the answer counts
     * from then on, for containers that run, too, where that makes sense.
     *
     * @param image such as {@code web:1}; without a tag for every tag that nothing is said of
     */
    public ImageBehaviour forImage(String image) {
        String name = name(image);
        byImage.remove(name);
        return new ImageBehaviour(stages -> byImage.put(name, stages));
    }

    private static String name(String image) {
        String canonical = ImageName.parse(image).map(ImageName::canonical).orElse(image);
        boolean tagged = image.lastIndexOf(':') > image.lastIndexOf('/') || image.indexOf('@') >= 0;
        return tagged ? canonical : untagged(canonical);
    }

    private static String untagged(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    }

    /** @param image its full name */
    Behaviour of(String image) {
        Behaviour exact = byImage.get(image);
        return exact != null ? exact : byImage.getOrDefault(untagged(image), Behaviour.SERVES);
    }
}
