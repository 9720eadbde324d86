package dev.jarbor.server.admission.certificates;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.User;

/** Writes into a certificate signing request who makes it: signers go by that, so nobody may say it themselves. */
public final class SigningRequesters implements Admission {
    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("certificates.k8s.io", "certificatesigningrequests")) {
            return review.object();
        }
        User user = review.user();
        return review.object().update("spec", spec -> {
            ObjectValue signed = spec.without("uid")
                    .without("extra")
                    .with("username", user.name())
                    .with("groups", ListValue.ofStrings(user.groups()));
            var extra = ObjectValue.builder();
            user.extra().forEach((name, values) -> extra.put(name, ListValue.ofStrings(values)));
            signed = user.extra().isEmpty() ? signed : signed.with("extra", extra.build());
            return user.uid().isEmpty() ? signed : signed.with("uid", user.uid());
        });
    }
}
