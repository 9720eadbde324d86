package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that lets in only whom it knows: certificates on both sides, and a user with a password. */
@NeedsEtcd
class EtcdAccessTest {
    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A certificate that vouches for itself, for both sides. */
    private static EtcdSettings.Tls certificate(Path folder) throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-alias",
                        "etcd",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=etcd",
                        "-validity",
                        "2",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-ext",
                        "eku=serverAuth,clientAuth",
                        "-ext",
                        "bc:critical=ca:true")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        String certificate = pem("CERTIFICATE", keys.getCertificate("etcd").getEncoded());
        String key = pem("PRIVATE KEY", key(keys));
        Files.writeString(folder.resolve("etcd.crt"), certificate);
        Files.writeString(folder.resolve("etcd.key"), key);
        return new EtcdSettings.Tls(certificate, certificate, key);
    }

    private static byte[] key(KeyStore keys) throws GeneralSecurityException {
        return keys.getKey("etcd", "changeit".toCharArray()).getEncoded();
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    private static Transaction creation(String name) {
        ObjectValue object = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", name));
        return Transaction.of(new Transaction.Put("nodes", ObjectKey.cluster(name), object, Transaction.ABSENT));
    }

    private EtcdStore open(EtcdSettings settings) {
        return EtcdStore.open(settings, runtime);
    }

    @Test
    void aStoreWithCertificateAndPasswordWorksAndOthersAreTurnedAway(@TempDir Path folder) throws Exception {
        EtcdSettings.Tls tls = certificate(folder);
        String file = folder.resolve("etcd.crt").toString();
        String key = folder.resolve("etcd.key").toString();
        List<String> options =
                List.of("--cert-file", file, "--key-file", key, "--trusted-ca-file", file, "--client-cert-auth");
        try (EtcdMembers etcd = EtcdMembers.start(1, options)) {
            String[] access = {"--cacert=" + file, "--cert=" + file, "--key=" + key};
            for (String command : List.of(
                    "user add root:root",
                    "user grant-role root root",
                    "role add jarbor",
                    "role grant-permission jarbor --prefix=true readwrite /jarbor",
                    "role grant-permission jarbor readwrite compact_rev_key",
                    "user add jarbor:s3cret",
                    "user grant-role jarbor jarbor",
                    "user add stranger:s3cret",
                    "auth enable")) {
                etcd.control(with(command, access));
            }
            EtcdSettings settings = EtcdSettings.of(etcd.addresses())
                    .withTls(tls)
                    .withTimeout(Duration.ofSeconds(3))
                    .withLogin(new EtcdSettings.Login("jarbor", "s3cret"));
            try (EtcdStore one = open(settings);
                    EtcdStore other = open(settings)) {
                assertThat(one.commit(creation("a"))).isInstanceOf(Commit.Done.class);
                assertThat(other.current().get("nodes", ObjectKey.cluster("a"))).isPresent();
                // A member that starts again knows no token that it gave.
                etcd.kill(0);
                etcd.restart(0);
                assertThat(one.commit(creation("b"))).isInstanceOf(Commit.Done.class);
                assertThat(other.current().get("nodes", ObjectKey.cluster("b"))).isPresent();
            }
            refused(settings.withLogin(new EtcdSettings.Login("jarbor", "wrong")), "authentication failed");
            refused(settings.withLogin(new EtcdSettings.Login("stranger", "s3cret")), "permission denied");
            refused(settings.withTls(EtcdSettings.Tls.NONE), "Unavailable");
            refused(EtcdSettings.of(List.of(plain(etcd))).withTimeout(Duration.ofSeconds(1)), "Unavailable");
        }
    }

    private void refused(EtcdSettings settings, String reason) {
        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(reason);
    }

    private static URI plain(EtcdMembers etcd) {
        return URI.create(etcd.addresses().getFirst().toString().replace("https", "http"));
    }

    private static String[] with(String command, String[] access) throws IOException {
        return (String.join(" ", access) + " " + command).split(" ", -1);
    }
}
