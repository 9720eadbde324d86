package dev.jarbor.api.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts are those of k8s.io/apimachinery, api/errors, and of the API server's handlers. */
class ApiExceptionTest {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");

    @Test
    void anObjectThatIsNotFoundIsNamedWithItsResource() {
        assertThat(ApiException.notFound(PODS, "x")).hasMessage("pods \"x\" not found");
        assertThat(json(ApiException.notFound(DEPLOYMENTS, "x"))).isEqualTo("""
                {"apiVersion":"v1","code":404,"details":{"group":"apps","kind":"deployments","name":"x"},\
                "kind":"Status","message":"deployments.apps \\"x\\" not found","metadata":{},"reason":"NotFound",\
                "status":"Failure"}""");
    }

    @Test
    void conflictsAskForAnotherTry() {
        ApiException conflict = ApiException.conflict(PODS, "x");

        assertThat(conflict)
                .hasMessage("Operation cannot be fulfilled on pods \"x\": the object has been modified; please apply"
                        + " your changes to the latest version and try again");
        assertThat(conflict.isConflict()).isTrue();
        assertThat(conflict.status().code()).isEqualTo(409);
        assertThat(ApiException.alreadyExists(PODS, "x")).hasMessage("pods \"x\" already exists");
        assertThat(ApiException.alreadyExists(PODS, "x").isConflict()).isFalse();
        assertThat(ApiException.alreadyExists(PODS, "x").isAlreadyExists()).isTrue();
    }

    @Test
    void invalidObjectsListEveryCause() {
        var missing = FieldError.required(FieldPath.of("spec", "containers"), "");
        var wrong = FieldError.invalid(FieldPath.of("spec", "x"), "y", "no");

        assertThat(ApiException.invalid(new GroupKind("", "Pod"), "x", List.of(missing)))
                .hasMessage("Pod \"x\" is invalid: spec.containers: Required value");
        ApiException both = ApiException.invalid(new GroupKind("apps", "Deployment"), "x", List.of(missing, wrong));
        assertThat(both)
                .hasMessage("Deployment.apps \"x\" is invalid: [spec.containers: Required value, spec.x: Invalid value:"
                        + " \"y\": no]");
        assertThat(both.status().code()).isEqualTo(422);
        assertThat(both.status().details().causes())
                .containsExactly(
                        new Cause("FieldValueRequired", "Required value", "spec.containers"),
                        new Cause("FieldValueInvalid", "Invalid value: \"y\": no", "spec.x"));
    }

    @Test
    void refusalsNameWhatWasAskedForAsFarAsItWasSaid() {
        assertThat(ApiException.forbidden(PODS, "x", "why")).hasMessage("pods \"x\" is forbidden: why");
        assertThat(ApiException.forbidden(PODS, "", "why")).hasMessage("pods is forbidden: why");
        assertThat(ApiException.forbidden(GroupResource.NONE, "", "why")).hasMessage("forbidden: why");
        assertThat(ApiException.unauthorized().status().code()).isEqualTo(401);
    }

    @Test
    void revisionsOutOfReachSayWhichWay() {
        assertThat(ApiException.tooOldResourceVersion(1, 5)).hasMessage("too old resource version: 1 (5)");
        assertThat(ApiException.tooOldResourceVersion(1, 5).isGone()).isTrue();
        ApiException future = ApiException.tooLargeResourceVersion(9, 5);
        assertThat(future).hasMessage("Timeout: Too large resource version: 9, current: 5");
        assertThat(future.status().details().causes().getFirst().reason()).isEqualTo("ResourceVersionTooLarge");
        assertThat(future.isRetryable()).isTrue();
    }

    @Test
    void theOtherFailuresHaveTheirWords() {
        assertThat(ApiException.unknownResource()).hasMessage("the server could not find the requested resource");
        assertThat(ApiException.methodNotSupported(PODS, "update"))
                .hasMessage("update is not supported on resources of kind \"pods\"");
        assertThat(ApiException.notAcceptable(List.of("application/json", "application/yaml")))
                .hasMessage("only the following media types are accepted: application/json, application/yaml");
        assertThat(ApiException.unsupportedMediaType(List.of("application/json")))
                .hasMessage("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json");
        assertThat(ApiException.timeout("slow")).hasMessage("Timeout: slow");
        assertThat(ApiException.serverTimeout(PODS, "list", 2))
                .hasMessage("The list operation against pods could not be completed at this time, please try again.");
        assertThat(ApiException.requestEntityTooLarge("limit is 3145728"))
                .hasMessage("Request entity too large: limit is 3145728");
        assertThat(ApiException.internalError("boom")).hasMessage("Internal error occurred: boom");
        assertThat(ApiException.unprocessable("test failed"))
                .hasMessage("the server rejected our request due to an error in our request")
                .hasRootCauseMessage("test failed");
        assertThat(ApiException.generatedNameTaken(PODS, "x"))
                .hasMessage("pods \"x\" already exists, the server was not able to generate a unique name for the"
                        + " object");
    }

    @Test
    void aStatusSurvivesBeingSent() {
        ApiStatus status = ApiException.tooManyRequests("slow down", 3).status();

        assertThat(ApiStatus.read(status.value())).isEqualTo(status);
        ApiStatus done = ApiStatus.success(Details.of(PODS, "x").withUid("u"));
        assertThat(ApiStatus.read(done.value())).isEqualTo(done);
    }

    @Test
    void aStatusOfAnUnknownReasonIsJudgedByItsCode() {
        var custom = ApiStatus.read(Json.object("{\"code\":404,\"reason\":\"Vanished\",\"message\":\"m\"}"));

        assertThat(custom.reason()).isEqualTo("Vanished");
        assertThat(custom.category()).isEqualTo(Category.NOT_FOUND);
        assertThat(new ApiException(custom).isNotFound()).isTrue();
    }

    private static String json(ApiException exception) {
        return Json.text(exception.status().value());
    }
}
