package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import org.junit.jupiter.api.Test;

class LifeTest {
    /** As a binding that the scheduler of a former life had still to write, of devices that another pod has got since. */
    @Test
    void whatAFormerLifeStillHadToWriteIsNotWritten() {
        var api = new FakeApi(new SimulatedRuntime(1));
        var life = new Life();
        Api mortal = life.of(api);
        mortal.create(Pod.KIND, Pod.named("shop", "first"));
        life.end();
        Pod late = Pod.named("shop", "late");
        assertThatThrownBy(() -> mortal.create(Pod.KIND, late)).isInstanceOf(ApiException.class);
        assertThat(api.find(Pod.KIND, late.key())).isEmpty();
    }
}
