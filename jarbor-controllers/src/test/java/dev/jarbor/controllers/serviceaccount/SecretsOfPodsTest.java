package dev.jarbor.controllers.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import org.junit.jupiter.api.Test;

class SecretsOfPodsTest {
    @Test
    void theyAreFoundWhereverAPodNamesThem() {
        Pod pod = new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: web, namespace: shop}
                spec:
                  imagePullSecrets: [{name: pull}]
                  initContainers: [{name: i, envFrom: [{secretRef: {name: env-from}}, {configMapRef: {name: no-secret}}]}]
                  containers: [{name: c, env: [{name: A, valueFrom: {secretKeyRef: {name: env, key: k}}}, {name: B, value: no}]}]
                  volumes:
                  - {name: a, secret: {secretName: volume}}
                  - {name: b, projected: {sources: [{secret: {name: projected}}, {configMap: {name: no-secret}}]}}
                  - {name: c, azureFile: {secretName: azure}}
                  - {name: d, csi: {driver: x, nodePublishSecretRef: {name: csi}}}
                  - {name: e, iscsi: {secretRef: {name: iscsi}}}
                  - {name: f, emptyDir: {}}
                """));
        assertThat(SecretsOfPods.of(pod))
                .containsExactly("azure", "csi", "env", "env-from", "iscsi", "projected", "pull", "volume");
    }
}
