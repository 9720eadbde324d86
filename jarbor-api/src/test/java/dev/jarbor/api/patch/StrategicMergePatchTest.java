package dev.jarbor.api.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import org.junit.jupiter.api.Test;

/**
 * The rules are those of the community's strategic-merge-patch.md and of the proposals for preserving the order of
 * lists and for clearing unions; the results were compared with k8s.io/apimachinery's, util/strategicpatch.
 */
class StrategicMergePatchTest {
    private static final Schemas SCHEMAS = Schemas.builtIn();

    @Test
    void listsWithoutAStrategyAreReplaced() {
        assertThat(spec("{'containers':[{'name':'a','args':['x','y']}]}", "{'containers':[{'name':'a','args':['z']}]}"))
                .isEqualTo("{'containers':[{'args':['z'],'name':'a'}]}");
    }

    @Test
    void itemsOfMergingListsAreFoundByTheirMergeKey() {
        assertThat(
                        spec(
                                "{'containers':[{'name':'nginx','image':'nginx-1.0'},{'name':'sidecar','image':'s'}]}",
                                "{'containers':[{'name':'log-tailer','image':'log-tailer-1.0'},{'name':'sidecar','image':'t'}]}"))
                .isEqualTo("{'containers':[{'image':'log-tailer-1.0','name':'log-tailer'},"
                        + "{'image':'nginx-1.0','name':'nginx'},{'image':'t','name':'sidecar'}]}");
    }

    @Test
    void nullRemovesAFieldAndIsDroppedWhereThereIsNone() {
        assertThat(spec(
                        "{'nodeName':'n','priority':1}",
                        "{'nodeName':null,'hostname':null,'securityContext':{'fsGroup':null}}"))
                .isEqualTo("{'priority':1,'securityContext':{}}");
    }

    @Test
    void mapsMerge() {
        assertThat(spec("{'nodeSelector':{'a':'1','b':'2'}}", "{'nodeSelector':{'a':null,'c':'3'}}"))
                .isEqualTo("{'nodeSelector':{'b':'2','c':'3'}}");
    }

    @Test
    void anObjectCanBeReplacedOrEmptiedByDirective() {
        assertThat(spec("{'nodeSelector':{'a':'1'}}", "{'nodeSelector':{'$patch':'replace','b':'2'}}"))
                .isEqualTo("{'nodeSelector':{'b':'2'}}");
        assertThat(spec("{'nodeSelector':{'a':'1'}}", "{'nodeSelector':{'$patch':'delete','b':'2'}}"))
                .isEqualTo("{'nodeSelector':{}}");
        assertThat(spec("{}", "{'nodeSelector':{'$patch':'replace','b':'2'},'priority':1}"))
                .isEqualTo("{'priority':1}");
    }

    @Test
    void anItemOfAMergingListIsDeletedByDirective() {
        assertThat(spec(
                        "{'containers':[{'name':'a'},{'name':'b'}]}",
                        "{'containers':[{'name':'a','$patch':'delete'},{'name':'x','$patch':'delete'}]}"))
                .isEqualTo("{'containers':[{'name':'b'}]}");
    }

    @Test
    void aMergingListIsReplacedByDirective() {
        assertThat(spec(
                        "{'containers':[{'name':'a'},{'name':'b'}]}",
                        "{'containers':[{'name':'c'},{'$patch':'replace'}]}"))
                .isEqualTo("{'containers':[{'name':'c'}]}");
        assertThat(spec("{'containers':[{'name':'a'}]}", "{'containers':[{'$patch':'replace'}]}"))
                .isEqualTo("{'containers':[]}");
    }

    @Test
    void mergingListsOfScalarsAreSets() {
        assertThat(metadata("{'finalizers':['a','b']}", "{'finalizers':['c','b']}"))
                .isEqualTo("{'finalizers':['c','a','b']}");
    }

    @Test
    void scalarsAreDeletedByDirective() {
        assertThat(metadata("{'finalizers':['a','b','c']}", "{'$deleteFromPrimitiveList/finalizers':['a','c','x']}"))
                .isEqualTo("{'finalizers':['b']}");
        assertThat(metadata("{}", "{'$deleteFromPrimitiveList/finalizers':['a']}"))
                .isEqualTo("{}");
    }

    @Test
    void theOrderDirectiveOrdersThePatchAndKeepsOthersNextToTheirNeighbours() {
        assertThat(metadata("{'finalizers':['a','b','c']}", "{'$setElementOrder/finalizers':['c','b']}"))
                .isEqualTo("{'finalizers':['a','c','b']}");
        assertThat(spec(
                        "{'containers':[{'name':'a'},{'name':'live'},{'name':'b'}]}",
                        "{'$setElementOrder/containers':[{'name':'b'},{'name':'n'},{'name':'a'}],"
                                + "'containers':[{'name':'n','image':'i'}]}"))
                .isEqualTo("{'containers':[{'name':'live'},{'name':'b'},{'image':'i','name':'n'},{'name':'a'}]}");
    }

    @Test
    void aNewItemInPlaceOfADeletedOneComesAfterTheOthers() {
        assertThat(spec(
                        "{'containers':[{'name':'a'},{'name':'old'},{'name':'live'}]}",
                        "{'$setElementOrder/containers':[{'name':'a'},{'name':'new'}],"
                                + "'containers':[{'name':'new'},{'name':'old','$patch':'delete'}]}"))
                .isEqualTo("{'containers':[{'name':'a'},{'name':'live'},{'name':'new'}]}");
    }

    @Test
    void theOrderDirectiveMustNameThePatchesItemsInTheirOrder() {
        ApiException failure = failure(
                "{'containers':[{'name':'a'}]}",
                "{'$setElementOrder/containers':[{'name':'c'},{'name':'b'}],"
                        + "'containers':[{'name':'b'},{'name':'c'}]}");

        assertThat(failure.status().code()).isEqualTo(500);
        assertThat(failure)
                .hasMessage("The order in patch list:\n[map[name:b] map[name:c]]\n doesn't match $setElementOrder"
                        + " list:\n[map[name:c] map[name:b]]\n");
    }

    @Test
    void retainedKeysClearAllOthers() {
        assertThat(spec(
                        "{'volumes':[{'name':'v','emptyDir':{}}]}",
                        "{'volumes':[{'name':'v','$retainKeys':['name','hostPath'],'hostPath':{'path':'/p'}}]}"))
                .isEqualTo("{'volumes':[{'hostPath':{'path':'/p'},'name':'v'}]}");
    }

    @Test
    void whatAPatchSetsItMustRetain() {
        ApiException failure = failure(
                "{'volumes':[{'name':'v'}]}",
                "{'volumes':[{'name':'v','$retainKeys':['name'],'hostPath':{'path':'/p'}}]}");

        assertThat(failure.status().code()).isEqualTo(400);
        assertThat(failure).hasMessage("invalid patch format of retainKeys");
    }

    @Test
    void malformedDirectivesAreBadRequests() {
        assertThat(failure("{}", "{'$setElementOrder':[]}")).hasMessage("invalid patch format of setElementOrder list");
        assertThat(failure("{}", "{'$deleteFromPrimitiveList':[]}"))
                .hasMessage("invalid patch format of primitive list");
        assertThat(failure("{}", "{'$retainKeys':'name'}")).hasMessage("invalid patch format of retainKeys");
    }

    @Test
    void unknownDirectivesAreRefused() {
        assertThat(failure("{'nodeSelector':{}}", "{'nodeSelector':{'$patch':'merge','a':'1'}}"))
                .hasMessage("unknown patch type: merge in map: map[$patch:merge a:1]");
        assertThat(failure("{'containers':[{'name':'a'}]}", "{'containers':[{'name':'a','$patch':'merge'}]}"))
                .hasMessage("merging lists cannot yet be specified in the patch");
    }

    @Test
    void itemsWithoutTheirMergeKeyAreRefused() {
        assertThat(failure("{'containers':[{'name':'a'}]}", "{'containers':[{'image':'x'}]}"))
                .hasMessage("map: map[image:x] does not contain declared merge key: name");
    }

    @Test
    void listsOfDifferentThingsDoNotMerge() {
        assertThat(failure("{'containers':[{'name':'a'}]}", "{'containers':['a']}"))
                .hasMessage("list element types are not identical: [[map[name:a]] [a]]");
    }

    @Test
    void aValueOfAnotherTypeReplaces() {
        assertThat(spec("{'containers':[{'name':'a'}]}", "{'containers':null,'nodeName':'n'}"))
                .isEqualTo("{'nodeName':'n'}");
        assertThat(spec("{'priority':1}", "{'priority':'one'}")).isEqualTo("{'priority':'one'}");
    }

    @Test
    void theWholePatchCanReplaceTheObject() {
        TypeSchema pod = pod();
        assertThat(Json.text(StrategicMergePatch.apply(
                        Json.object("{\"spec\":{}}"),
                        Json.object("{\"$patch\":\"replace\",\"metadata\":{}}"),
                        pod,
                        SCHEMAS)))
                .isEqualTo("{\"metadata\":{}}");
    }

    private static String spec(String original, String patch) {
        return patched("spec", original, patch);
    }

    private static String metadata(String original, String patch) {
        return patched("metadata", original, patch);
    }

    private static String patched(String field, String original, String patch) {
        return Json.text(StrategicMergePatch.apply(
                                Json.object("{\"" + field + "\":" + original.replace('\'', '"') + "}"),
                                Json.object("{\"" + field + "\":" + patch.replace('\'', '"') + "}"),
                                pod(),
                                SCHEMAS)
                        .valueOrNull(field))
                .replace('"', '\'');
    }

    private static ApiException failure(String original, String patch) {
        return catchThrowableOfType(ApiException.class, () -> spec(original, patch));
    }

    private static TypeSchema pod() {
        return SCHEMAS.forKind("", "v1", "Pod").orElseThrow();
    }
}
