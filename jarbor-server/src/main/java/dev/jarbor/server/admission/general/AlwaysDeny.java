package dev.jarbor.server.admission.general;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;

/** Refuses everything: for tests of clients. */
public final class AlwaysDeny implements Admission {
    private static final String WHY = "admission control is denying all modifications";

    @Override
    public ObjectValue mutate(Review review) {
        throw Refusal.forbidden(review, WHY);
    }

    @Override
    public void validate(Review review) {
        throw Refusal.forbidden(review, WHY);
    }
}
