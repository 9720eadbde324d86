package dev.jarbor.server.kinds.rules;

/** What an image reference says about how fresh the image must be. */
public final class Images {
    private Images() {}

    /**
     * The pull policy that the reference gives a container: Always for the tag {@code latest} and for no tag at all,
     * IfNotPresent otherwise (a digest alone too).
     *
     * @see <a href="https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting">Default image pull
     *     policy</a>
     */
    public static String pullPolicy(String image) {
        return tag(image).equals("latest") ? "Always" : "IfNotPresent";
    }

    private static String tag(String image) {
        int at = image.indexOf('@');
        String name = at < 0 ? image : image.substring(0, at);
        int colon = name.lastIndexOf(':');
        if (colon >= 0 && name.indexOf('/', colon) < 0) {
            return name.substring(colon + 1);
        }
        return at < 0 ? "latest" : "";
    }
}
