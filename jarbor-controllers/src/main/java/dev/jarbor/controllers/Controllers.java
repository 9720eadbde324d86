package dev.jarbor.controllers;

import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersion;
import dev.jarbor.api.certificates.v1beta1.PodCertificateRequest;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.storagemigration.v1beta1.StorageVersionMigration;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.controllers.autoscaling.HorizontalController;
import dev.jarbor.controllers.bootstraptoken.BootstrapSigner;
import dev.jarbor.controllers.bootstraptoken.BootstrapTokenCleaner;
import dev.jarbor.controllers.certificates.ApprovalController;
import dev.jarbor.controllers.certificates.CertificateSigning;
import dev.jarbor.controllers.certificates.CleaningController;
import dev.jarbor.controllers.certificates.PodCertificateCleaner;
import dev.jarbor.controllers.certificates.SigningController;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.cronjob.CronJobController;
import dev.jarbor.controllers.daemonset.DaemonSetController;
import dev.jarbor.controllers.deployment.DeploymentController;
import dev.jarbor.controllers.devicetaints.DeviceTaintEvictionController;
import dev.jarbor.controllers.disruption.DisruptionController;
import dev.jarbor.controllers.endpoints.EndpointSliceController;
import dev.jarbor.controllers.endpoints.EndpointsController;
import dev.jarbor.controllers.endpoints.MirroringController;
import dev.jarbor.controllers.ephemeralvolume.EphemeralVolumeController;
import dev.jarbor.controllers.garbage.GarbageCollector;
import dev.jarbor.controllers.job.FinishedJobController;
import dev.jarbor.controllers.job.JobController;
import dev.jarbor.controllers.loadbalancer.AddressPool;
import dev.jarbor.controllers.loadbalancer.LoadBalancerController;
import dev.jarbor.controllers.namespace.NamespaceController;
import dev.jarbor.controllers.nodeipam.NodeIpamController;
import dev.jarbor.controllers.nodelifecycle.NodeLifecycleController;
import dev.jarbor.controllers.nodelifecycle.PodGarbageCollector;
import dev.jarbor.controllers.nodelifecycle.TaintEvictionController;
import dev.jarbor.controllers.nodettl.NodeTtlController;
import dev.jarbor.controllers.policies.PolicyStatusController;
import dev.jarbor.controllers.replicaset.ReplicaSetController;
import dev.jarbor.controllers.resourceclaim.ResourceClaimController;
import dev.jarbor.controllers.resourcequota.ResourceQuotaController;
import dev.jarbor.controllers.roles.AggregationController;
import dev.jarbor.controllers.selinux.SELinuxWarningController;
import dev.jarbor.controllers.serviceaccount.RootCertificateController;
import dev.jarbor.controllers.serviceaccount.ServiceAccountController;
import dev.jarbor.controllers.serviceaccount.TokenCleaner;
import dev.jarbor.controllers.serviceaccount.TokenController;
import dev.jarbor.controllers.serviceaccount.TokenSigning;
import dev.jarbor.controllers.servicecidr.AddressRepairController;
import dev.jarbor.controllers.servicecidr.ServiceCidrController;
import dev.jarbor.controllers.statefulset.StatefulSetController;
import dev.jarbor.controllers.storageprotection.StorageProtectionController;
import dev.jarbor.controllers.storageversion.StorageVersionCollector;
import dev.jarbor.controllers.storageversion.StorageVersionMigrator;
import dev.jarbor.controllers.volumeattach.AttachDetachController;
import dev.jarbor.controllers.volumebinding.VolumeBindingController;
import dev.jarbor.controllers.volumeexpand.ExpandController;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** All control loops of a cluster, in the order in which to start them. */
public final class Controllers {
    private Controllers() {}

    /** All loops, whose metrics nobody reads. */
    public static List<ControlLoop> all(Api api, Informers informers, Runtime runtime, Settings settings) {
        return all(api, informers, runtime, settings, new MetricRegistry());
    }

    /** All loops, each with a recorder of its own: events name the component that they come from. */
    public static List<ControlLoop> all(
            Api api, Informers informers, Runtime runtime, Settings settings, MetricRegistry metrics) {
        return all(
                api, informers, runtime, component -> new ApiEventRecorder(api, runtime, component), settings, metrics);
    }

    /**
     * @param events makes the recorder of a component, such as {@code deployment-controller}
     * @param metrics where the loops count what they do
     */
    private static List<ControlLoop> all(
            Api api,
            Informers informers,
            Runtime runtime,
            Function<String, EventRecorder> events,
            Settings settings,
            MetricRegistry metrics) {
        var loops = new ArrayList<ControlLoop>(List.of(
                new NamespaceController(api, informers, runtime, settings.resources()),
                new ServiceAccountController(api, informers, runtime),
                new RootCertificateController(api, informers, runtime, settings.rootCertificate(), metrics),
                new ReplicaSetController(api, informers, runtime, events.apply("replicaset-controller"), metrics),
                ReplicaSetController.forReplicationControllers(
                        api, informers, runtime, events.apply("replication-controller"), metrics),
                new DeploymentController(api, informers, runtime, events.apply("deployment-controller")),
                new DaemonSetController(api, informers, runtime, events.apply("daemonset-controller"), metrics),
                new StatefulSetController(api, informers, runtime, events.apply("statefulset-controller"), metrics),
                new JobController(api, informers, runtime, events.apply("job-controller"), metrics),
                new CronJobController(api, informers, runtime, events.apply("cronjob-controller"), metrics),
                new FinishedJobController(api, informers, runtime, metrics),
                new ResourceClaimController(api, informers, runtime, events.apply("resource_claim"), metrics),
                new DisruptionController(api, informers, runtime, events.apply("controllermanager")),
                new HorizontalController(
                        api,
                        informers,
                        runtime,
                        events.apply("horizontal-pod-autoscaler"),
                        settings.resources(),
                        metrics),
                new EndpointSliceController(
                        api, informers, runtime, events.apply("endpoint-slice-controller"), metrics),
                new EndpointsController(api, informers, runtime, events.apply("endpoint-controller")),
                new MirroringController(
                        api, informers, runtime, events.apply("endpoint-slice-mirroring-controller"), metrics),
                new NodeLifecycleController(
                        api,
                        informers,
                        runtime,
                        events.apply("node-controller"),
                        settings.nodeGrace(),
                        settings.resumed(),
                        metrics),
                new TaintEvictionController(
                        api, informers, runtime, events.apply("taint-eviction-controller"), metrics),
                new DeviceTaintEvictionController(
                        api,
                        informers,
                        runtime,
                        events.apply(DeviceTaintEvictionController.NAME),
                        settings.serves(DeviceTaintRule.KIND),
                        metrics),
                new PodGarbageCollector(api, informers, runtime, settings.finishedPods(), metrics),
                new StorageProtectionController(api, informers, runtime),
                new VolumeBindingController(
                        api, informers, runtime, events.apply("persistentvolume-controller"), metrics),
                new AttachDetachController(api, informers, runtime, events.apply("attachdetach-controller"), metrics),
                new ExpandController(api, informers, runtime, events.apply("volume_expand")),
                new EphemeralVolumeController(api, informers, runtime, events.apply("ephemeral_volume"), metrics),
                new ResourceQuotaController(api, informers, runtime, settings.resources()),
                new AggregationController(api, informers, runtime),
                new PolicyStatusController(api, informers, runtime),
                new CleaningController(api, informers, runtime),
                new TokenCleaner(api, informers, runtime),
                new NodeTtlController(api, informers, runtime),
                new BootstrapSigner(api, informers, runtime),
                new BootstrapTokenCleaner(api, informers, runtime)));
        loops.add(new ServiceCidrController(api, informers, runtime, events.apply("service-cidr-controller")));
        loops.add(new AddressRepairController(api, informers, runtime, events.apply(AddressRepairController.NAME)));
        loops.add(new SELinuxWarningController(
                informers, runtime, events.apply(SELinuxWarningController.COMPONENT), metrics));
        if (settings.serves(PodCertificateRequest.KIND)) {
            loops.add(new PodCertificateCleaner(api, informers, runtime));
        }
        if (settings.serves(StorageVersion.KIND)) {
            loops.add(new StorageVersionCollector(api, informers, runtime));
        }
        if (settings.serves(StorageVersionMigration.KIND)) {
            loops.add(new StorageVersionMigrator(api, informers, runtime, settings.resources()));
        }
        for (TokenSigning tokens : settings.tokens()) {
            loops.add(new TokenController(api, informers, runtime, settings.rootCertificate(), tokens));
        }
        for (CertificateSigning authority : settings.signing()) {
            loops.add(new ApprovalController(api, informers, runtime, authority));
            loops.add(new SigningController(api, informers, runtime, authority));
        }
        if (!settings.podRanges().isEmpty()) {
            loops.add(new NodeIpamController(
                    api, informers, runtime, events.apply("cidrAllocator"), settings.podRanges(), metrics));
        }
        for (AddressPool pool : settings.balancing()) {
            loops.add(new LoadBalancerController(
                    api, informers, runtime, events.apply("service-controller"), pool, metrics));
        }
        // Last, because it asks for the informers of every kind when it starts.
        loops.add(new GarbageCollector(
                api, informers, runtime, events.apply("garbage-collector-controller"), settings.resources(), metrics));
        return loops;
    }
}
