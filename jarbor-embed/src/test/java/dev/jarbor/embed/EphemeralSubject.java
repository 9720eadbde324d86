package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Pods with a volume each that lives as long as they do: a claim belongs to the pod that it is named for, and in the end there
 * are as many claims as pods, and as many volumes.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes">Generic ephemeral
 *     volumes</a>
 */
final class EphemeralSubject implements Subject {
    private static final String NAME = "scratch";
    private static final String VOLUME = "-space";

    private final Workload scratch;

    EphemeralSubject(Jarbor cluster) {
        this.scratch = new Workload(cluster, Deployment.KIND, NAME);
    }

    @Override
    public void begin() {
        Subject.create(scratch.cluster().api(), StorageClass.KIND, """
                metadata: {name: scratch}
                provisioner: scratch.example.com
                volumeBindingMode: WaitForFirstConsumer
                """);
        Subject.create(scratch.cluster().api(), Deployment.KIND, """
                metadata: {name: scratch, namespace: default}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: scratch}}
                  template:
                    metadata: {labels: {app: scratch}}
                    spec:
                      containers: [{name: scratch, image: "scratch:1", volumeMounts: [{name: space, mountPath: /space}]}]
                      volumes:
                      - name: space
                        ephemeral:
                          volumeClaimTemplate:
                            spec:
                              storageClassName: scratch
                              accessModes: [ReadWriteOnce]
                              resources: {requests: {storage: 1Gi}}
                """);
    }

    @Override
    public void act(RandomGenerator chance) {
        if (chance.nextInt(3) == 0) {
            scratch.rollOut(chance);
        } else {
            scratch.patch("{\"spec\":{\"replicas\":" + chance.nextInt(4) + "}}");
        }
    }

    @Override
    public void harm(RandomGenerator chance) {
        scratch.loseAPod(chance);
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        Bindings.look(before, now, findings);
        if (before.same(now, Bindings.CLAIMS)) {
            return;
        }
        for (ObjectValue claim : claims(now)) {
            List<ObjectValue> owners = Moment.owners(claim);
            boolean named = owners.size() == 1
                    && Moment.name(claim).equals(owners.getFirst().string("name") + VOLUME);
            findings.require(named, Moment.name(claim) + " belongs to " + owners);
        }
    }

    private static List<ObjectValue> claims(Moment now) {
        return now.all(Bindings.CLAIMS).stream()
                .filter(claim -> Moment.name(claim).endsWith(VOLUME))
                .toList();
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        List<ObjectValue> pods = now.pods(NAME);
        boolean one = claims(now).size() == pods.size()
                && claims(now).stream()
                        .allMatch(claim ->
                                now.owner(Moment.owners(claim).getFirst()).isPresent());
        return one
                ? Bindings.unsettled(now)
                        .or(() -> scratch.unsettled(now, found -> {
                            long replicas = found.object("spec").integer("replicas");
                            ObjectValue status = found.object("status");
                            return pods.size() == replicas
                                    && status.integer("readyReplicas") == replicas
                                    && status.integer("updatedReplicas") == replicas;
                        }))
                : Optional.of("the claims of pods do not settle: "
                        + claims(now).stream().map(Moment::name).toList() + " of "
                        + pods.stream().map(Moment::name).toList());
    }
}
