package dev.jarbor.server;

import static dev.jarbor.server.Writer.owners;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The rules of server-side apply, each as the documentation states it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>
 */
class ServerSideApplyTest {
    private static final String MAP = "v1/namespaces/default/configmaps/settings";
    private static final String WEB = "apps/v1/namespaces/default/deployments/web";

    private final TestServer server = new TestServer();
    private final Writer alice = new Writer(server, "alice");
    private final Writer bob = new Writer(server, "bob");

    private static String map(String data) {
        return """
               apiVersion: v1
               kind: ConfigMap
               metadata: {name: settings}
               data: %s
               """.formatted(data);
    }

    private static String deployment(String replicas, String image) {
        return """
               apiVersion: apps/v1
               kind: Deployment
               metadata: {name: web}
               spec:
                 %s
                 selector: {matchLabels: {app: web}}
                 template:
                   metadata: {labels: {app: web}}
                   spec: {containers: [{name: nginx, image: '%s'}]}
               """.formatted(replicas, image);
    }

    @Test
    void applyCreatesWhatIsNotThereAndUpdatesWhatIs() {
        Answer first = alice.answer(MAP, map("{color: blue}"), Query.NONE);
        Answer second = alice.answer(MAP, map("{color: red}"), Query.NONE);

        assertThat(first.code()).isEqualTo(201);
        assertThat(second.code()).isEqualTo(200);
        assertThat(second.body().at("data", "color")).hasToString("red");
        assertThat(owners(second.body())).containsExactly("alice Apply v1 - {f:data:{f:color:{}}}");
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        ObjectValue first = alice.apply(WEB, deployment("replicas: 3", "nginx"));
        server.runtime.advance(Duration.ofMinutes(1));

        ObjectValue second = alice.apply(WEB, deployment("replicas: 3", "nginx"));

        assertThat(second).isEqualTo(first);
    }

    @Test
    void aFieldThatItsOnlyApplierLeavesOutIsRemoved() {
        alice.apply(MAP, map("{color: blue, size: big}"));

        ObjectValue left = alice.apply(MAP, map("{color: blue}"));

        assertThat(left.object("data").names()).containsExactly("color");
    }

    @Test
    void aFieldThatAnotherApplierOwnsTooStaysAndOnlyChangesHands() {
        alice.apply(MAP, map("{color: blue, size: big}"));
        bob.apply(MAP, map("{size: big}"));

        ObjectValue left = alice.apply(MAP, map("{color: blue}"));

        assertThat(left.object("data").names()).containsExactly("color", "size");
        assertThat(owners(left))
                .containsExactly("bob Apply v1 - {f:data:{f:size:{}}}", "alice Apply v1 - {f:data:{f:color:{}}}");
    }

    @Test
    void changingWhatAnotherOwnsIsAConflictThatNamesOwnerAndField() {
        alice.apply(WEB, deployment("replicas: 3", "nginx"));

        ApiStatus status = catchThrowableOfType(
                        ApiException.class, () -> bob.apply(WEB, deployment("replicas: 4", "nginx")))
                .status();

        assertThat(status.code()).isEqualTo(409);
        assertThat(status.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"alice\": .spec.replicas");
        assertThat(status.details().causes())
                .containsExactly(new Cause("FieldManagerConflict", "conflict with \"alice\"", ".spec.replicas"));
    }

    @Test
    void aConflictWithAnUpdaterNamesItsVersionAndSubresource() {
        alice.apply(WEB, deployment("replicas: 3", "nginx"));
        bob.merge(WEB, "{\"spec\":{\"replicas\":5}}");
        new Writer(server, "scaler").merge(WEB + "/scale", "{\"spec\":{\"replicas\":6}}");

        assertThatThrownBy(() -> alice.apply(WEB, deployment("replicas: 3", "nginx")))
                .hasMessage("Apply failed with 1 conflict: conflict with \"scaler\" with subresource \"scale\" using"
                        + " apps/v1: .spec.replicas");

        bob.merge(WEB, "{\"spec\":{\"replicas\":7}}");
        assertThatThrownBy(() -> alice.apply(WEB, deployment("replicas: 3", "nginx")))
                .hasMessage("Apply failed with 1 conflict: conflict with \"bob\" using apps/v1: .spec.replicas");
    }

    @Test
    void severalConflictsAreListedByTheirOwners() {
        alice.apply(MAP, map("{color: blue, size: big}"));
        bob.apply(MAP, map("{shape: round}"));

        assertThatThrownBy(() -> new Writer(server, "carol").apply(MAP, map("{color: red, size: small, shape: flat}")))
                .hasMessage("""
                            Apply failed with 3 conflicts: conflicts with "alice":
                            - .data.color
                            - .data.size
                            conflicts with "bob":
                            - .data.shape""");
    }

    @Test
    void forceTakesTheFieldFromItsOwner() {
        alice.apply(MAP, map("{color: blue, size: big}"));

        ObjectValue taken = bob.force(MAP, map("{color: red}"));

        assertThat(taken.at("data", "color")).hasToString("red");
        assertThat(owners(taken))
                .containsExactly("alice Apply v1 - {f:data:{f:size:{}}}", "bob Apply v1 - {f:data:{f:color:{}}}");
    }

    @Test
    void applyingTheSameValueSharesTheField() {
        alice.apply(MAP, map("{color: blue}"));

        ObjectValue shared = bob.apply(MAP, map("{color: blue}"));

        assertThat(owners(shared))
                .containsExactlyInAnyOrder(
                        "alice Apply v1 - {f:data:{f:color:{}}}", "bob Apply v1 - {f:data:{f:color:{}}}");
    }

    @Test
    void whoeverUpdatesAFieldTakesItWithoutAsking() {
        alice.apply(MAP, map("{color: blue, size: big}"));

        ObjectValue updated = bob.merge(MAP, "{\"data\":{\"color\":\"red\"}}");

        assertThat(owners(updated))
                .containsExactly("alice Apply v1 - {f:data:{f:size:{}}}", "bob Update v1 - {f:data:{f:color:{}}}");
    }

    @Test
    void replicasAreHandedOverToAnAutoscaler() {
        alice.apply(WEB, deployment("replicas: 3", "nginx"));
        // The autoscaler sets the number, and the user leaves it out from then on.
        var scaler = new Writer(server, "kube-controller-manager");
        scaler.merge(WEB + "/scale", "{\"spec\":{\"replicas\":8}}");

        ObjectValue left = alice.apply(WEB, deployment("", "nginx:1.27"));

        assertThat(left.object("spec").integer("replicas")).isEqualTo(8);
        assertThat(owners(left))
                .anyMatch(
                        owner -> owner.equals("kube-controller-manager Update apps/v1 scale {f:spec:{f:replicas:{}}}"));
        assertThat(owners(left)).noneMatch(owner -> owner.startsWith("alice") && owner.contains("f:replicas"));
    }

    @Test
    void replicasThatNobodyElseOwnsFallBackToTheDefault() {
        alice.apply(WEB, deployment("replicas: 3", "nginx"));

        ObjectValue left = alice.apply(WEB, deployment("", "nginx"));

        assertThat(left.object("spec").integer("replicas")).isEqualTo(1);
    }

    @Test
    void portsWithoutAProtocolAreThoseWithTheDefaultOne() {
        String service = """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
                """;
        alice.apply("v1/namespaces/default/services/web", service);

        ObjectValue both = bob.apply("v1/namespaces/default/services/web", """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {ports: [{name: dns, port: 53, protocol: UDP}]}
                """);
        ObjectValue again = alice.apply("v1/namespaces/default/services/web", service);

        assertThat(both.object("spec").list("ports")).hasSize(2);
        assertThat(again.object("spec").list("ports")).hasSize(2);
        assertThat(owners(again))
                .contains("alice Apply v1 - {f:spec:{f:ports:{k:{'port':80,'protocol':'TCP'}:{.:{},f:name:{},"
                        + "f:port:{}}},f:selector:{}}}");
    }

    @Test
    void anAtomicFieldIsOwnedAndReplacedAsAWhole() {
        alice.apply(WEB, deployment("replicas: 1", "nginx"));

        assertThat(owners(server.get(WEB))).allMatch(owner -> owner.contains("f:selector:{}"));
    }

    @Test
    void theStatusIsOwnedThroughItsSubresourceOnly() {
        alice.apply(WEB, deployment("replicas: 1", "nginx") + "status: {replicas: 7}\n");
        assertThat(owners(server.get(WEB))).noneMatch(owner -> owner.contains("f:status"));

        ObjectValue written = bob.apply(WEB + "/status", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {replicas: 9}
                status: {replicas: 7}
                """);

        assertThat(written.object("status").integer("replicas")).isEqualTo(7);
        assertThat(written.object("spec").integer("replicas")).isEqualTo(1);
        assertThat(owners(written)).contains("bob Apply apps/v1 status {f:status:{f:replicas:{}}}");
    }

    @Test
    void aScaleCanBeApplied() {
        alice.apply(WEB, deployment("replicas: 3", "nginx"));
        String scale = """
                apiVersion: autoscaling/v1
                kind: Scale
                metadata: {name: web}
                spec: {replicas: 5}
                """;

        assertThatThrownBy(() -> bob.apply(WEB + "/scale", scale))
                .hasMessage("Apply failed with 1 conflict: conflict with \"alice\": .spec.replicas");
        ObjectValue applied = bob.force(WEB + "/scale", scale);

        assertThat(applied.string("kind")).isEqualTo("Scale");
        assertThat(applied.object("metadata").has("managedFields")).isFalse();
        assertThat(owners(server.get(WEB))).contains("bob Apply apps/v1 scale {f:spec:{f:replicas:{}}}");
    }

    @Test
    void aDryRunTellsWhatWouldBeAndWritesNothing() {
        Answer made = alice.answer(MAP, map("{color: blue}"), Query.NONE.with("dryRun", "All"));

        assertThat(made.code()).isEqualTo(201);
        assertThat(owners(made.body())).isNotEmpty();
        assertThatThrownBy(() -> server.get(MAP)).hasMessageContaining("not found");
    }

    @Test
    void anApplyWithAVersionHoldsForThatVersionOnly() {
        alice.apply(MAP, map("{color: blue}"));

        assertThatThrownBy(() -> alice.apply(
                        MAP, map("{color: red}").replace("{name: settings}", "{name: settings, resourceVersion: '1'}")))
                .hasMessageContaining("the object has been modified");
    }

    @Test
    void anApplyWithAVersionCreatesWhatIsMissing() {
        ObjectValue made = alice.apply(
                MAP, map("{color: red}").replace("{name: settings}", "{name: settings, resourceVersion: '1'}"));

        assertThat(made.object("metadata").string("resourceVersion")).isNotEqualTo("1");
        assertThatThrownBy(() -> alice.apply(
                        MAP,
                        map("{color: blue}").replace("{name: settings}", "{name: settings, resourceVersion: '1'}")))
                .hasMessageContaining("the object has been modified");
    }

    @Test
    void anApplyWithAUidDoesNotCreate() {
        assertThatThrownBy(() ->
                        alice.apply(MAP, map("{color: red}").replace("{name: settings}", "{name: settings, uid: abc}")))
                .hasMessage("Operation cannot be fulfilled on configmaps \"settings\": uid mismatch: the provided"
                        + " object specified uid abc, and no existing object was found");
    }

    @Test
    void whatAConfigurationMustNotSayIsRefused() {
        assertThatThrownBy(() -> alice.apply(MAP, map("{color: blue}").replace("kind: ConfigMap", "kind: Secret")))
                .hasMessage("invalid object type: /v1, Kind=Secret");
        assertThatThrownBy(() -> alice.apply(
                        MAP, map("{color: blue}").replace("{name: settings}", "{name: settings, managedFields: []}")))
                .hasMessage("metadata.managedFields must be nil");
        assertThatThrownBy(() -> alice.apply(MAP, map("{color: blue}").replace("\ndata:", "\ndate:")))
                .hasMessage("failed to create typed patch object (/settings; /v1, Kind=ConfigMap): .date: field not"
                        + " declared in schema");
        assertThatThrownBy(() -> alice.apply(WEB, deployment("replicas: many", "nginx")))
                .hasMessage("failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.replicas:"
                        + " expected numeric (int or float), got string")
                .extracting(refused -> ((ApiException) refused).status().code())
                .isEqualTo(500);
        assertThatThrownBy(() -> new Writer(server, "").apply(MAP, map("{color: blue}")))
                .hasMessage("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for"
                        + " apply patch");
    }

    @Test
    void forceIsForApplyAlone() {
        alice.apply(MAP, map("{color: blue}"));

        assertThatThrownBy(() -> server.handle(
                        Verb.PATCH,
                        MAP,
                        Query.NONE.with("force", true).with("fieldManager", "a\u0007b"),
                        ObjectValue.EMPTY))
                .hasMessage("PatchOptions.meta.k8s.io \"\" is invalid: [force: Forbidden: may not be specified for"
                        + " non-apply patch, fieldManager: Invalid value: \"a\\ab\": invalid character U+0007 (at"
                        + " position 1)]");
    }

    @Test
    void whoIsNotTrackedYetOwnsWhatWasThereBeforeTheFirstApply() {
        ObjectValue made = alice.apply(MAP, map("{color: blue}"));
        alice.update(MAP, made.update("metadata", metadata -> metadata.with("managedFields", ListValue.EMPTY)));
        assertThat(owners(server.get(MAP))).isEmpty();

        ObjectValue applied = bob.apply(MAP, map("{size: big}"));

        assertThat(owners(applied))
                .containsExactly(
                        "bob Apply v1 - {f:data:{f:size:{}}}",
                        "before-first-apply Update v1 - {f:data:{.:{},f:color:{}}}");
    }

    @Test
    void clientSideApplyHandsOverToServerSideApply() {
        var client = new Writer(server, "kubectl-client-side-apply");
        String last =
                "{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"color\\\":\\\"blue\\\",\\\"size\\\":\\\"big\\\"},"
                        + "\\\"kind\\\":\\\"ConfigMap\\\",\\\"metadata\\\":{\\\"annotations\\\":{},\\\"name\\\":\\\"settings\\\","
                        + "\\\"namespace\\\":\\\"default\\\"}}\\n";
        client.create(
                "v1/namespaces/default/configmaps",
                map("{color: blue, size: big}")
                        .replace(
                                "{name: settings}",
                                "{name: settings, annotations: {kubectl.kubernetes.io/last-applied-configuration: \""
                                        + last + "\"}}"));

        ObjectValue applied = new Writer(server, "kubectl").apply(MAP, map("{color: red, size: big}"));

        assertThat(applied.at("data", "color")).hasToString("red");
        assertThat(applied.at("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"))
                .hasToString("{\"apiVersion\":\"v1\",\"data\":{\"color\":\"red\",\"size\":\"big\"},"
                        + "\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\"}}\n");
        assertThatThrownBy(() -> bob.apply(MAP, map("{color: green}"))).hasMessageContaining("conflict");
    }

    @Test
    void noMoreThanTenUpdatersAreToldApart() {
        alice.create("v1/namespaces/default/configmaps", map("{color: blue}"));
        for (int i = 0; i < 15; i++) {
            server.runtime.advance(Duration.ofSeconds(1));
            new Writer(server, "program-" + i).merge(MAP, "{\"data\":{\"key-" + i + "\":\"1\"}}");
        }

        assertThat(owners(server.get(MAP)))
                .hasSize(10)
                .first()
                .asString()
                .startsWith("ancient-changes Update v1 - {f:data:{.:{},f:color:{},f:key-0:{}");
    }

    @Test
    void managedFieldsMayBeWrittenThroughAPatchAndWhatIsMalformedIsPassedOver() {
        alice.apply(MAP, map("{color: blue}"));

        ObjectValue renamed = bob.patch(
                PatchType.JSON,
                MAP,
                "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields/0/manager\",\"value\":\"carol\"}]");
        assertThat(owners(renamed)).containsExactly("carol Apply v1 - {f:data:{f:color:{}}}");

        ObjectValue kept = bob.patch(
                PatchType.JSON,
                MAP,
                "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields/0/operation\",\"value\":\"Guess\"}]");
        assertThat(owners(kept)).containsExactly("carol Apply v1 - {f:data:{f:color:{}}}");
    }

    @Test
    void ownersOfAnotherVersionAreAskedInTheirOwnWords() {
        String scaler = "default/horizontalpodautoscalers/web";
        String second = """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web}
                spec:
                  maxReplicas: %d
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  %s
                """;
        String metrics =
                "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]";
        alice.apply("autoscaling/v2/namespaces/" + scaler, second.formatted(5, metrics));
        bob.merge(
                "autoscaling/v1/namespaces/" + scaler,
                "{\"spec\":{\"maxReplicas\":6,\"targetCPUUtilizationPercentage\":70}}");

        assertThat(owners(server.get("autoscaling/v2/namespaces/" + scaler)))
                .contains("bob Update autoscaling/v1 - {f:spec:{f:maxReplicas:{},f:targetCPUUtilizationPercentage:{}}}")
                .noneMatch(owner -> owner.startsWith("alice") && owner.contains("f:metrics"));
        assertThatThrownBy(() -> alice.apply("autoscaling/v2/namespaces/" + scaler, second.formatted(5, metrics)))
                .hasMessage("""
                        Apply failed with 2 conflicts: conflicts with "bob" using autoscaling/v1:
                        - .spec.maxReplicas
                        - .spec.targetCPUUtilizationPercentage""");

        // Applied in the other version, it is the same owner: what it leaves out goes.
        ObjectValue first = alice.force(
                "autoscaling/v1/namespaces/" + scaler,
                second.formatted(5, "").replace("autoscaling/v2", "autoscaling/v1"));
        assertThat(owners(first))
                .contains("alice Apply autoscaling/v1 - {f:spec:{f:maxReplicas:{},f:scaleTargetRef:{}}}");
    }

    @Test
    void aManagerWithoutAPrintableNameIsRefusedWhereverItIsWritten() {
        alice.apply(MAP, map("{color: blue}"));

        assertThatThrownBy(() -> bob.patch(
                        PatchType.JSON,
                        MAP,
                        "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields/0/manager\",\"value\":\"a\\u0000\"}]"))
                .hasMessageContaining("metadata.managedFields[0].manager: Invalid value:")
                .hasMessageContaining("invalid character U+0000 (at position 1)");
    }

    @Test
    void aProgramIsKnownByItsUserAgent() {
        assertThat(WriteOptions.manager("kubectl/v1.36.0 (linux/amd64) kubernetes/abc"))
                .isEqualTo("kubectl");
        assertThat(WriteOptions.manager("Mozilla\t5.0")).isEqualTo("Mozilla5.0");
        assertThat(WriteOptions.manager("x".repeat(200))).hasSize(128);
        assertThat(owners(new Writer(server, "").create("v1/namespaces/default/configmaps", map("{color: blue}"))))
                .containsExactly("unknown Update v1 - {f:data:{.:{},f:color:{}}}");
    }
}
