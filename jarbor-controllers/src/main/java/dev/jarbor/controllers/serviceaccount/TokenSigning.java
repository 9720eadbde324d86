package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.value.ObjectValue;

/** Who signs the tokens of service accounts. */
public interface TokenSigning {
    /** A token, in its compact form, that says {@code claims}. */
    String sign(ObjectValue claims);
}
