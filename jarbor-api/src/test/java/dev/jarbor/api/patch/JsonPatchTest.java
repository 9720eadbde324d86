package dev.jarbor.api.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6902, its appendix's examples first, and what the reference's library (evanphx/json-patch) makes of the rest. */
class JsonPatchTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{'foo':'bar'};{'op':'add','path':'/baz','value':'qux'};{'baz':'qux','foo':'bar'}",
                "{'foo':['bar','baz']};{'op':'add','path':'/foo/1','value':'qux'};{'foo':['bar','qux','baz']}",
                "{'baz':'qux','foo':'bar'};{'op':'remove','path':'/baz'};{'foo':'bar'}",
                "{'foo':['bar','qux','baz']};{'op':'remove','path':'/foo/1'};{'foo':['bar','baz']}",
                "{'baz':'qux'};{'op':'replace','path':'/baz','value':'boo'};{'baz':'boo'}",
                "{'foo':{'bar':'baz','w':'f'},'q':{'c':'g'}};{'op':'move','from':'/foo/w','path':'/q/t'};"
                        + "{'foo':{'bar':'baz'},'q':{'c':'g','t':'f'}}",
                "{'foo':['a','g','c','e']};{'op':'move','from':'/foo/1','path':'/foo/3'};{'foo':['a','c','e','g']}",
                "{'foo':'bar'};{'op':'add','path':'/child','value':{'g':{}}};{'child':{'g':{}},'foo':'bar'}",
                "{'foo':'bar'};{'op':'add','path':'/baz','value':'qux','xyz':123};{'baz':'qux','foo':'bar'}",
                "{'foo':['bar']};{'op':'add','path':'/foo/-','value':['abc','def']};{'foo':['bar',['abc','def']]}",
                "{'a':[1,2]};{'op':'add','path':'/a/-1','value':3};{'a':[1,2,3]}",
                "{'a':[1,2]};{'op':'remove','path':'/a/-1'};{'a':[1]}",
                "{'a':[1,2]};{'op':'replace','path':'/a/1','value':3};{'a':[1,3]}",
                "{'a':{'b':1}};{'op':'copy','from':'/a','path':'/c'};{'a':{'b':1},'c':{'b':1}}",
                "{'a/b':1,'m~n':2};{'op':'remove','path':'/a~1b'};{'m~n':2}",
                "{'m~n':2};{'op':'remove','path':'/m~0n'};{}",
                "{'a':1};{'op':'replace','path':'','value':{'b':2}};{'b':2}",
                "{'a':1};{'op':'replace','path':'/b','value':2};{'a':1,'b':2}",
                "{'a':1};{'op':'add','path':'/b'};{'a':1,'b':null}",
                "{'a':1};{'op':'copy','from':'/x','path':'/b'};{'a':1,'b':null}",
                "{'':1};{'op':'remove','path':'/'};{}"
            })
    void operationsChangeTheDocument(String document, String operation, String result) {
        assertThat(patched(document, operation)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{'baz':'qux','foo':['a',2,'c']};{'op':'test','path':'/baz','value':'qux'}",
                "{'baz':'qux','foo':['a',2,'c']};{'op':'test','path':'/foo/1','value':2}",
                "{'a':{'b':[1]}};{'op':'test','path':'/a','value':{'b':[1]}}",
                "{'a':null};{'op':'test','path':'/a','value':null}",
                "{};{'op':'test','path':'/a','value':null}",
                "{'a':1};{'op':'test','path':'','value':{'a':1}}"
            })
    void testsThatHoldChangeNothing(String document, String operation) {
        assertThat(patched(document, operation)).isEqualTo(document);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{'a':1};{'op':'test','path':'/a','value':2};testing value /a failed: test failed",
                "{'a':1};{'op':'test','path':'/a','value':'1'};testing value /a failed: test failed",
                "{'a':1};{'op':'test','path':'/b/c','value':1};test operation does not apply: doc is missing path:"
                        + " \"/b/c\": missing value",
                "{};{'op':'remove','path':'/a'};error in remove for path: '/a': Unable to remove nonexistent key: a:"
                        + " missing value",
                "{};{'op':'add','path':'/a/b','value':1};add operation does not apply: doc is missing path: \"/a/b\":"
                        + " missing value",
                "{'a':1};{'op':'add','path':'/a/b','value':1};add operation does not apply: doc is missing path:"
                        + " \"/a/b\": missing value",
                "{'a':[]};{'op':'add','path':'/a/1','value':1};error in add for path: '/a/1': Unable to access invalid"
                        + " index: 1: invalid index referenced",
                "{'a':[]};{'op':'remove','path':'/a/-'};error in remove for path: '/a/-': Unable to access invalid"
                        + " index: -: invalid index referenced",
                "{'a':[]};{'op':'replace','path':'/a/0','value':1};error in replace for path: '/a/0': Unable to access"
                        + " invalid index: 0: invalid index referenced",
                "{'a':1};{'op':'remove','path':''};remove operation does not apply: doc is missing path: \"\": missing"
                        + " value",
                "{'a':1};{'op':'replace','path':'','value':1};replace operation value must be object or array",
                "{'a':1};{'op':'remove','path':'a'};remove operation does not apply: doc is missing path: \"a\":"
                        + " missing value",
                "{'a':1};{'op':'move','from':'/b','path':'/c'};error in remove for path: '/b': Unable to remove"
                        + " nonexistent key: b: missing value",
                "{'a':1};{'op':'frob','path':'/b'};Unexpected kind: frob",
                "{'a':1};{'op':'add'};add operation failed to decode path: missing value"
            })
    void operationsThatCannotBeDoneAreUnprocessable(String document, String operation, String why) {
        ApiException failure = catchThrowableOfType(ApiException.class, () -> patched(document, operation));

        assertThat(failure.status().code()).isEqualTo(422);
        assertThat(failure)
                .hasMessage("the server rejected our request due to an error in our request")
                .hasRootCauseMessage(why);
    }

    @Test
    void operationsAreDoneInOrderAndAllOrNone() {
        Value document = Json.parse("{\"a\":1}");
        JsonPatch patch = JsonPatch.of(Json.parse("""
                [{"op":"add","path":"/b","value":2},{"op":"test","path":"/b","value":2},{"op":"remove","path":"/a"}]"""));

        assertThat(Json.text(patch.apply(document))).isEqualTo("{\"b\":2}");
        assertThat(Json.text(document)).isEqualTo("{\"a\":1}");
    }

    @Test
    void aPatchIsAListOfObjects() {
        assertThat(catchThrowableOfType(ApiException.class, () -> JsonPatch.of(ObjectValue.EMPTY)))
                .hasMessage("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        assertThat(catchThrowableOfType(ApiException.class, () -> JsonPatch.of(Json.parse("[1]")))
                        .status()
                        .code())
                .isEqualTo(400);
    }

    @Test
    void aPatchHasAtMostTenThousandOperations() {
        var tooMany = ListValue.of(Collections.nCopies(10_001, ObjectValue.EMPTY));

        assertThat(catchThrowableOfType(ApiException.class, () -> JsonPatch.of(tooMany)))
                .hasMessage("Request entity too large: The allowed maximum operations in a JSON patch is 10000, got"
                        + " 10001");
    }

    @Test
    void whatAPatchCopiesIsBounded() {
        var document = ObjectValue.builder()
                .put("a", "x".repeat(1024 * 1024))
                .put("b", ListValue.EMPTY)
                .build();
        var copy = Json.parse("{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b/-\"}");

        assertThat(JsonPatch.of(ListValue.of(copy, copy)).apply(document)).isNotNull();
        assertThat(catchThrowableOfType(
                        ApiException.class,
                        () -> JsonPatch.of(ListValue.of(copy, copy, copy)).apply(document)))
                .hasRootCauseMessage("Unable to complete the copy, the accumulated size increase of copy is 3145734,"
                        + " exceeding the limit 3145728");
    }

    private static String patched(String document, String operation) {
        return Json.text(JsonPatch.of(ListValue.of(Json.parse(operation.replace('\'', '"'))))
                        .apply(Json.parse(document.replace('\'', '"'))))
                .replace('"', '\'');
    }
}
