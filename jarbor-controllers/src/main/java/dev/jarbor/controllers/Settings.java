package dev.jarbor.controllers;

import dev.jarbor.api.Kind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.controllers.certificates.CertificateSigning;
import dev.jarbor.controllers.loadbalancer.AddressPool;
import dev.jarbor.controllers.nodeipam.PodRanges;
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
 * @param balancing where load balancers get their addresses: one, or none where somebody else provides them
 * @param podRanges what nodes get the addresses of their pods from: one of each family, or none where nodes have them by themselves
 * @param resumed whether loops that have told what is new until now were there at this very moment, as in the cluster that
 *     this one is a fork of
 */
public record Settings(
        String rootCertificate,
        List<ResourceDefinition> resources,
        Duration nodeGrace,
        int finishedPods,
        List<CertificateSigning> signing,
        List<TokenSigning> tokens,
        List<AddressPool> balancing,
        List<PodRanges> podRanges,
        boolean resumed) {
    public Settings {
        resources = List.copyOf(resources);
        signing = List.copyOf(signing);
        tokens = List.copyOf(tokens);
        balancing = List.copyOf(balancing);
        podRanges = List.copyOf(podRanges);
    }

    public Settings(String rootCertificate, List<ResourceDefinition> resources, Duration nodeGrace, int finishedPods) {
        this(rootCertificate, resources, nodeGrace, finishedPods, List.of(), List.of(), List.of(), List.of(), false);
    }

    /** Whether the cluster has objects of {@code kind}. */
    public boolean serves(Kind<?> kind) {
        return resources.stream()
                .anyMatch(one -> one.group().equals(kind.group())
                        && one.version().equals(kind.version())
                        && one.plural().equals(kind.plural()));
    }

    public Settings withResources(List<ResourceDefinition> served) {
        return new Settings(
                rootCertificate, served, nodeGrace, finishedPods, signing, tokens, balancing, podRanges, resumed);
    }

    public Settings withSigning(CertificateSigning authority) {
        return new Settings(
                rootCertificate,
                resources,
                nodeGrace,
                finishedPods,
                List.of(authority),
                tokens,
                balancing,
                podRanges,
                resumed);
    }

    public Settings withTokens(TokenSigning signer) {
        return new Settings(
                rootCertificate,
                resources,
                nodeGrace,
                finishedPods,
                signing,
                List.of(signer),
                balancing,
                podRanges,
                resumed);
    }

    public Settings withLoadBalancers(AddressPool pool) {
        return new Settings(
                rootCertificate,
                resources,
                nodeGrace,
                finishedPods,
                signing,
                tokens,
                List.of(pool),
                podRanges,
                resumed);
    }

    /** @param ranges of one family of addresses, or of both, the main one first */
    public Settings withPodRanges(PodRanges... ranges) {
        return new Settings(
                rootCertificate,
                resources,
                nodeGrace,
                finishedPods,
                signing,
                tokens,
                balancing,
                List.of(ranges),
                resumed);
    }

    public Settings withResumed(boolean now) {
        return new Settings(
                rootCertificate, resources, nodeGrace, finishedPods, signing, tokens, balancing, podRanges, now);
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
