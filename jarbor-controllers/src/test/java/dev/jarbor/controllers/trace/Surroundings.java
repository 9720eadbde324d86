package dev.jarbor.controllers.trace;

import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.certificates.CertificateSigning;
import dev.jarbor.controllers.loadbalancer.AddressPool;
import dev.jarbor.controllers.nodeipam.PodRanges;
import java.time.Duration;
import java.util.List;

/** What the loops of scripts have to be told of their cluster: every loop finds what it needs. */
final class Surroundings {
    static final Settings SETTINGS = Settings.of("PEM")
            .withSigning(new Authority())
            .withTokens(claims -> "token of " + claims.string("sub"))
            .withLoadBalancers(new AddressPool.Apart(List.of("192.0.2.1", "192.0.2.2")))
            .withPodRanges(PodRanges.of("10.244.0.0/16", 24));

    private Surroundings() {}

    /** Reads requests that are written as {@code name/organisation}, and signs whatever it is asked to. */
    private static final class Authority implements CertificateSigning {
        @Override
        public Requested read(String pem) {
            String[] parts = pem.split("/", 2);
            return new Requested(parts[0], List.of(parts[parts.length - 1]), 0, 0, 0, 0);
        }

        @Override
        public String sign(String pem, List<String> usages, Duration life) {
            return "certificate of " + pem + " for " + String.join(", ", usages);
        }

        @Override
        public Duration longestLife() {
            return Duration.ofDays(365);
        }
    }
}
