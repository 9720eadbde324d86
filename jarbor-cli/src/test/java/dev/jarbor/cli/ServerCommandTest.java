package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.cluster.options.FixedOption;
import dev.jarbor.cluster.options.FixedOptions;
import dev.jarbor.cluster.options.ServerOption;
import dev.jarbor.cluster.options.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code jarbor server} refuses: one line with cause and remedy, exit code 2, and nothing started. */
class ServerCommandTest {
    @TempDir
    private Path home;

    private Jarbor jarbor = Jarbor.here(Path.of("/"));

    @BeforeEach
    void comeHome() {
        jarbor = Jarbor.here(home);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text).toString();
    }

    private String refused(String... arguments) {
        Jarbor.Outcome outcome = jarbor.run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        List<String> complaints = outcome.err()
                .lines()
                .filter(line -> line.startsWith("jarbor: "))
                .toList();
        assertThat(complaints).as(outcome.err()).hasSize(1);
        assertThat(outcome.err()).doesNotContain("\tat ", "ready:");
        assertThat(jarbor.data().resolve("kubeconfig")).doesNotExist();
        return complaints.getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    --token-auth-fiel=x                       | Unknown option: '--token-auth-fiel=x'
                    --token-auth-file /nowhere/tokens.csv     | --token-auth-file: there is no file /nowhere/tokens.csv
                    --secure-port 70000                       | --secure-port: 70000 is no number between 0 and 65535
                    --anonymous-auth=perhaps                  | --anonymous-auth: perhaps is neither true nor false
                    --bind-address localhost                  | --bind-address: localhost is no IP address
                    --service-cluster-ip-range 10.0.0.0/31    | the Service range must be IPv4
                    --service-node-port-range 9000-8000       | 9000-8000 must rise
                    --service-node-port-range 6000-7000       | contains --secure-port 6443: choose another
                    --tls-cert-file a.pem                     | --tls-cert-file needs --tls-private-key-file too
                    --authorization-mode Node,Rbac            | Rbac is none of Node, RBAC, Webhook, ABAC
                    --authorization-mode RBAC,RBAC            | names RBAC twice
                    --authorization-mode Webhook              | Webhook needs --authorization-webhook-config-file too
                    --authorization-mode ABAC                 | ABAC needs --authorization-policy-file too
                    --authorization-policy-file p             | means nothing without ABAC in --authorization-mode
                    --anonymous-auth --authorization-mode AlwaysAllow | together let everybody do everything
                    --oidc-client-id shop                     | --oidc-client-id means nothing without --oidc-issuer-url
                    --oidc-issuer-url https://x               | means nothing without --oidc-client-id
                    --oidc-issuer-url http://x --oidc-client-id c | --oidc-issuer-url: http://x is no https URL
                    --oidc-issuer-url https://x --oidc-client-id c --oidc-signing-algs HS256 | HS256 is none of RS256
                    --oidc-issuer-url https://x --oidc-client-id c --oidc-required-claim hd | hd is not claim=value
                    --authorization-config /nowhere/a.yaml    | --authorization-config: there is no file /nowhere/a.yaml
                    --authorization-webhook-version v1        | means nothing without Webhook in --authorization-mode
                    --encryption-provider-config-automatic-reload | means nothing without --encryption-provider-config
                    --requestheader-allowed-names proxy       | means nothing without --requestheader-client-ca-file
                    --controllers *,-deploymnet-controller    | "deploymnet-controller" is not in the list of known controllers
                    --controllers namespace-controller,-namespace-controller | give one of them
                    --runtime-config batch/v9=true            | --runtime-config: group version batch/v9 that has not been registered
                    --runtime-config bats/v1=true             | unknown api groups bats
                    --runtime-config batch/v1/jbos=false      | there is no resource jbos in batch/v1
                    --runtime-config v1=false                 | runtime-config invalid key v1
                    --runtime-config api/all=false            | invalid key with only api/all=false
                    --runtime-config api/ga=perhaps           | invalid value api/ga=perhaps
                    --runtime-config /v1=false                | cannot be switched off: the server itself and all controllers need the core group
                    --secure-port 1 --secure-port 2           | --secure-port is given 2 times: give it once
                    --store paper                             | --store paper: disk, memory, or etcd=URL
                    --store memory --repair                   | --repair needs --store disk
                    --store memory --history-revisions 500    | --history-revisions needs --store disk or etcd=URL,…
                    --backup-keep 3                           | --backup-keep needs --backup-folder
                    --enable-admission-plugins PodSecurityPolicy      | --enable-admission-plugins plugin "PodSecurityPolicy" is unknown
                    --enable-admission-plugins Priority --disable-admission-plugins Priority | [Priority] in enable-admission-plugins and disable-admission-plugins overlapped
                    --enable-admission-plugins PodNodeSelector,AlwaysDeny --admission-control-config-file /nowhere/a.yaml | there is no file /nowhere/a.yaml
                    --feature-gates Flying=true               | --feature-gates: unrecognized feature gate: Flying
                    --feature-gates WatchList                 | missing bool value for WatchList
                    --feature-gates WatchList=perhaps         | invalid value of WatchList=perhaps, err: strconv.ParseBool: parsing "perhaps": invalid syntax
                    --feature-gates DynamicResourceAllocation=false | cannot set feature gate DynamicResourceAllocation to false, feature is locked to true
                    --feature-gates GenericWorkload=true      | feature gate GenericWorkload cannot be changed here: it stays false
                    --feature-gates AllAlpha=true             | AllAlpha cannot be set to true here: name the gates one by one
                    --max-requests-inflight=0 --max-mutating-requests-inflight=0 | together must be more than 0
                    --max-requests-inflight=-1                | --max-requests-inflight: -1 is no number between 0 and 1000000
                    --request-timeout=soon                    | --request-timeout: soon is no length of time
                    --event-ttl -1h                           | --event-ttl: -1h is no length of time
                    --storage-media-type application/json     | --storage-media-type is not supported: this is decided by --store
                    --etcd-prefix /x                          | --etcd-prefix needs --store etcd=URL
                    --etcd-servers localhost                  | not an address of etcd: localhost
                    --store etcd=http://localhost:1 --etcd-user me | --etcd-user needs --etcd-password-file
                    --watch-cache=false                       | --watch-cache other than true is not supported: reads and watches come from
                    --proxy-client-cert-file a.pem            | --proxy-client-cert-file needs --proxy-client-key-file too
                    --config /nowhere/plane.yaml              | --config: there is no file /nowhere/plane.yaml
                    """)
    void anOptionThatIsWrongIsNamedWithTheRemedy(String arguments, String complaint) {
        assertThat(refused(("server " + arguments).split(" ", -1))).contains(complaint);
    }

    @Test
    void aMistypedOptionIsAnsweredWithTheRightOne() {
        assertThat(jarbor.run("server", "--token-auth-fiel", "x").err()).contains("--token-auth-file");
    }

    @Test
    void aFileThatSaysNothingUsableIsNamed() throws IOException {
        String tokens = file("tokens.csv", "secret,ann\n");
        String empty = file("empty.pem", "nothing\n");

        assertThat(refused("server", "--token-auth-file", tokens))
                .contains("line 1 must have at least 3 columns (token, user name, user uid), found 2");
        assertThat(refused("server", "--client-ca-file", empty)).contains("there is no certificate in it");
        assertThat(refused("server", "--service-account-signing-key-file", empty))
                .contains("there is no PRIVATE KEY block in it");
    }

    @Test
    void aFieldThatIsNoOptionIsRefusedInTheConfigurationFile() throws IOException {
        String head = "apiVersion: jarbor.dev/v1\nkind: ServerConfiguration\n";

        assertThat(refused("server", "--config", file("a.yaml", head + "authorisation-mode: [RBAC]\n")))
                .contains("unknown field authorisation-mode in", "did you mean authorization-mode?");
        assertThat(refused("server", "--config", file("b.yaml", "secure-port: 0\n")))
                .contains("must say apiVersion: jarbor.dev/v1");
        assertThat(refused("server", "--config", file("c.yaml", head + "secure-port: {a: b}\n")))
                .contains("secure-port in", "takes N, not an object or a list");
        assertThat(refused("server", "--config", file("d.yaml", head + "token-auth-file: gone.csv\n")))
                .contains("token-auth-file in", home.resolve("gone.csv").toString());
    }

    @Test
    void theDocumentationNamesEveryOptionWithItsFallback() throws IOException {
        String text = Files.readString(Path.of("..", "docs", "server.md"));

        assertThat(ServerOptions.ALL)
                .allSatisfy(option -> assertThat(text)
                        .containsPattern("\\| `--" + option.name() + "` \\|.*\\| "
                                + Pattern.quote(option.about() + " | " + option.fallback()) + " \\|"));
        assertThat(FixedOptions.ALL)
                .allSatisfy(option -> assertThat(text)
                        .contains("| `--" + option.name() + "` | " + option.only() + " | " + option.why() + " |"));
    }

    @Test
    void anOptionHasAMeaningOrOneValueAndNotBoth() {
        List<String> fixed = FixedOptions.ALL.stream().map(FixedOption::name).toList();

        assertThat(fixed).doesNotHaveDuplicates();
        assertThat(ServerOptions.ALL)
                .extracting(ServerOption::name)
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(fixed);
    }

    @Test
    void whatAPluginIsToldIsReadAtTheStart() throws IOException {
        String head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n";
        String security = file("security.yaml", head + "- {name: PodSecurity, path: levels.yaml}\n");

        assertThat(refused("server", "--admission-control-config-file", security))
                .contains("cannot read", "levels.yaml");
        file("levels.yaml", "defaults: {enforce: strict}\n");
        assertThat(refused("server", "--admission-control-config-file", security))
                .contains("strict");
        assertThat(refused(
                        "server",
                        "--admission-control-config-file",
                        file("other.yaml", head + "- {name: PodSecurty, configuration: {}}\n")))
                .contains("admission-control-config-file plugin \"PodSecurty\" is unknown");
    }

    @Test
    void helpNamesEveryOptionWithItsFallback() {
        Jarbor.Outcome help = jarbor.run("help", "server");

        assertThat(help.out()).contains("--authorization-mode", "Default: Node,RBAC.", "--config", "Examples:");
    }
}
