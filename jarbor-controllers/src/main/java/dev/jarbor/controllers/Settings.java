package dev.jarbor.controllers;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.controllers.certificates.CertificateSigning;
import dev.jarbor.controllers.nodelifecycle.NodeLifecycleController;
import dev.jarbor.controllers.nodelifecycle.PodGarbageCollector;
import dev.jarbor.controllers.serviceaccount.TokenSigning;
import java.time.Duration;
import java.util.List;

/**
 * What the control loops have to be told of their cluster.
 *
 * @param rootCertificate the certificates, PEM, by which pods know the API server; published in every namespace
 * @param resources what the cluster serves
 * @param nodeGrace how long a node may be silent before it counts as unreachable
 * @param finishedPods how many finished pods are kept
 * @param signing the authority that signs requests for certificates: one, or none where nobody signs
 * @param tokens who signs tokens that live in Secrets: one, or none where nobody does
 */
public record Settings(
        String rootCertificate,
        List<ResourceDefinition> resources,
        Duration nodeGrace,
        int finishedPods,
        List<CertificateSigning> signing,
        List<TokenSigning> tokens) {
    public Settings {
        resources = List.copyOf(resources);
        signing = List.copyOf(signing);
        tokens = List.copyOf(tokens);
    }

    public Settings(String rootCertificate, List<ResourceDefinition> resources, Duration nodeGrace, int finishedPods) {
        this(rootCertificate, resources, nodeGrace, finishedPods, List.of(), List.of());
    }

    public Settings withResources(List<ResourceDefinition> served) {
        return new Settings(rootCertificate, served, nodeGrace, finishedPods, signing, tokens);
    }

    public Settings withSigning(CertificateSigning authority) {
        return new Settings(rootCertificate, resources, nodeGrace, finishedPods, List.of(authority), tokens);
    }

    public Settings withTokens(TokenSigning signer) {
        return new Settings(rootCertificate, resources, nodeGrace, finishedPods, signing, List.of(signer));
    }

    /** The reference's defaults, for a cluster that serves the built-in kinds. */
    public static Settings of(String rootCertificate) {
        return new Settings(
                rootCertificate,
                Schemas.builtIn().resources(),
                NodeLifecycleController.GRACE,
                PodGarbageCollector.FINISHED);
    }
}
