package dev.jarbor.controllers;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.controllers.certificates.CertificateSigning;
import dev.jarbor.controllers.nodelifecycle.NodeLifecycleController;
import dev.jarbor.controllers.nodelifecycle.PodGarbageCollector;
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
 */
public record Settings(
        String rootCertificate,
        List<ResourceDefinition> resources,
        Duration nodeGrace,
        int finishedPods,
        List<CertificateSigning> signing) {
    public Settings {
        resources = List.copyOf(resources);
        signing = List.copyOf(signing);
    }

    public Settings(String rootCertificate, List<ResourceDefinition> resources, Duration nodeGrace, int finishedPods) {
        this(rootCertificate, resources, nodeGrace, finishedPods, List.of());
    }

    public Settings withResources(List<ResourceDefinition> served) {
        return new Settings(rootCertificate, served, nodeGrace, finishedPods, signing);
    }

    public Settings withSigning(CertificateSigning authority) {
        return new Settings(rootCertificate, resources, nodeGrace, finishedPods, List.of(authority));
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
