package dev.jarbor.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Container;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image references with Docker's defaults. */
class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:latest",
        "nginx:1.27, docker.io/library/nginx:1.27",
        "team/app, docker.io/team/app:latest",
        "localhost:5000/shop/web:2, localhost:5000/shop/web:2",
        "localhost/web, localhost/web:latest",
        "registry.k8s.io/pause:3.10, registry.k8s.io/pause:3.10",
        "index.docker.io/library/redis, docker.io/library/redis:latest",
        "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
                + " docker.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    })
    void aNameIsCompletedAsDockerDoes(String name, String canonical) {
        assertThat(ImageName.parse(name).map(ImageName::canonical)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper/Case", "a b", "web:", ":1", "web@sha256:short", "-web", "a//b"})
    void whatIsNoReferenceIsRefused(String name) {
        assertThat(ImageName.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"nginx, ALWAYS", "nginx:latest, ALWAYS", "nginx:1, IF_NOT_PRESENT"})
    void theDefaultPullPolicyFollowsTheTag(String name, PullPolicy policy) {
        assertThat(PullPolicy.of(Container.EMPTY.withImage(name))).isEqualTo(policy);
    }

    @Test
    void aPullPolicyThatIsNamedCounts() {
        assertThat(PullPolicy.of(Container.EMPTY.withImage("nginx").withImagePullPolicy("Never")))
                .isEqualTo(PullPolicy.NEVER);
    }
}
