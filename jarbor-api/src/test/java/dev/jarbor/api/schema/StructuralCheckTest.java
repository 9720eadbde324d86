package dev.jarbor.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.schema.StructuralCheck.Result;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import org.junit.jupiter.api.Test;

final class StructuralCheckTest {
    private static Result check(String group, String kind, ObjectValue object) {
        Schemas schemas = Schemas.builtIn();
        return StructuralCheck.check(schemas, schemas.forKind(group, "v1", kind).orElseThrow(), object);
    }

    private static ObjectValue deployment(ObjectValue container) {
        return object("spec", object("template", object("spec", object("containers", ListValue.of(container)))));
    }

    private static ObjectValue object(String name, Value value) {
        return ObjectValue.of(name, value);
    }

    @Test
    void aWellFormedObjectComesBackAsTheSameInstance() {
        ObjectValue object = deployment(object("name", Value.of("web"))
                .with("ports", ListValue.of(object("containerPort", Value.of(80))))
                .with("resources", object("limits", object("cpu", Value.of("500m")))));

        Result result = check("apps", "Deployment", object);

        assertThat(result.object()).isSameAs(object);
        assertThat(result.unknownFields()).isEmpty();
        assertThat(result.wrongTypes()).isEmpty();
    }

    @Test
    void whatIsTheVerySameInAnObjectThatWasReadIsNotReadAgain() {
        ObjectValue container = object("name", Value.of("web")).with("imege", "misspelt");
        ObjectValue known = deployment(container);
        ObjectValue labelled = known.with("metadata", object("labels", object("a", Value.of("b"))))
                .with("spec", known.object("spec").with("replicas", 3).with("paused", "no"));
        Schemas schemas = Schemas.builtIn();

        Result result = StructuralCheck.check(
                schemas, schemas.forKind("apps", "v1", "Deployment").orElseThrow(), labelled, known);

        assertThat(result.unknownFields()).as("in the part that is the same").isEmpty();
        assertThat(result.wrongTypes())
                .as("beside it")
                .singleElement()
                .asString()
                .contains("spec.paused");
        assertThat(check("apps", "Deployment", labelled).unknownFields())
                .as("where nothing is known")
                .containsExactly("unknown field \"spec.template.spec.containers[0].imege\"");
    }

    @Test
    void aZeroStaysWhereItIsSomethingElseThanAbsence() {
        ObjectValue pod = object("hostUsers", Value.of(false))
                .with("priority", 0)
                .with("runtimeClassName", "")
                .with("securityContext", ObjectValue.EMPTY);
        ObjectValue said = pod.with("hostPID", false)
                .with("nodeName", "")
                .with("nodeSelector", ObjectValue.EMPTY)
                .with("tolerations", ListValue.EMPTY);

        assertThat(check("", "Pod", object("spec", said)).object()).isEqualTo(object("spec", pod));
    }

    @Test
    void aZeroStaysWhereTheReferenceAlwaysWritesTheField() {
        ObjectValue role = object("rules", ListValue.EMPTY);
        ObjectValue claim = object("spec", object("storageClassName", Value.of("")));
        ObjectValue volume = object("spec", ObjectValue.EMPTY);

        assertThat(check("rbac.authorization.k8s.io", "ClusterRole", role).object())
                .isEqualTo(role);
        assertThat(check("", "PersistentVolumeClaim", claim).object()).isEqualTo(claim);
        assertThat(check("", "PersistentVolume", claim).object()).isEqualTo(volume);
    }

    @Test
    void aNumberThatTheReferenceAlwaysWritesIsThere() {
        ObjectValue none = object("status", ObjectValue.EMPTY);

        assertThat(check("apps", "ReplicaSet", none).object())
                .isEqualTo(object("status", object("replicas", Value.of(0))));
        assertThat(check("apps", "Deployment", none).object()).isEqualTo(none);
        assertThat(check("storage.k8s.io", "VolumeAttachment", none).object())
                .isEqualTo(object("status", object("attached", Value.of(false))));
    }

    @Test
    void whatIsInAMapOrAListStaysWhateverItIs() {
        ObjectValue data = object("data", object("empty", Value.of("")));
        ObjectValue arguments = deployment(object("args", ListValue.of(Value.of(""))));

        assertThat(check("", "ConfigMap", data).object()).isEqualTo(data);
        assertThat(check("apps", "Deployment", arguments).object()).isEqualTo(arguments);
    }

    @Test
    void anUnknownFieldIsDroppedAndReportedWithItsPath() {
        Result result = check(
                "apps", "Deployment", deployment(object("name", Value.of("web")).with("imagge", "nginx")));

        assertThat(result.unknownFields()).containsExactly("unknown field \"spec.template.spec.containers[0].imagge\"");
        assertThat(result.object()).isEqualTo(deployment(object("name", Value.of("web"))));
    }

    @Test
    void aThousandUnknownFieldsAreDroppedAndAHundredReported() {
        var fields = ObjectValue.builder().put("nodeName", "one");
        for (int i = 0; i < 1000; i++) {
            fields.put("unknown" + i, i);
        }

        Result result = check("", "Pod", object("spec", fields.build()));

        assertThat(result.object()).isEqualTo(object("spec", object("nodeName", Value.of("one"))));
        assertThat(result.unknownFields()).hasSize(100);
    }

    @Test
    void anExplicitNullIsAnAbsentField() {
        Result result = check(
                "", "Pod", object("metadata", object("labels", NullValue.NULL)).with("spec", NullValue.NULL));

        assertThat(result.object()).isEqualTo(object("metadata", ObjectValue.EMPTY));
        assertThat(result.wrongTypes()).isEmpty();
    }

    @Test
    void aNullInAMapOrAListIsTheZeroValue() {
        Result result = check(
                "",
                "Pod",
                object("metadata", object("labels", object("a", NullValue.NULL)))
                        .with("spec", object("containers", ListValue.of(NullValue.NULL))));

        assertThat(result.object().at("metadata", "labels", "a")).isEqualTo(Value.of(""));
        assertThat(result.object().object("spec").list("containers")).containsExactly(ObjectValue.EMPTY);
    }

    @Test
    void aWrongTypeIsReportedInTheWordsOfTheReference() {
        Result result = check(
                "apps",
                "Deployment",
                deployment(object("ports", ListValue.of(object("containerPort", Value.of("http"))))));

        assertThat(result.wrongTypes())
                .containsExactly("json: cannot unmarshal string into Go struct field"
                        + " ContainerPort.spec.template.spec.containers.ports.containerPort of type int32");
    }

    @Test
    void numbersThatDoNotFitAreNamed() {
        assertThat(check("apps", "Deployment", object("spec", object("replicas", Value.of(1.5))))
                        .wrongTypes())
                .containsExactly(
                        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32");
        assertThat(check("apps", "Deployment", object("spec", object("replicas", Value.of(1L << 31))))
                        .wrongTypes())
                .containsExactly("json: cannot unmarshal number 2147483648 into Go struct field"
                        + " DeploymentSpec.spec.replicas of type int32");
    }

    @Test
    void structuresInTheWrongPlaceAreReported() {
        assertThat(check("", "Pod", object("spec", object("containers", ObjectValue.EMPTY)))
                        .wrongTypes())
                .containsExactly(
                        "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container");
        assertThat(check("", "Pod", object("metadata", object("labels", object("a", Value.of(1)))))
                        .wrongTypes())
                .containsExactly(
                        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string");
    }

    @Test
    void quantitiesAndTimesTakeTheirCanonicalForm() {
        ObjectValue limits =
                object("cpu", Value.of(0.5)).with("memory", "1024Mi").with("pods", 3);
        Result result = check(
                "",
                "Pod",
                object("spec", object("containers", ListValue.of(object("resources", object("limits", limits)))))
                        .with("metadata", object("creationTimestamp", Value.of("2024-05-01T12:00:00.5+02:00"))));

        ObjectValue container =
                (ObjectValue) result.object().object("spec").list("containers").get(0);
        assertThat(container.at("resources", "limits"))
                .isEqualTo(object("cpu", Value.of("500m")).with("memory", "1Gi").with("pods", "3"));
        assertThat(result.object().at("metadata", "creationTimestamp")).isEqualTo(Value.of("2024-05-01T10:00:00Z"));
    }

    @Test
    void malformedQuantitiesTimesAndBytesAreReported() {
        assertThat(check("", "Pod", object("spec", object("overhead", object("cpu", Value.of("1x")))))
                        .wrongTypes())
                .containsExactly("quantities must match the regular expression"
                        + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        assertThat(check("", "Pod", object("metadata", object("deletionTimestamp", Value.of("soon"))))
                        .wrongTypes())
                .containsExactly("parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\" as"
                        + " \"2006\"");
        assertThat(check("", "Secret", object("data", object("key", Value.of("a?b="))))
                        .wrongTypes())
                .containsExactly("illegal base64 data at input byte 1");
    }

    @Test
    void whatIsOpenIsTakenAsItIs() {
        ObjectValue object =
                object("data", object("anything", ListValue.of(NullValue.NULL))).with("revision", 1);

        assertThat(check("apps", "ControllerRevision", object).object()).isSameAs(object);
    }

    @Test
    void schemasInsideACustomResourceDefinitionAreReadAsSchemas() {
        ObjectValue schema = object("type", Value.of("object"))
                .with("additionalProperties", object("type", Value.of("string")).with("unheard", "of"))
                .with("items", ListValue.of(object("format", Value.of("int32"))));
        ObjectValue definition =
                object("spec", object("versions", ListValue.of(object("schema", object("openAPIV3Schema", schema)))));

        Result result = check("apiextensions.k8s.io", "CustomResourceDefinition", definition);

        assertThat(result.unknownFields()).isEmpty();
        ObjectValue version =
                (ObjectValue) result.object().object("spec").list("versions").get(0);
        assertThat(version.at("schema", "openAPIV3Schema", "additionalProperties"))
                .isEqualTo(object("type", Value.of("string")));
    }
}
