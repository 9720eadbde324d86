package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.store.Transaction;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CustomResourceDefinitions as objects: what they must say, what changes about them, what their status tells. */
class CustomResourceDefinitionTest {
    private static final String OPEN = "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";

    private final TestServer cluster = new TestServer();

    private void refused(String definition, String message) {
        assertThatThrownBy(() -> cluster.create(CronTabs.DEFINITIONS, definition))
                .hasMessage("CustomResourceDefinition.apiextensions.k8s.io \"crontabs.stable.example.com\" is invalid: "
                        + message);
    }

    private void refusedSchema(String schema, String message) {
        refused(CronTabs.definition(schema), message);
    }

    private static String named(String plural, String kind, String more) {
        return """
                {"metadata":{"name":"%s.stable.example.com"},"spec":{"group":"stable.example.com","scope":"Cluster",
                 "names":{"plural":"%s","kind":"%s"%s},
                 "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":%s}}]}}
                """.formatted(plural, plural, kind, more, OPEN);
    }

    private static List<String> conditions(ObjectValue definition) {
        return definition.object("status").list("conditions").objects().stream()
                .map(condition -> condition.string("type") + "=" + condition.string("status") + " "
                        + condition.string("reason") + ": " + condition.string("message"))
                .toList();
    }

    @Test
    @Conformance("AM-33")
    void definitionsAreCreatedAndDeleted() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        cluster.delete(CronTabs.DEFINITION, "{}");

        assertThatThrownBy(() -> cluster.get(CronTabs.DEFINITION)).hasMessageContaining("not found");
    }

    @Test
    @Conformance("AM-35")
    void definitionsAreListedByLabelAndDeletedTogether() {
        for (int i = 0; i < 3; i++) {
            ObjectValue definition = Json.object(named("things" + i, "Thing" + i, ""))
                    .update("metadata", metadata -> metadata.with("labels", ObjectValue.EMPTY.with("e2e", "yes")));
            cluster.create(CronTabs.DEFINITIONS, Json.text(definition));
        }
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        Query labelled = Query.NONE.with("labelSelector", "e2e=yes");

        assertThat(cluster.list(CronTabs.DEFINITIONS, labelled).list("items").size())
                .isEqualTo(3);
        cluster.handle(Verb.DELETECOLLECTION, CronTabs.DEFINITIONS, labelled, ObjectValue.EMPTY);
        assertThat(cluster.list(CronTabs.DEFINITIONS, labelled).list("items").size())
                .isZero();
        assertThat(cluster.list(CronTabs.DEFINITIONS, Query.NONE).list("items").size())
                .isEqualTo(1);
    }

    @Test
    @Conformance("AM-34")
    void theStatusIsReadUpdatedAndPatchedOnItsOwn() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        ObjectValue read = cluster.get(CronTabs.DEFINITION + "/status");
        ObjectValue condition = ObjectValue.builder()
                .put("type", "StatusUpdate")
                .put("status", "True")
                .put("reason", "E2E")
                .put("message", "Set from an e2e test")
                .build();
        ObjectValue updated = cluster.update(
                CronTabs.DEFINITION + "/status",
                read.update(
                        "status",
                        status -> status.with(
                                "conditions", status.list("conditions").with(condition))));
        ObjectValue patched = cluster.patch(
                PatchType.MERGE,
                CronTabs.DEFINITION + "/status",
                "{\"metadata\":{\"annotations\":{\"patched\":\"yes\"}},\"spec\":{\"scope\":\"Cluster\"},"
                        + "\"status\":{\"storedVersions\":[\"v1\"]}}");

        assertThat(conditions(updated)).contains("StatusUpdate=True E2E: Set from an e2e test");
        assertThat(patched.object("spec").string("scope")).isEqualTo("Namespaced");
        assertThat(patched.object("metadata").integer("generation")).isEqualTo(1);
    }

    @Test
    @Conformance("AM-32")
    void customResourcesAreWatched() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        var heard = new TestServer.Heard();
        cluster.watch(CronTabs.COLLECTION, Query.NONE, heard);
        cluster.create(CronTabs.COLLECTION, CronTabs.object("a", "{}"));
        cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/a", "{\"spec\":{\"x\":1}}");
        cluster.delete(CronTabs.COLLECTION + "/a", "{}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
    }

    @Test
    void aNameThatIsTakenIsNotAcceptedUntilItIsFree() {
        cluster.create(CronTabs.DEFINITIONS, named("firsts", "First", ",\"shortNames\":[\"fi\"]"));
        cluster.create(
                CronTabs.DEFINITIONS,
                named("seconds", "First", ",\"listKind\":\"SecondList\",\"shortNames\":[\"fi\"]"));
        ObjectValue conflicting = cluster.get(CronTabs.DEFINITIONS + "/seconds.stable.example.com");
        assertThat(conditions(conflicting))
                .containsExactly(
                        "NamesAccepted=False KindConflict: \"First\" is already in use",
                        "Established=False NotAccepted: not all names are accepted");
        assertThat(conflicting.object("status").object("acceptedNames").string("plural"))
                .isEqualTo("seconds");
        assertThatThrownBy(() -> cluster.list("stable.example.com/v1/seconds", Query.NONE))
                .hasMessage("the server could not find the requested resource");

        cluster.delete(CronTabs.DEFINITIONS + "/firsts.stable.example.com", "{}");

        assertThat(conditions(cluster.get(CronTabs.DEFINITIONS + "/seconds.stable.example.com")))
                .containsExactly(
                        "NamesAccepted=True NoConflicts: no conflicts found",
                        "Established=True InitialNamesAccepted: the initial names have been accepted");
        assertThat(cluster.list("stable.example.com/v1/seconds", Query.NONE).string("kind"))
                .isEqualTo("SecondList");
    }

    @Test
    void whatIsWrongWithNamesAndVersionsIsToldInTheReferencesWords() {
        refused(
                CronTabs.definition(OPEN).replace("\"Namespaced\"", "\"Everywhere\""),
                "spec.scope: Unsupported value: \"Everywhere\": supported values: \"Cluster\", \"Namespaced\"");
        refused(
                CronTabs.definition(OPEN).replace("\"plural\":\"crontabs\"", "\"plural\":\"tabs\""),
                "metadata.name: Invalid value: \"crontabs.stable.example.com\": must be spec.names.plural+\".\"+spec.group");
        refused(
                CronTabs.versions("{\"name\":\"v1\",\"served\":true,\"storage\":true}"),
                "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required");
        assertThatThrownBy(() -> cluster.create(
                        CronTabs.DEFINITIONS,
                        CronTabs.definition(OPEN).replace("\"storage\":true", "\"storage\":false")))
                .hasMessageContaining("must have exactly one version marked as storage version")
                .hasMessageContaining(
                        "status.storedVersions: Invalid value: []: must have at least one stored version");
    }

    @Test
    void aSchemaMustBeStructural() {
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"spec\":{}}}",
                "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified"
                        + " object fields");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}}}",
                "spec.validation.openAPIV3Schema.properties[a].items: Required value: must be specified");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"allOf\":[{\"type\":\"string\"}]}}}",
                "spec.validation.openAPIV3Schema.properties[a].allOf[0].type: Forbidden: must be empty to be structural");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"metadata\":{\"type\":\"object\",\"properties\":{\"labels\":{\"type\":\"object\"}}}}}",
                "spec.validation.openAPIV3Schema.properties[metadata]: Forbidden: must not specify anything other than"
                        + " name and generateName, but metadata is implicitly specified");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"anyOf\":[{\"required\":[\"b\"],\"properties\":{\"b\":{\"minLength\":1}}}]}}}",
                "spec.validation.openAPIV3Schema.properties[a].properties[b]: Required value: because it is defined in"
                        + " spec.validation.openAPIV3Schema.properties[a].anyOf[0].properties[b]");
    }

    @Test
    void keywordsAndExtensionsFollowTheirRules() {
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"uniqueItems\":true,\"items\":{\"type\":\"string\"}}}}",
                "spec.validation.openAPIV3Schema.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true"
                        + " since the runtime complexity becomes quadratic");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\",\"items\":{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\"}}},\"x-kubernetes-list-map-keys\":[\"k\"]}}}",
                "spec.validation.openAPIV3Schema.properties[a].items.properties[k].default: Required value: this property"
                        + " is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"maximum\":3,\"default\":5}}}",
                "spec.validation.openAPIV3Schema.properties[a].default: Invalid value: 5:  in"
                        + " body should be less than or equal to 3");
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"default\":{\"b\":1}}}}",
                "spec.validation.openAPIV3Schema.properties[a].default: Invalid value: {\"b\":1}: must not have unknown"
                        + " fields");
    }

    @Test
    void whatTheStorageDependsOnCannotChange() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        ObjectValue definition = cluster.get(CronTabs.DEFINITION);

        assertThatThrownBy(() -> cluster.update(
                        CronTabs.DEFINITION,
                        definition.update(
                                "spec",
                                spec -> spec.with("scope", "Cluster")
                                        .update(
                                                "names",
                                                names -> names.with("kind", "Other")
                                                        .with("listKind", "OtherList")))))
                .hasMessageContaining("spec.scope: Invalid value: \"Cluster\": field is immutable")
                .hasMessageContaining("spec.names.kind: Invalid value: \"Other\": field is immutable");
    }

    @Test
    void aVersionThatIsStoredMustStay() {
        String two = "{\"name\":\"v2\",\"served\":true,\"storage\":true,\"schema\":{\"openAPIV3Schema\":" + OPEN + "}}";
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        ObjectValue definition = cluster.get(CronTabs.DEFINITION);
        ObjectValue onlyTwo = definition.update("spec", spec -> spec.with("versions", ListValue.of(Json.object(two))));

        assertThatThrownBy(() -> cluster.update(CronTabs.DEFINITION, onlyTwo))
                .hasMessageContaining(
                        "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was"
                                + " previously a storage version, and must remain in spec.versions until a storage migration"
                                + " ensures no data remains persisted in v1 and removes v1 from status.storedVersions");

        ObjectValue both = definition.update(
                "spec",
                spec -> spec.with(
                        "versions",
                        ListValue.of(
                                ((ObjectValue) spec.list("versions").get(0)).with("storage", false),
                                Json.object(two))));
        ObjectValue updated = cluster.update(CronTabs.DEFINITION, both);
        assertThat(updated.object("status").list("storedVersions").strings()).containsExactly("v1", "v2");
        cluster.patch(PatchType.MERGE, CronTabs.DEFINITION + "/status", "{\"status\":{\"storedVersions\":[\"v2\"]}}");
        ObjectValue last =
                cluster.patch(PatchType.MERGE, CronTabs.DEFINITION, "{\"spec\":{\"versions\":[" + two + "]}}");
        assertThat(last.object("spec").list("versions").size()).isEqualTo(1);
    }

    @Test
    void aGroupOfTheProjectNeedsItsApproval() {
        String definition = CronTabs.definition(OPEN).replace("stable.example.com", "stable.k8s.io");
        assertThatThrownBy(() -> cluster.create(CronTabs.DEFINITIONS, definition))
                .hasMessageContaining(
                        "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups"
                                + " must have approval annotation \"api-approved.kubernetes.io\", see"
                                + " https://github.com/kubernetes/enhancements/pull/1111");
        cluster.create(
                CronTabs.DEFINITIONS,
                definition.replace(
                        "\"metadata\":{",
                        "\"metadata\":{\"annotations\":{\"api-approved.kubernetes.io\":\"unapproved, experimental\"},"));

        assertThat(conditions(cluster.get(CronTabs.DEFINITIONS + "/crontabs.stable.k8s.io")))
                .contains("KubernetesAPIApprovalPolicyConformant=False UnapprovedAnnotation: not approved:"
                        + " \"unapproved, experimental\"");
    }

    private static String withMetadata(String metadata) {
        return "{\"type\":\"object\",\"properties\":{\"template\":{\"type\":\"object\",\"x-kubernetes-embedded-resource\":true,"
                + "\"properties\":{\"metadata\":{\"type\":\"object\",\"properties\":{" + metadata + "}}}}}}";
    }

    @Test
    void defaultsAreWhatTheyWouldBeInAnObject() {
        String path = "spec.validation.openAPIV3Schema.properties";
        refusedSchema(
                "{\"type\":\"object\",\"properties\":{\"metadata\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"default\":\"a\"}}}}}",
                path + "[metadata].properties[name].default: Forbidden: must not be set in top-level metadata");
        refusedSchema(
                withMetadata("\"name\":{\"type\":\"string\",\"default\":\"a/b\"}"),
                path
                        + "[template].properties[metadata].properties[name].default: Invalid value: \"a/b\": must result in"
                        + " valid metadata: metadata.name: Invalid value: \"a/b\": may not contain '/'");
        refusedSchema(
                withMetadata(
                        "\"labels\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\",\"default\":\"a\"}}"),
                path
                        + "[template].properties[metadata].properties[labels].additionalProperties.default: Forbidden: must"
                        + " not be set inside additionalProperties applying to object metadata");
        cluster.create(
                CronTabs.DEFINITIONS,
                CronTabs.definition(withMetadata("\"name\":{\"type\":\"string\",\"default\":\"a\"}")));
    }

    @Test
    void keysOfListsAreScalarPropertiesThatAreThere() {
        String path = "spec.validation.openAPIV3Schema.properties[a]";
        String list =
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\","
                        + "\"x-kubernetes-list-map-keys\":[%s],\"items\":{\"type\":\"object\",\"required\":[\"k\"],"
                        + "\"properties\":{\"k\":{\"type\":\"%s\"}}}}}}";
        refusedSchema(
                list.formatted("\"k\"", "object"),
                path + ".items.properties[k].type: Invalid value: \"object\": must be a scalar type if parent array's"
                        + " x-kubernetes-list-type is map");
        refusedSchema(
                list.formatted("\"k\",\"x\"", "string"),
                path + ".x-kubernetes-list-map-keys: Invalid value: [\"k\",\"x\"]: entries must all be names of item"
                        + " properties");
        refusedSchema(
                list.formatted("\"k\",\"k\"", "string"),
                path + ".x-kubernetes-list-map-keys: Invalid value: [\"k\",\"k\"]: must not contain duplicate entries");
    }

    @Test
    void selectableFieldsLeadToTextsNumbersAndTruths() {
        String path = "spec.selectableFields";
        String schema = CronTabs.spec(
                "\"color\":{\"type\":\"string\"},\"sizes\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
        refused(
                CronTabs.definition(
                        schema,
                        ",\"selectableFields\":[{\"jsonPath\":\".spec.host\"},{\"jsonPath\":\"spec\"},"
                                + "{\"jsonPath\":\".spec.sizes\"},{\"jsonPath\":\".spec.color\"},{\"jsonPath\":\".spec.color\"},"
                                + "{\"jsonPath\":\".spec['color']\"},{\"jsonPath\":\".spec.\"},{\"jsonPath\":\"\"}]"),
                "[" + path
                        + "[0].jsonPath: Invalid value: \".spec.host\": is an invalid path: does not refer to a valid field, "
                        + path
                        + "[1].jsonPath: Invalid value: \"spec\": is an invalid path: expected [ or . but got: spec, "
                        + path + "[2].jsonPath: Invalid value: \".spec.sizes\": must point to a field of type string,"
                        + " boolean or integer. Enum string fields and strings with formats are allowed., "
                        + path + "[4].jsonPath: Duplicate value: \".spec.color\", "
                        + path
                        + "[5].jsonPath: Invalid value: \".spec['color']\": is an invalid path: array notation is"
                        + " not allowed, "
                        + path + "[6].jsonPath: Invalid value: \".spec.\": is an invalid path: unexpected end of JSON"
                        + " path, " + path + "[7].jsonPath: Required value]");
    }

    @Test
    void authoritiesOfAConversionThatIsUsedMustBeReadable() {
        String conversion = """
                {"spec":{"conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],
                  "clientConfig":{"url":"https://127.0.0.1/convert","caBundle":"aGVsbG8="}}}}}
                """;
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));

        assertThatThrownBy(() -> cluster.patch(PatchType.MERGE, CronTabs.DEFINITION, conversion))
                .hasMessageContaining(
                        "spec.conversion.webhookClientConfig.caBundle: Invalid value: \"aGVsbG8=\": unable to"
                                + " load root certificates: unable to parse bytes as PEM block");
    }

    @Test
    void whatWasStoredWithoutAStructureSaysSo() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        ObjectValue kept = cluster.get(CronTabs.DEFINITION);
        ObjectValue old = Json.object(CronTabs.definition("{\"type\":\"object\",\"properties\":{\"spec\":{}}}"))
                .update("spec", spec -> spec.with("preserveUnknownFields", true))
                .with("metadata", kept.object("metadata"))
                .with("status", kept.object("status"));
        cluster.store.commit(Transaction.of(new Transaction.Put(
                "customresourcedefinitions.apiextensions.k8s.io",
                ObjectKey.cluster("crontabs.stable.example.com"),
                old,
                Long.parseLong(kept.object("metadata").string("resourceVersion")))));
        cluster.runtime.runUntilIdle();

        assertThat(condition("NonStructuralSchema"))
                .isEqualTo("True Violations [spec.preserveUnknownFields: Invalid value: true: must be false,"
                        + " spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty"
                        + " for specified object fields]");

        cluster.update(
                CronTabs.DEFINITION,
                Json.object(CronTabs.definition(OPEN))
                        .with("metadata", cluster.get(CronTabs.DEFINITION).object("metadata")));
        assertThat(condition("NonStructuralSchema")).isEmpty();
    }

    private String condition(String type) {
        return cluster.get(CronTabs.DEFINITION).object("status").list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals(type))
                .map(condition -> condition.string("status") + " " + condition.string("reason") + " "
                        + condition.string("message"))
                .findFirst()
                .orElse("");
    }

    @Test
    void anUpdateIsNotBlamedForWhatWasAcceptedOnce() {
        String loose =
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"set\","
                        + "\"items\":{\"type\":\"object\"}}}}";
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        ObjectValue kept = cluster.get(CronTabs.DEFINITION);
        ObjectValue old = kept.with(
                "spec",
                kept.object("spec")
                        .with(
                                "versions",
                                Json.object(CronTabs.definition(loose))
                                        .object("spec")
                                        .list("versions")));
        assertThatThrownBy(() -> cluster.update(CronTabs.DEFINITION, old))
                .hasMessageContaining(
                        "properties[a].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item"
                                + " of a list with x-kubernetes-list-type=set");
        cluster.store.commit(Transaction.of(new Transaction.Put(
                "customresourcedefinitions.apiextensions.k8s.io",
                ObjectKey.cluster("crontabs.stable.example.com"),
                old,
                Long.parseLong(kept.object("metadata").string("resourceVersion")))));

        ObjectValue renamed = cluster.patch(
                PatchType.MERGE, CronTabs.DEFINITION, "{\"spec\":{\"names\":{\"shortNames\":[\"tab\"]}}}");
        assertThat(renamed.object("spec").object("names").list("shortNames").strings())
                .containsExactly("tab");
    }
}
