package dev.jarbor.cluster;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.disk.Backup;
import dev.jarbor.disk.BackupSchedule;
import dev.jarbor.disk.CannotOpen;
import dev.jarbor.disk.DurableStore;
import dev.jarbor.etcd.EtcdStore;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.TokenKey;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.PemKeys;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.sealing.Sealing;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The open store of a cluster, and the secrets that all its servers must agree on: the certificate authority and the key of
 * service account tokens. A server alone has them in its folder, or makes them; servers on one etcd have them there.
 *
 * @param store open
 * @param encryption how the store seals what it writes outside of this process
 * @param shared whether other servers may use the same store
 * @param authority the cluster's own
 * @param keys gives the server's settings the key of service account tokens, unless its owner named one
 */
record Backing(
        Store store,
        EncryptionAtRest encryption,
        boolean shared,
        Supplier<CertificateAuthority> authority,
        UnaryOperator<ServerSettings> keys)
        implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Backing.class.getName());
    static final String AUTHORITY = "certificate-authority";
    static final String CERTIFICATE = "certificate";
    static final String KEY = "key";

    /**
     * Opens the store.
     *
     * @param sealed what is sealed before it is written outside of this process
     * @param folder where a server alone keeps its authority, and its objects if they are on disk
     * @throws CannotStart in one line
     */
    static Backing open(StoreChoice choice, EncryptionSettings sealed, DataFolder folder, Runtime runtime) {
        // First, because the store reads and writes objects through it.
        EncryptionAtRest encryption = EncryptionAtRest.open(sealed, runtime);
        try {
            return switch (choice) {
                case StoreChoice.Disk disk ->
                    alone(open(disk, encryption, folder, runtime), encryption, folder, runtime);
                case StoreChoice.Memory ignored -> alone(new MemoryStore(), encryption, folder, runtime);
                case StoreChoice.Etcd etcd -> {
                    EtcdStore store = open(etcd, encryption, runtime);
                    yield new Backing(
                            store,
                            encryption,
                            true,
                            () -> authority(store, runtime),
                            settings -> keyed(settings, store));
                }
            };
        } catch (RuntimeException failure) {
            encryption.close();
            throw failure;
        }
    }

    /** Closes the store, and lets go of what seals its objects. */
    @Override
    public void close() {
        store.close();
        encryption.close();
    }

    private static Backing alone(Store store, EncryptionAtRest encryption, DataFolder folder, Runtime runtime) {
        return new Backing(
                store,
                encryption,
                false,
                () -> Certificates.authority(folder.pki(), runtime),
                UnaryOperator.identity());
    }

    private static Store open(StoreChoice.Disk disk, Sealing sealing, DataFolder folder, Runtime runtime) {
        DurableStore store = opened(disk, sealing, folder, runtime);
        for (String lost : store.lost()) {
            LOGGER.log(System.Logger.Level.WARNING, "the store was repaired; lost is {0}", lost);
        }
        for (BackupSchedule.Settings settings : disk.backups()) {
            BackupSchedule.start(file -> Backup.write(store.snapshot(), file, sealing), settings, runtime);
        }
        return store;
    }

    private static DurableStore opened(StoreChoice.Disk disk, Sealing sealing, DataFolder folder, Runtime runtime) {
        try {
            return DurableStore.open(folder.store(), disk.settings().withSealing(sealing), runtime);
        } catch (CannotOpen refused) {
            throw new CannotStart(String.valueOf(refused.getMessage()), refused);
        }
    }

    private static EtcdStore open(StoreChoice.Etcd etcd, Sealing sealing, Runtime runtime) {
        try {
            EtcdStore store = EtcdStore.open(etcd.settings().withSealing(sealing), runtime);
            for (BackupSchedule.Settings settings : etcd.backups()) {
                BackupSchedule.start(file -> Copies.backup(file, etcd, runtime), settings, runtime);
            }
            return store;
        } catch (StoreException | IllegalArgumentException failed) {
            throw new CannotStart(String.valueOf(failed.getMessage()), failed);
        }
    }

    private static CertificateAuthority authority(EtcdStore store, Runtime runtime) {
        ObjectValue pair = store.shared(AUTHORITY, () -> {
            Credential fresh = CertificateAuthority.create("jarbor", runtime).credential();
            return ObjectValue.EMPTY.with(CERTIFICATE, fresh.certificatePem()).with(KEY, fresh.keyPem());
        });
        return new CertificateAuthority(Credential.ofPem(pair.string(CERTIFICATE), pair.string(KEY)), runtime);
    }

    private static ServerSettings keyed(ServerSettings settings, EtcdStore store) {
        var authentication = settings.authentication();
        if (authentication.serviceAccounts().key().isGiven()) {
            return settings;
        }
        ObjectValue key = store.shared("service-account-key", () -> ObjectValue.EMPTY.with(KEY, Pem.of(freshKey())));
        return settings.withAuthentication(authentication.withServiceAccounts(
                authentication.serviceAccounts().withKey(TokenKey.of(PemKeys.pair(key.string(KEY))))));
    }

    private static PrivateKey freshKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no P-256", impossible);
        }
    }
}
