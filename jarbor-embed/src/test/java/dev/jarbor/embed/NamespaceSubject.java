package dev.jarbor.embed;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Namespaces that are made, filled and deleted: each goes in the end, and when it has gone nothing is left of what was in it;
 * those that stay have their ServiceAccount and what they trust the API server by, whoever deletes them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/">Namespaces</a>
 */
final class NamespaceSubject implements Subject {
    private static final int MOST = 3;
    private static final String PREFIX = "team-";

    private final Jarbor cluster;
    private int made;

    NamespaceSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        make();
    }

    private void make() {
        String name = PREFIX + ++made;
        cluster.api().create(Namespace.KIND, Namespace.named(name));
        create(Deployment.KIND, name, """
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: part}}
                  template:
                    metadata: {labels: {app: part}}
                    spec: {containers: [{name: part, image: "part:1"}]}
                """);
        create(Job.KIND, name, """
                spec:
                  completions: 3
                  template: {spec: {restartPolicy: Never, containers: [{name: work, image: "work:1"}]}}
                """);
        create(Service.KIND, name, "spec: {selector: {app: part}, ports: [{port: 80}]}");
        create(
                PersistentVolumeClaim.KIND,
                name,
                "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
        create(ConfigMap.KIND, name, "data: {a: b}");
    }

    private <T extends KubeObject> void create(Kind<T> kind, String namespace, String yaml) {
        Subject.create(cluster.api(), kind, "metadata: {name: part, namespace: " + namespace + "}\n" + yaml);
    }

    @Override
    public void act(RandomGenerator chance) {
        List<ObjectValue> teams = teams(Moment.of(cluster));
        if (teams.isEmpty() || (teams.size() < MOST && chance.nextInt(3) == 0)) {
            make();
            return;
        }
        ObjectValue team = teams.get(chance.nextInt(teams.size()));
        switch (chance.nextInt(5)) {
            case 0, 1 -> cluster.api().delete(Namespace.KIND, Moment.key(team));
            case 2 -> cluster.api().delete(ConfigMap.KIND, new ObjectKey(Moment.name(team), "kube-root-ca.crt"));
            case 3 -> cluster.api().delete(ServiceAccount.KIND, new ObjectKey(Moment.name(team), "default"));
            default -> hold(Moment.name(team), "[\"example.com/held\"]");
        }
    }

    /** Somebody wants to see to it before it goes, or has. */
    private void hold(String namespace, String finalizers) {
        ObjectKey key = new ObjectKey(namespace, "part");
        if (Moment.of(cluster).snapshot().get("configmaps", key).isPresent()) {
            String json = "{\"metadata\":{\"finalizers\":" + finalizers + "}}";
            cluster.api().patch(ConfigMap.KIND, key, Patch.merge(Json.object(json)));
        }
    }

    private static List<ObjectValue> teams(Moment now) {
        return now.in("", "namespaces").stream()
                .filter(one -> Moment.name(one).startsWith(PREFIX))
                .toList();
    }

    @Override
    public void settle() {
        teams(Moment.of(cluster)).forEach(team -> hold(Moment.name(team), "null"));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, "namespaces")) {
            return;
        }
        for (ObjectValue team : teams(before)) {
            String name = Moment.name(team);
            if (now.find("namespaces", "", name).isEmpty()) {
                List<String> left = left(now, name);
                findings.require(left.isEmpty(), name + " is gone, and of what was in it is left " + left);
            }
        }
    }

    private static List<String> left(Moment now, String namespace) {
        return now.snapshot().resourceNames().stream()
                .flatMap(resource -> now.in(namespace, resource).stream().map(one -> resource + " " + Moment.name(one)))
                .toList();
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        for (int team = 1; team <= made; team++) {
            String name = PREFIX + team;
            Optional<ObjectValue> found = now.find("namespaces", "", name);
            if (found.filter(Moment::leaving).isPresent()) {
                return Optional.of(name + " does not go: " + found.get().object("status") + left(now, name));
            }
            if (found.isEmpty() && !left(now, name).isEmpty()) {
                return Optional.of("after " + name + " came " + left(now, name));
            }
            if (found.isPresent() && !furnished(now, name)) {
                return Optional.of(name + " lacks what each namespace has: " + left(now, name));
            }
        }
        return Optional.empty();
    }

    private static boolean furnished(Moment now, String namespace) {
        return names(now.in(namespace, "serviceaccounts")).contains("default")
                && names(now.in(namespace, "configmaps")).contains("kube-root-ca.crt");
    }

    private static List<String> names(Collection<ObjectValue> objects) {
        return objects.stream().map(Moment::name).toList();
    }
}
