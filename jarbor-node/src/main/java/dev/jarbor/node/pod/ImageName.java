package dev.jarbor.node.pod;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image reference taken apart, with the defaults that Docker's names have: registry {@code docker.io}, folder
 * {@code library}, tag {@code latest} (the distribution project's reference grammar).
 *
 * @param tag "" where only a digest is given
 * @param digest such as {@code sha256:…}; "" where none is given
 */
public record ImageName(String registry, String repository, String tag, String digest) {
    private static final int LONGEST = 512;
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern REGISTRY = Pattern.compile("(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])(?::[0-9]+)?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,}");

    /** Empty where {@code text} is no image reference. */
    public static Optional<ImageName> parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        int at = text.indexOf('@');
        String digest = at < 0 ? "" : text.substring(at + 1);
        String rest = at < 0 ? text : text.substring(0, at);
        int colon = rest.lastIndexOf(':');
        boolean tagged = colon > rest.lastIndexOf('/');
        String tag = tagged ? rest.substring(colon + 1) : "";
        String path = tagged ? rest.substring(0, colon) : rest;
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = named ? first : "docker.io";
        String repository = named ? path.substring(slash + 1) : path;
        if (registry.equals("index.docker.io")) {
            registry = "docker.io";
        }
        if (registry.equals("docker.io") && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        boolean valid = REGISTRY.matcher(registry).matches()
                && REPOSITORY.matcher(repository).matches()
                && (!tagged || TAG.matcher(tag).matches())
                && (at < 0 || DIGEST.matcher(digest).matches());
        if (!valid) {
            return Optional.empty();
        }
        return Optional.of(new ImageName(registry, repository, tag.isEmpty() && at < 0 ? "latest" : tag, digest));
    }

    /** The full name, such as {@code docker.io/library/busybox:1.36}. */
    public String canonical() {
        return registry + "/" + repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
