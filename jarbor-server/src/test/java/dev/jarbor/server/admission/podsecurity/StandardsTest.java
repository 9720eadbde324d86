package dev.jarbor.server.admission.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each control of the Pod Security Standards, in the versions that changed it: what it refuses, and what it does not. */
class StandardsTest {
    /** A pod that keeps to the restricted standard. */
    private static final String GOOD = """
            securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
            containers:
            - name: c
              image: nginx
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            """;

    private static ObjectValue yaml(String text) {
        return Yaml.parse(text) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    private static String violations(String level, String version, String metadata, ObjectValue spec) {
        var standard = new Standard(
                Level.parse(level).orElseThrow(), Version.parse(version).orElseThrow());
        return Standards.violations(standard, yaml(metadata), spec).stream()
                .map(Check.Violation::toString)
                .collect(Collectors.joining(", "));
    }

    /** Lays {@code change} over the good pod: fields of the spec, and {@code c}, fields of its container. */
    private static ObjectValue changed(String change) {
        ObjectValue spec = yaml(GOOD);
        ObjectValue wanted = yaml(change);
        for (String field : wanted.names()) {
            spec = field.equals("c")
                    ? container(spec, wanted.object("c"))
                    : spec.with(field, wanted.valueOrNull(field));
        }
        return spec;
    }

    private static ObjectValue container(ObjectValue spec, ObjectValue change) {
        ObjectValue container = spec.list("containers").objects().getFirst();
        for (String field : change.names()) {
            if (field.equals("securityContext")) {
                ObjectValue security = container.object("securityContext");
                ObjectValue more = change.object("securityContext");
                for (String name : more.names()) {
                    security = security.with(name, more.valueOrNull(name));
                }
                container = container.with("securityContext", security);
            } else {
                container = container.with(field, change.valueOrNull(field));
            }
        }
        return spec.with("containers", ListValue.of(container));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {}                                                                      | latest |
            {hostNetwork: true, hostPID: true, hostIPC: true}                       | v1.0   | host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)
            {hostNetwork: false}                                                    | latest |
            {c: {securityContext: {privileged: true}}}                              | v1.0   | privileged (container "c" must not set securityContext.privileged=true)
            {c: {securityContext: {capabilities: {add: [NET_RAW, CHOWN]}}}}         | v1.0   | non-default capabilities (container "c" must not include "NET_RAW" in securityContext.capabilities.add)
            {c: {securityContext: {capabilities: {add: [CHOWN]}}}}                  | latest |
            {volumes: [{name: v, hostPath: {path: /}}]}                             | v1.0   | hostPath volumes (volume "v")
            {volumes: [{name: v, emptyDir: {}}]}                                    | latest |
            {c: {ports: [{hostPort: 80, containerPort: 80}]}}                       | v1.0   | hostPort (container "c" uses hostPort 80)
            {c: {ports: [{hostPort: 80}, {hostPort: 443}]}}                         | latest | hostPort (container "c" uses hostPorts 443, 80)
            {c: {ports: [{containerPort: 80}]}}                                     | latest |
            {c: {livenessProbe: {httpGet: {host: h}}}}                              | v1.33  |
            {c: {livenessProbe: {httpGet: {host: h}}}}                              | v1.34  | probe or lifecycle host (container "c" uses probe or lifecycle host "h")
            {c: {lifecycle: {preStop: {tcpSocket: {host: g}}}}}                     | latest | probe or lifecycle host (container "c" uses probe or lifecycle host "g")
            {c: {livenessProbe: {httpGet: {port: 80}}}}                             | latest |
            {securityContext: {appArmorProfile: {type: Unconfined}}}                | v1.0   | forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")
            {c: {securityContext: {appArmorProfile: {type: RuntimeDefault}}}}       | latest |
            {securityContext: {seLinuxOptions: {type: x_t, user: u}}}               | v1.0   | seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "x_t"; user may not be set)
            {c: {securityContext: {seLinuxOptions: {role: r}}}}                     | latest | seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: role may not be set)
            {securityContext: {seLinuxOptions: {type: container_engine_t}}}         | v1.30  | seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "container_engine_t")
            {securityContext: {seLinuxOptions: {type: container_engine_t}}}         | v1.31  |
            {c: {securityContext: {procMount: Unmasked}}}                           | v1.0   | procMount (container "c" must not set securityContext.procMount to "Unmasked")
            {c: {securityContext: {procMount: Unmasked}}, hostUsers: false}         | v1.34  | procMount (container "c" must not set securityContext.procMount to "Unmasked")
            {c: {securityContext: {procMount: Unmasked}}, hostUsers: false}         | latest |
            {c: {securityContext: {procMount: Default}}}                            | latest |
            {c: {securityContext: {seccompProfile: {type: Unconfined}}}}            | v1.18  |
            {c: {securityContext: {seccompProfile: {type: Unconfined}}}}            | v1.19  | seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")
            {securityContext: {sysctls: [{name: kernel.msgmax}]}}                   | v1.0   | forbidden sysctls (kernel.msgmax)
            {securityContext: {sysctls: [{name: kernel.shm_rmid_forced}]}}          | v1.0   |
            {securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports}]}} | v1.26 | forbidden sysctls (net.ipv4.ip_local_reserved_ports)
            {securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports}]}} | v1.27 |
            {securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time}]}}     | v1.28  | forbidden sysctls (net.ipv4.tcp_keepalive_time)
            {securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time}]}}     | v1.29  |
            {securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}]}}               | v1.31  | forbidden sysctls (net.ipv4.tcp_rmem)
            {securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}]}}               | latest |
            {securityContext: {windowsOptions: {hostProcess: true}}}                | v1.0   | hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)
            """)
    void baseline(String change, String version, String expected) {
        assertThat(violations("baseline", version, "{}", changed(change))).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {}                                                                      | v1.0   |
            {}                                                                      | latest |
            {volumes: [{name: v, nfs: {}}, {name: w, hostPath: {}}]}                | v1.0   | restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")
            {volumes: [{name: v, image: {}}, {name: w, csi: {}}]}                   | v1.0   |
            {c: {securityContext: {allowPrivilegeEscalation: true}}}                | v1.7   |
            {c: {securityContext: {allowPrivilegeEscalation: true}}}                | v1.8   | allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)
            {c: {securityContext: {allowPrivilegeEscalation: true}}, os: {name: windows}} | v1.24 | allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)
            {c: {securityContext: {allowPrivilegeEscalation: true}}, os: {name: windows}} | v1.25 |
            {c: {securityContext: {runAsNonRoot: false}}}                           | v1.0   | runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)
            {securityContext: {seccompProfile: {type: Localhost}}}                  | latest | runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)
            {securityContext: {seccompProfile: {type: Localhost}}, hostUsers: false} | v1.34 | runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)
            {securityContext: {seccompProfile: {type: Localhost}}, hostUsers: false} | v1.35 |
            {c: {securityContext: {runAsUser: 0}}}                                  | v1.22  |
            {c: {securityContext: {runAsUser: 0}}}                                  | v1.23  | runAsUser=0 (container "c" must not set runAsUser=0)
            {c: {securityContext: {runAsUser: 1000}}}                               | latest |
            {securityContext: {runAsNonRoot: true}}                                 | v1.18  |
            {securityContext: {runAsNonRoot: true}}                                 | v1.19  | seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")
            {securityContext: {runAsNonRoot: true, seccompProfile: {type: Unconfined}}} | latest | seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")
            {c: {securityContext: {capabilities: {}}}}                              | v1.21  |
            {c: {securityContext: {capabilities: {add: [CHOWN]}}}}                  | v1.22  | unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; container "c" must not include "CHOWN" in securityContext.capabilities.add)
            {c: {securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}} | latest |
            {c: {securityContext: {procMount: Unmasked}}, hostUsers: false}         | latest | procMount (container "c" must not set securityContext.procMount to "Unmasked")
            """)
    void restricted(String change, String version, String expected) {
        assertThat(violations("restricted", version, "{}", changed(change)))
                .isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            container.apparmor.security.beta.kubernetes.io/c: unconfined      | latest | forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/c="unconfined"")
            container.apparmor.security.beta.kubernetes.io/c: runtime/default | latest |
            container.apparmor.security.beta.kubernetes.io/c: localhost/x     | v1.0   |
            seccomp.security.alpha.kubernetes.io/pod: unconfined              | v1.18  | seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")
            container.seccomp.security.alpha.kubernetes.io/c: unconfined      | v1.0   | seccompProfile (forbidden annotation container.seccomp.security.alpha.kubernetes.io/c="unconfined")
            seccomp.security.alpha.kubernetes.io/pod: docker/default          | v1.18  |
            seccomp.security.alpha.kubernetes.io/pod: unconfined              | v1.19  |
            """)
    void annotations(String annotation, String version, String expected) {
        assertThat(violations("baseline", version, "annotations: {" + annotation + "}", yaml(GOOD)))
                .isEqualTo(expected == null ? "" : expected);
    }
}
