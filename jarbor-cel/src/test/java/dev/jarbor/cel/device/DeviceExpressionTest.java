package dev.jarbor.cel.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.resource.v1.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions say of one device of the driver gpu.example.com. */
class DeviceExpressionTest {
    private static final Device DEVICE = new Device(Json.object("""
            {"name": "gpu-0", "allowMultipleAllocations": true,
             "attributes": {"model": {"string": "a100"}, "index": {"int": 3}, "ecc": {"bool": true},
                            "driverVersion": {"version": "1.10.0"}, "dra.example.com/numa": {"int": 1}},
             "capacity": {"memory": {"value": "40Gi"}, "dra.example.com/lanes": {"value": "16"}}}
            """));

    private static boolean selects(String expression) throws DeviceExpression.NoAnswerException {
        return DeviceExpression.of(expression).selects("gpu.example.com", DEVICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "device.driver == 'gpu.example.com'",
                "device.attributes['gpu.example.com'].model == 'a100'",
                "device.attributes['gpu.example.com'].index > 2 && device.attributes['gpu.example.com'].ecc",
                "device.attributes['dra.example.com'].numa == 1",
                "device.attributes['gpu.example.com'].driverVersion.isGreaterThan(semver('1.9.9'))",
                "device.capacity['gpu.example.com'].memory.compareTo(quantity('40Gi')) == 0",
                "device.capacity['dra.example.com'].lanes.isGreaterThan(quantity('8'))",
                "cel.bind(own, device.attributes['gpu.example.com'], own.ecc && own.index == 3)",
                "device.allowMultipleAllocations",
                "!('nobody.example.com' in device.attributes)",
                "!has(device.attributes['nobody.example.com'].model)",
                "!has(device.attributes['gpu.example.com'].colour)",
            })
    void itSelects(String expression) throws DeviceExpression.NoAnswerException {
        assertThat(selects(expression)).isTrue();
    }

    @Test
    void itPassesOver() throws DeviceExpression.NoAnswerException {
        assertThat(selects("device.attributes['gpu.example.com'].model == 'h100'"))
                .isFalse();
    }

    @Test
    void whatADeviceHasNotGivesNoAnswer() {
        assertThatThrownBy(() -> selects("device.attributes['gpu.example.com'].colour == 'red'"))
                .isInstanceOf(DeviceExpression.NoAnswerException.class)
                .hasMessage("no such key: colour");
    }

    @Test
    void whatIsNoTruthGivesNoAnswer() {
        assertThatThrownBy(() -> selects("device.attributes['gpu.example.com'].model"))
                .isInstanceOf(DeviceExpression.NoAnswerException.class)
                .hasMessageStartingWith("CEL result of type string could not be converted to bool");
    }
}
