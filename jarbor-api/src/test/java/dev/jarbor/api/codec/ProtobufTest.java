package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are what k8s.io/apimachinery's serializer makes of the same objects. */
class ProtobufTest {
    private static final Protobuf PROTOBUF = Protobuf.of(Schemas.builtIn());

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '~',
            value = {
                // Zero values of fields that are no pointers say nothing; empty messages are empty objects.
                "azhzAAoXCg5hdXRvc2NhbGluZy92MRIFU2NhbGUSHQoRCgFzEgAaACIAKgAyADgAQgASAggDGgQIABIAGgAiAA=="
                        + "@{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'s'},"
                        + "'spec':{'replicas':3},'status':{'replicas':0}}",
                // A pointer to an empty string, zero or false was set by somebody.
                "azhzAAobCgJ2MRIVUGVyc2lzdGVudFZvbHVtZUNsYWltEh8KEQoBYxIAGgAiACoAMgA4AEIAEgYSABoAKgAaAgoAGgAiAA=="
                        + "@{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'c'},"
                        + "'spec':{'resources':{},'storageClassName':''},'status':{}}",
                "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50El8KEQoBZBIAGgAiACoAMgA4AEIAEjwIABowChAKABIAGgAiACoAMgA4AEIAEhwaADIA"
                        + "QgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA="
                        + "@{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},"
                        + "'spec':{'replicas':0,'strategy':{},'template':{'metadata':{},'spec':{}}},'status':{}}",
                "azhzAAoYCgdhcHBzL3YxEg1EZWxldGVPcHRpb25zEg4IACIKRm9yZWdyb3VuZBoAIgA="
                        + "@{'apiVersion':'apps/v1','gracePeriodSeconds':0,'kind':'DeleteOptions',"
                        + "'propagationPolicy':'Foreground'}",
                // Inlined messages, maps of quantities, and a union's empty member.
                "azhzAAoJCgJ2MRIDUG9kEn4KEQoBcBIAGgAiACoAMgA4AEIAElQKCQoBdhIEEgIKABIoCgFjEgAqAEIPCg0KA2NwdRIGCgQ1MDBtagBy"
                        + "AIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQCoAQDCAQAaEwoAGgAiACoAMgBKAFoAcgCIAQAaACIA"
                        + "@{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{"
                        + "'automountServiceAccountToken':false,'containers':[{'name':'c','resources':{'limits':"
                        + "{'cpu':'500m'}}}],'volumes':[{'emptyDir':{},'name':'v'}]},'status':{}}",
                // Numbers or strings.
                "azhzAAoNCgJ2MRIHU2VydmljZRJQChAKABIAGgAiACoAMgA4AEIAEjgKFAoAEgAYUCIKCAEQABoEaHR0cCgAChAKABIAGFEiBggAEAAa"
                        + "ACgAGgAiADoAQgBSAFoAYABoABoCCgAaACIA"
                        + "@{'apiVersion':'v1','kind':'Service','metadata':{},'spec':{'ports':[{'port':80,"
                        + "'targetPort':'http'},{'port':81,'targetPort':0}]},'status':{'loadBalancer':{}}}",
                // Bytes are base64, and a map keeps its empty values.
                "azhzAAoMCgJ2MRIGU2VjcmV0EiQKEAoAEgAaACIAKgAyADgAQgASBQoBZRIAEgcKAWsSAmhpGgAaACIA"
                        + "@{'apiVersion':'v1','data':{'e':'','k':'aGk='},'kind':'Secret','metadata':{}}",
                // Lists of strings inside a map are messages of their own.
                "azhzAAonChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESC1Rva2VuUmV2aWV3Ei8KEAoAEgAaACIAKgAyADgAQgASAgoAGhcIABIRCgAS"
                        + "ACILCgFhEgYKAWIKAWMaABoAIgA="
                        + "@{'apiVersion':'authentication.k8s.io/v1','kind':'TokenReview','metadata':{},'spec':{},"
                        + "'status':{'user':{'extra':{'a':['b','c']}}}}",
                // The zero of seconds is a time; no message is none.
                "azhzAAoKCgJ2MRIETm9kZRJBChUKAW4SABoAIgAqADIAOABCBAgAEAASCAoAEgAaACAAGh4aADIECgIIADoUCgASABoAIgAqADIAOgBC"
                        + "AEoAUgAaACIA"
                        + "@{'apiVersion':'v1','kind':'Node','metadata':{'creationTimestamp':'1970-01-01T00:00:00Z',"
                        + "'name':'n'},'spec':{},'status':{'daemonEndpoints':{'kubeletEndpoint':{'Port':0}},"
                        + "'nodeInfo':{}}}",
                "azhzAAoVCglwb2xpY3kvdjESCEV2aWN0aW9uEhQKEgoBcBIAGgFuIgAqADIAOABCABoAIgA="
                        + "@{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p','namespace':'n'}}",
                "azhzAAoNCgJ2MRIHQmluZGluZxInChAKABIAGgAiACoAMgA4AEIAEhMKBE5vZGUSABoBbiIAKgAyADoAGgAiAA=="
                        + "@{'apiVersion':'v1','kind':'Binding','metadata':{},'target':{'kind':'Node','name':'n'}}",
                "azhzAAoMCgJ2MRIGU3RhdHVzEi0KBgoAEgAaABIHRmFpbHVyZRoAIghOb3RGb3VuZCoLCgF4EgAaACgAMgAwlAMaACIA"
                        + "@{'apiVersion':'v1','code':404,'details':{'name':'x'},'kind':'Status','metadata':{},"
                        + "'reason':'NotFound','status':'Failure'}"
            })
    void anObjectIsTheOneThatJsonWouldHaveBrought(String base64, String json) {
        ObjectValue object = PROTOBUF.decode(Base64.getDecoder().decode(base64), Limits.DEFAULT);

        assertThat(Json.text(object).replace('"', '\'')).isEqualTo(json);
        assertThat(PROTOBUF.decode(PROTOBUF.encode(object), Limits.DEFAULT)).isEqualTo(object);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'apiVersion':'v1','kind':'ConfigMap','binaryData':{'b':'AAE='},'data':{'k':'v'},'immutable':false,"
                        + "'metadata':{'managedFields':[{'fieldsV1':{'f:data':{}},'time':'2024-01-01T00:00:00Z'}]}}",
                "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{},"
                        + "'spec':{'leaseDurationSeconds':15,'renewTime':'2024-01-01T00:00:00.000001Z'}}",
                "{'apiVersion':'apps/v1','kind':'ControllerRevision','data':{'spec':{'a':[1,'x',null]}},'metadata':{},"
                        + "'revision':9007199254740993}",
                "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{},'spec':{"
                        + "'group':'g','versions':[{'name':'v1','served':true,'storage':true,'schema':{'openAPIV3Schema':{"
                        + "'type':'object','properties':{'a':{'maximum':1.5,'type':'number','default':7},"
                        + "'b':{'items':{'type':'string'},'type':'array'},'c':{'additionalProperties':{'type':'string'}},"
                        + "'d':{'additionalProperties':false}}}}}]},'status':{}}",
                "{'apiVersion':'v1','kind':'PodList','items':[{'metadata':{'name':'a'},'spec':{},'status':{}}],"
                        + "'metadata':{'resourceVersion':'5'}}"
            })
    void whatIsEncodedDecodesTheSame(String json) {
        ObjectValue object = Json.object(json.replace('\'', '"'));
        ObjectValue decoded = PROTOBUF.decode(PROTOBUF.encode(object), Limits.DEFAULT);

        assertThat(missing(object, decoded)).as(Json.text(decoded)).isEqualTo(ObjectValue.EMPTY);
    }

    @Test
    void jsonInAnEnvelopeIsRead() {
        byte[] bytes = new ProtobufEnvelope(
                        "example.com/v1",
                        "Thing",
                        "application/json",
                        "{\"spec\":{\"a\":1}}".getBytes(StandardCharsets.UTF_8))
                .bytes();

        assertThat(Json.text(PROTOBUF.decode(bytes, Limits.DEFAULT)))
                .isEqualTo("{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"spec\":{\"a\":1}}");
    }

    @Test
    void onlyKnownKindsHaveAForm() {
        assertThat(PROTOBUF.encodes("v1", "Pod")).isTrue();
        assertThat(PROTOBUF.encodes("example.com/v1", "DeleteOptions")).isTrue();
        assertThat(PROTOBUF.encodes("example.com/v1", "Thing")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PROTOBUF.encode(Json.object("{\"apiVersion\":\"e.com/v1\",\"kind\":\"Thing\"}")))
                .withMessage("kind Thing of e.com/v1 has no protobuf form");
        assertThat(failure(new ProtobufEnvelope("e.com/v1", "Thing", "", new byte[0]).bytes()))
                .hasMessageStartingWith("no kind \"Thing\" is registered for version \"e.com/v1\"");
    }

    @Test
    void whatIsNoEnvelopeIsRefused() {
        assertThat(Protobuf.isProtobuf(new byte[] {'k', '8', 's'})).isFalse();
        assertThat(failure(new byte[] {'{', '}', ' ', ' '}))
                .hasMessage("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
    }

    @Test
    void aTruncatedObjectIsAFault() {
        byte[] pod = PROTOBUF.encode(Json.object("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"priority":5}}"""));

        for (int length = 5; length < pod.length; length++) {
            byte[] part = Arrays.copyOf(pod, length);
            try {
                assertThat(PROTOBUF.decode(part, Limits.DEFAULT)).isNotNull();
            } catch (DecodeException refused) {
                assertThat(refused).hasMessageMatching("(?s)unexpected EOF|no kind .*|proto: .*");
            }
        }
    }

    @Test
    void depthAndLengthAreBounded() {
        byte[] schema = new byte[0];
        for (int i = 0; i < 2_000; i++) {
            var out = new ProtobufOutput();
            out.octets(26, schema); // JSONSchemaProps.not
            schema = out.toByteArray();
        }
        byte[] deep = schema;
        var crd = new ProtobufOutput();
        crd.message(2, spec -> spec.message(7, version -> version.message(4, holder -> holder.octets(1, deep))));
        byte[] bytes = new ProtobufEnvelope(
                        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", crd.toByteArray())
                .bytes();

        assertThat(failure(bytes)).hasMessage("exceeded max depth");
        assertThat(catchThrowableOfType(DecodeException.class, () -> PROTOBUF.decode(bytes, Limits.ofBytes(10))))
                .hasMessage("limit is 10");
    }

    @Test
    void aWatchFrameStartsWithItsLength() {
        byte[] object = PROTOBUF.encode(Json.object("{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}"));
        byte[] frame = Protobuf.watchFrame("ADDED", object);

        assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - 4);
        var event = ProtobufInput.of(frame, 4);
        assertThat(event.next()).isTrue();
        assertThat(event.text()).isEqualTo("ADDED");
        assertThat(event.next()).isTrue();
        ProtobufInput raw = event.message();
        assertThat(raw.next()).isTrue();
        assertThat(raw.octets()).isEqualTo(object);
    }

    /** What {@code object} says and {@code decoded} does not; decoded may have empty objects and zeros besides. */
    private static ObjectValue missing(ObjectValue object, ObjectValue decoded) {
        var missing = ObjectValue.builder();
        object.forEach((name, value) -> {
            if (value instanceof ObjectValue inner) {
                ObjectValue rest = missing(inner, decoded.object(name));
                if (!rest.isEmpty() || !decoded.has(name)) {
                    missing.put(name, rest);
                }
            } else if (!value.equals(decoded.valueOrNull(name))) {
                missing.put(name, value);
            }
        });
        return missing.build();
    }

    private static DecodeException failure(byte[] bytes) {
        return catchThrowableOfType(DecodeException.class, () -> PROTOBUF.decode(bytes, Limits.DEFAULT));
    }

    @Test
    void aListWrittenItemByItemIsTheListEncodedAtOnce() throws IOException {
        var items = new ArrayList<ObjectValue>();
        for (int i = 0; i < 300; i++) {
            items.add(Json.object("""
                    {"metadata":{"name":"p%d","labels":{"a":"\u00e9\ud83d\ude00\u20ac\ud800"}},
                     "spec":{"containers":[{"name":"c","args":["%s"],"ports":[{"containerPort":80}]}],"volumes":[
                      {"name":"v","emptyDir":{"sizeLimit":"1Gi"}}]}}
                    """.formatted(i, "x".repeat(i))));
        }
        ObjectValue list = Json.object(
                        "{\"apiVersion\":\"v1\",\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\"}}")
                .with("items", ListValue.of(items));
        Protobuf protobuf = Protobuf.of(Schemas.builtIn());
        var written = new ByteArrayOutputStream();

        protobuf.write(list, written);

        assertThat(written.toByteArray()).isEqualTo(protobuf.encode(list));
        assertThat(protobuf.decode(written.toByteArray(), Limits.DEFAULT)
                        .list("items")
                        .size())
                .isEqualTo(300);
    }
}
