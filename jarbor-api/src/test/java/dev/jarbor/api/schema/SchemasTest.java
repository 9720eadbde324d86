package dev.jarbor.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.schema.FieldType.ListOf;
import dev.jarbor.api.schema.FieldType.MapOf;
import dev.jarbor.api.schema.FieldType.Ref;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SchemasTest {
    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    private final Schemas schemas = Schemas.builtIn();

    private TypeSchema type(String id) {
        return schemas.type(id).orElseThrow();
    }

    private FieldSchema field(String type, String name) {
        return type(type).field(name).orElseThrow();
    }

    @Test
    void aPodIsFoundByItsKindAndNamesItself() {
        TypeSchema pod = schemas.forKind("", "v1", "Pod").orElseThrow();

        assertThat(pod.id()).isEqualTo(CORE + "Pod");
        assertThat(pod.kind()).contains(new GroupVersionKind("", "v1", "Pod"));
        assertThat(pod.fields().keySet()).containsExactly("apiVersion", "kind", "metadata", "spec", "status");
        assertThat(pod.description()).startsWith("Pod is a collection of containers");
        assertThat(type(CORE + "PodSpec").description("nodeName")).startsWith("NodeName indicates");
    }

    @Test
    void containersOfAPodMergeByName() {
        FieldSchema containers = field(CORE + "PodSpec", "containers");

        assertThat(containers.type()).isEqualTo(new ListOf(new Ref(CORE + "Container")));
        assertThat(containers.required()).isTrue();
        assertThat(containers.protobufNumber()).isEqualTo(2);
        assertThat(containers.listType()).isEqualTo(ListType.MAP);
        assertThat(containers.listMapKeys()).containsExactly("name");
        assertThat(containers.patchStrategies()).containsExactly(PatchStrategy.MERGE);
        assertThat(containers.patchMergeKey()).isEqualTo("name");
        assertThat(type(CORE + "PodSpec").required()).containsExactly("containers");
    }

    @Test
    void theSchemaKnowsPublishedDefaultsAndAtomicMaps() {
        assertThat(field(CORE + "ContainerPort", "protocol").defaultValue()).contains(Value.of("TCP"));
        assertThat(field("io.k8s.api.core.v1.ReplicationControllerSpec", "replicas")
                        .defaultValue())
                .contains(Value.of(1));
        assertThat(field(CORE + "ContainerPort", "hostPort").defaultValue()).isEmpty();
        assertThat(field(CORE + "PodSpec", "nodeSelector").mapType()).isEqualTo(MapType.ATOMIC);
        assertThat(type(CORE + "ConfigMapKeySelector").mapType()).isEqualTo(MapType.ATOMIC);
    }

    @Test
    void aDeploymentRefersToItsParts() {
        String apps = "io.k8s.api.apps.v1.";
        assertThat(field(apps + "Deployment", "spec").type()).isEqualTo(new Ref(apps + "DeploymentSpec"));
        assertThat(field(apps + "DeploymentSpec", "template").type()).isEqualTo(new Ref(CORE + "PodTemplateSpec"));
        assertThat(field(apps + "DeploymentSpec", "replicas").type()).isEqualTo(Scalar.INT32);
        assertThat(field(apps + "RollingUpdateDeployment", "maxSurge").type()).isEqualTo(Scalar.INT_OR_STRING);
        assertThat(schemas.forKind("apps", "v1", "DeploymentList").orElseThrow().field("items"))
                .map(FieldSchema::type)
                .contains(new ListOf(new Ref(apps + "Deployment")));
    }

    @Test
    void aServiceAndAnEndpointSliceHaveTheirMergeKeys() {
        assertThat(field(CORE + "ServiceSpec", "ports").listMapKeys()).containsExactly("port", "protocol");
        assertThat(field(CORE + "ServiceSpec", "ports").patchMergeKey()).isEqualTo("port");
        assertThat(field("io.k8s.api.discovery.v1.EndpointSlice", "endpoints").listType())
                .isEqualTo(ListType.ATOMIC);
        assertThat(type("io.k8s.api.discovery.v1.EndpointSlice").required()).containsExactly("addressType");
    }

    @Test
    void scalarsWithAFormOfTheirOwnAreToldApart() {
        String meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
        assertThat(field(meta + "ObjectMeta", "creationTimestamp").type()).isEqualTo(Scalar.TIME);
        assertThat(field("io.k8s.api.coordination.v1.LeaseSpec", "renewTime").type())
                .isEqualTo(Scalar.MICRO_TIME);
        assertThat(field("io.k8s.api.coordination.v1beta1.LeaseCandidateSpec", "renewTime")
                        .type())
                .isEqualTo(Scalar.MICRO_TIME);
        assertThat(field(CORE + "ResourceRequirements", "limits").type()).isEqualTo(new MapOf(Scalar.QUANTITY));
        assertThat(field(CORE + "Secret", "data").type()).isEqualTo(new MapOf(Scalar.BYTES));
        assertThat(field(meta + "ManagedFieldsEntry", "fieldsV1").type()).isEqualTo(Scalar.FIELDS_V1);
        assertThat(field("io.k8s.api.apps.v1.ControllerRevision", "data").type())
                .isEqualTo(Scalar.RAW_EXTENSION);
    }

    @Test
    void theSchemaOfACustomResourceDefinitionIsKnown() {
        String schema = EXTENSIONS + "JSONSchemaProps";
        assertThat(schemas.forKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition"))
                .isPresent();
        assertThat(field(schema, "properties").type()).isEqualTo(new MapOf(new Ref(schema)));
        assertThat(field(schema, "items").type()).isEqualTo(Scalar.SCHEMA_OR_LIST);
        assertThat(field(schema, "additionalProperties").type()).isEqualTo(Scalar.SCHEMA_OR_BOOLEAN);
        assertThat(field(schema, "default").type()).isEqualTo(Scalar.JSON);
        assertThat(field(schema, "$ref").protobufNumber()).isEqualTo(3);
        assertThat(field(schema, "x-kubernetes-preserve-unknown-fields").protobufNumber())
                .isEqualTo(38);
        assertThat(field(EXTENSIONS + "CustomResourceSubresources", "status").type())
                .isEqualTo(new Ref(EXTENSIONS + "CustomResourceSubresourceStatus"));
    }

    /** The messages that Go embeds: their fields stand in the enclosing JSON object. */
    @Test
    void protobufMessagesThatJsonInlinesAreMarked() {
        assertThat(type(CORE + "Volume").inlined())
                .containsExactly(new Inlined("volumeSource", 2, CORE + "VolumeSource"));
        assertThat(field(CORE + "Volume", "emptyDir").protobufNumber()).isZero();
        assertThat(field(CORE + "VolumeSource", "emptyDir").protobufNumber()).isEqualTo(2);
        assertThat(inlinedNames(CORE + "Probe")).containsExactly("handler");
        assertThat(inlinedNames(CORE + "EphemeralContainer")).containsExactly("ephemeralContainerCommon");
        assertThat(inlinedNames(CORE + "ConfigMapKeySelector")).containsExactly("localObjectReference");
        assertThat(inlinedNames(CORE + "PersistentVolumeSpec")).containsExactly("persistentVolumeSource");
        assertThat(inlinedNames("io.k8s.api.admissionregistration.v1.RuleWithOperations"))
                .containsExactly("rule");
        assertThat(inlinedNames(CORE + "Lifecycle")).isEmpty();
    }

    private List<String> inlinedNames(String type) {
        return type(type).inlined().stream().map(Inlined::name).toList();
    }

    @Test
    void everyFieldOfATypeWithProtobufNumbersHasOneItselfOrThroughAnInlinedMessage() {
        var without = new ArrayList<String>();
        for (String id : schemas.typeIds()) {
            TypeSchema type = type(id);
            boolean numbered = type.fields().values().stream().anyMatch(field -> field.protobufNumber() > 0);
            for (FieldSchema field : type.fields().values()) {
                boolean ofTypeMeta =
                        field.name().equals("apiVersion") || field.name().equals("kind");
                if (numbered && !ofTypeMeta && !isNumbered(type, field.name())) {
                    without.add(id + "." + field.name());
                }
            }
        }
        assertThat(without)
                .containsExactly("io.k8s.api.certificates.v1beta1.PodCertificateRequestSpec.stubPKCS10Request");
    }

    private boolean isNumbered(TypeSchema type, String field) {
        return type.field(field).filter(found -> found.protobufNumber() > 0).isPresent()
                || type.inlined().stream().anyMatch(inlined -> isNumbered(type(inlined.type()), field));
    }

    @Test
    void listsThatProtobufCannotNestAreMarked() {
        assertThat(field("io.k8s.api.authentication.v1.UserInfo", "extra").protobufWrapped())
                .isTrue();
        assertThat(field("io.k8s.apimachinery.pkg.apis.meta.v1.APIResource", "verbs")
                        .protobufWrapped())
                .isTrue();
        assertThat(field(CORE + "VolumeProjection", "downwardAPI").protobufWrapped())
                .isFalse();
        assertThat(field(CORE + "Container", "command").protobufWrapped()).isFalse();
    }

    @Test
    void everyReferenceLeadsToAType() {
        var dangling = new ArrayList<String>();
        for (String id : schemas.typeIds()) {
            type(id).fields().values().forEach(field -> collectDangling(field.type(), dangling));
        }
        assertThat(dangling).isEmpty();
    }

    private void collectDangling(FieldType type, List<String> dangling) {
        switch (type) {
            case Ref(String id) -> {
                if (schemas.type(id).isEmpty()) {
                    dangling.add(id);
                }
            }
            case ListOf(FieldType item) -> collectDangling(item, dangling);
            case MapOf(FieldType value) -> collectDangling(value, dangling);
            case Scalar ignored -> {}
        }
    }

    @Test
    void everyListMapKeyIsAFieldOfTheItems() {
        var wrong = new ArrayList<String>();
        for (String id : schemas.typeIds()) {
            for (FieldSchema field : type(id).fields().values()) {
                if (field.type() instanceof ListOf(Ref(String item))) {
                    field.listMapKeys().stream()
                            .filter(key -> type(item).field(key).isEmpty())
                            .forEach(key -> wrong.add(id + "." + field.name() + ": " + key));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyServedResourceAndSubresourceHasASchema() {
        var without = new ArrayList<String>();
        for (ResourceDefinition resource : schemas.resources()) {
            addIfUnknown(resource.groupVersionKind(), without);
            resource.subresources().forEach(subresource -> addIfUnknown(subresource.kind(), without));
            if (resource.verbs().contains("list")) {
                addIfUnknown(
                        new GroupVersionKind(resource.group(), resource.version(), resource.kind() + "List"), without);
            }
        }
        assertThat(without).isEmpty();
    }

    private void addIfUnknown(GroupVersionKind kind, List<String> unknown) {
        if (schemas.forKind(kind).isEmpty()) {
            unknown.add(kind.toString());
        }
    }

    @Test
    void podsAreServedWithTheirShortNamesVerbsAndSubresources() {
        ResourceDefinition pods = schemas.resource("", "v1", "pods").orElseThrow();

        assertThat(pods.namespaced()).isTrue();
        assertThat(pods.shortNames()).containsExactly("po");
        assertThat(pods.categories()).containsExactly("all");
        assertThat(pods.verbs()).contains("watch", "deletecollection");
        assertThat(pods.subresource("eviction").map(SubresourceDefinition::kind))
                .contains(new GroupVersionKind("policy", "v1", "Eviction"));
        assertThat(pods.isStored()).isTrue();
        assertThat(schemas.resource("authorization.k8s.io", "v1", "subjectaccessreviews")
                        .orElseThrow()
                        .isStored())
                .isFalse();
    }

    @Test
    void aUnionSaysWhichFieldGoesWithWhichWord() {
        Union union = type(CORE + "SeccompProfile").union().orElseThrow();

        assertThat(union.discriminator()).isEqualTo("type");
        assertThat(union.values()).containsEntry("localhostProfile", "LocalhostProfile");
    }

    @Test
    void schemasOfOtherOriginAreTheSameThing() {
        TypeSchema widget = TypeSchema.builder("example.com.v1.Widget")
                .kind(new GroupVersionKind("example.com", "v1", "Widget"))
                .field(FieldSchema.of("size", Scalar.INT64))
                .build();
        Schemas own = Schemas.of(List.of(widget), List.of());

        assertThat(own.forKind("example.com", "v1", "Widget")).contains(widget);
        assertThat(own.type("example.com.v1.Gadget")).isEqualTo(Optional.empty());
    }
}
