package dev.jarbor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apiextensions.v1.JSONSchemaProps;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentSpec;
import dev.jarbor.api.apps.v1.RollingUpdateDeployment;
import dev.jarbor.api.authorization.v1.SubjectAccessReviewSpec;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.EnvVar;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GeneratedViewsTest {
    @Test
    void whatIsAbsentReadsAsTheZeroValue() {
        Pod pod = new Pod(ObjectValue.EMPTY);

        assertThat(pod.spec().nodeName()).isEmpty();
        assertThat(pod.spec().containers()).isEmpty();
        assertThat(pod.spec().nodeSelector()).isEmpty();
        assertThat(pod.spec().hostNetwork()).isFalse();
        assertThat(pod.spec().priority()).isZero();
        assertThat(pod.spec().priorityOr(7)).isEqualTo(7);
        assertThat(pod.spec().hasPriority()).isFalse();
        assertThat(pod.metadata().deletionTimestamp()).isEmpty();
        assertThat(pod.spec().securityContext().runAsUser()).isZero();
    }

    @Test
    void anObjectIsNamedAndStampedWithItsKind() {
        Pod pod = Pod.named("shop", "web");

        assertThat(pod.apiVersion()).isEqualTo("v1");
        assertThat(pod.kind()).isEqualTo("Pod");
        assertThat(pod.key()).isEqualTo(new ObjectKey("shop", "web"));
        assertThat(Node.named("one").key()).isEqualTo(ObjectKey.cluster("one"));
        assertThat(Deployment.named("shop", "web").apiVersion()).isEqualTo("apps/v1");
        assertThat(Pod.KIND.read(pod.value())).isEqualTo(pod);
    }

    @Test
    void whatIsWrittenReadsBack() {
        Container container = Container.EMPTY
                .withName("web")
                .withEnv(List.of(EnvVar.EMPTY.withName("A").withValue("b")))
                .withResources(ResourceRequirements.EMPTY.withLimits(Map.of("cpu", Quantity.parse("500m"))));
        PodSpec spec = PodSpec.EMPTY
                .withContainers(List.of(container))
                .withNodeSelector(Map.of("zone", "a"))
                .withTerminationGracePeriodSeconds(30);

        assertThat(spec.containers()).containsExactly(container);
        assertThat(spec.containers().get(0).env().get(0).value_()).isEqualTo("b");
        assertThat(spec.containers().get(0).resources().limits()).containsEntry("cpu", Quantity.parse("0.5"));
        assertThat(spec.nodeSelector()).containsExactly(Map.entry("zone", "a"));
        assertThat(spec.terminationGracePeriodSecondsOr(0)).isEqualTo(30);
        assertThat(spec.withoutNodeSelector().hasNodeSelector()).isFalse();
    }

    @Test
    void anEmptyOptionalListOrMapIsLeftAway() {
        PodSpec spec = PodSpec.EMPTY.withTolerations(List.of()).withNodeSelector(Map.of());

        assertThat(spec).isEqualTo(PodSpec.EMPTY);
        assertThat(PodSpec.EMPTY.withContainers(List.of()).value().has("containers"))
                .isTrue();
    }

    @Test
    void timesAreWrittenAsTheReferenceWritesThem() {
        Instant instant = Instant.parse("2024-05-01T10:00:00.123456789Z");

        ObjectMeta metadata = ObjectMeta.EMPTY.withDeletionTimestamp(instant);
        LeaseSpec lease = LeaseSpec.EMPTY.withRenewTime(instant);

        assertThat(metadata.value().string("deletionTimestamp")).isEqualTo("2024-05-01T10:00:00Z");
        assertThat(metadata.deletionTimestamp()).contains(Instant.parse("2024-05-01T10:00:00Z"));
        assertThat(lease.value().string("renewTime")).isEqualTo("2024-05-01T10:00:00.123456Z");
        assertThat(lease.renewTime()).contains(Instant.parse("2024-05-01T10:00:00.123456Z"));
    }

    @Test
    void bytesAreReadAsTextOrDecoded() {
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
        Secret secret = Secret.named("shop", "key").withDataBytes(Map.of("a", bytes));

        assertThat(secret.data()).containsEntry("a", "aGVsbG8=");
        assertThat(secret.dataBytes().get("a")).isEqualTo(bytes);
    }

    @Test
    void namesThatJavaHasTakenEndInAnUnderscore() {
        JSONSchemaProps schema =
                JSONSchemaProps.EMPTY.withDefault(Value.of(3)).withRef("#/x").withXKubernetesIntOrString(true);

        assertThat(schema.default_()).isEqualTo(Value.of(3));
        assertThat(schema.value().string("$ref")).isEqualTo("#/x");
        assertThat(schema.xKubernetesIntOrString()).isTrue();
    }

    @Test
    void intOrStringAndNestedListsHaveTheirTypes() {
        var rolling = RollingUpdateDeployment.EMPTY.withMaxSurge(IntOrString.of("25%"));
        var review = SubjectAccessReviewSpec.EMPTY.withExtra(Map.of("scopes", List.of("a", "b")));

        assertThat(rolling.maxSurge().scaled(4, true)).isEqualTo(1);
        assertThat(review.extra().get("scopes")).containsExactly("a", "b");
        assertThat(DeploymentSpec.EMPTY.withReplicas(0).hasReplicas()).isTrue();
    }

    @Test
    void everyServedResourceHasAViewWithAKindConstant() throws ReflectiveOperationException {
        var kinds = new ArrayList<String>();
        for (ResourceDefinition resource : Schemas.builtIn().resources()) {
            String[] id = Schemas.builtIn()
                    .forKind(resource.groupVersionKind())
                    .orElseThrow()
                    .id()
                    .split("\\.", -1);
            Class<?> view = Class.forName(
                    "dev.jarbor.api." + id[id.length - 3] + "." + id[id.length - 2] + "." + id[id.length - 1]);
            Kind<?> kind = (Kind<?>) view.getField("KIND").get(null);
            assertThat(kind)
                    .isEqualTo(Kind.generic(
                            resource.group(),
                            resource.version(),
                            resource.kind(),
                            resource.plural(),
                            resource.namespaced()));
            assertThat(kind.namespaced()).isEqualTo(resource.namespaced());
            assertThat(kind.read(ObjectValue.EMPTY)).isInstanceOf(view);
            kinds.add(kind.toString());
        }
        assertThat(kinds).doesNotHaveDuplicates().hasSizeGreaterThan(90);
    }
}
