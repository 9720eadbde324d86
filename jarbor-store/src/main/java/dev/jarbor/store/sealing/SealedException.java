package dev.jarbor.store.sealing;

import dev.jarbor.api.codec.GoText;

/**
 * What is written cannot be opened, or cannot be sealed: no key of the configuration fits, it was changed, or whoever keeps
 * the keys does not answer.
 */
public final class SealedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SealedException(String place, String reason) {
        super("unable to transform key " + GoText.quote(place) + ": " + reason);
    }
}
