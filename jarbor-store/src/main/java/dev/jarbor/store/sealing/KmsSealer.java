package dev.jarbor.store.sealing;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.Runtime;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The provider {@code kms} of version 2. It seals with a seed of its own making, which the plugin has wrapped; so the plugin
 * is asked once for each key of its own, not for each object (KEP-3299).
 *
 * <p>The plugin is asked for its status about once a minute, and every ten seconds while it is unwell. While it answers with the
 * key id by which the present seed is wrapped, the seed counts for three more minutes; with another key id, a new seed is
 * made and wrapped. So a plugin that is gone is coasted through for three minutes, then writes are refused; what is read
 * with keys that are known can be read for as long as they are remembered.
 */
final class KmsSealer implements Sealer, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KmsSealer.class.getName());

    private static final Duration WELL_INTERVAL = Duration.ofMinutes(1);
    private static final Duration UNWELL_INTERVAL = Duration.ofSeconds(10);
    private static final Duration WELL_HOLDS = Duration.ofSeconds(20);
    private static final Duration UNWELL_HOLDS = Duration.ofSeconds(3);
    private static final Duration SEED_HOLDS = Duration.ofMinutes(3);

    private static final int MOST_KEYS = 4096;
    private static final Duration KEY_HOLDS = Duration.ofHours(24);

    private final String name;
    private final KeyService service;
    private final Runtime runtime;
    private final BoundedMemory<String, Key> keys;
    private final ReentrantLock asking = new ReentrantLock();
    private final AtomicReference<Optional<Seed>> seed = new AtomicReference<>(Optional.empty());
    private volatile Checked last = Checked.NEVER;
    private volatile String version = "";
    private volatile boolean closed;
    private volatile Optional<String> told = Optional.empty();
    private volatile Runtime.Timer timer = () -> {};

    /** What opens contents: a key, however it was wrapped. */
    private interface Key {
        byte[] open(byte[] sealed, byte[] place) throws UnopenedException;
    }

    /** What seals at present, until when. */
    private record Seed(SeedKey key, KeyService.Wrapped wrapped, Instant until) {}

    /** What the plugin was found to be; empty for well. */
    private record Checked(Optional<String> objection, Instant since, Duration holds) {
        static final Checked NEVER = new Checked(Optional.empty(), Instant.EPOCH, Duration.ZERO);
    }

    private KmsSealer(String name, KeyService service, Runtime runtime) {
        this.name = name;
        this.service = service;
        this.runtime = runtime;
        this.keys = new BoundedMemory<>(MOST_KEYS, runtime);
    }

    /** Asks the plugin once, and from then on again and again. */
    static KmsSealer open(String name, KeyService service, Runtime runtime) {
        var sealer = new KmsSealer(name, service, runtime);
        sealer.poll();
        return sealer;
    }

    @Override
    public String prefix() {
        return "k8s:enc:kms:v2:" + name + ":";
    }

    @Override
    public byte[] seal(byte[] plain, byte[] place) throws UnopenedException {
        Seed now = seed.get().orElseThrow(KmsSealer::noSeed);
        if (runtime.now().isAfter(now.until())) {
            throw new UnopenedException("encryptedDEKSource with keyID hash "
                    + GoText.quote(hash(now.wrapped().keyId())) + " expired at " + seconds(now.until())
                    + " (current time is " + seconds(runtime.now()) + ")");
        }
        byte[] content = now.key().seal(plain, place, runtime.secureRandom());
        return new Envelope(content, now.wrapped(), true).encoded();
    }

    @Override
    public Sealing.Opened open(byte[] sealed, byte[] place) throws UnopenedException {
        Envelope envelope = Envelope.decode(sealed);
        Seed now = seed.get().orElseThrow(KmsSealer::noSeed);
        byte[] plain = key(envelope).open(envelope.content(), place);
        boolean same =
                envelope.seeded() && envelope.key().keyId().equals(now.wrapped().keyId());
        return new Sealing.Opened(plain, !same);
    }

    private static UnopenedException noSeed() {
        return new UnopenedException("got unexpected nil transformer");
    }

    private Key key(Envelope envelope) throws UnopenedException {
        String fingerprint = envelope.fingerprint();
        Optional<Key> known = keys.get(fingerprint);
        if (known.isPresent()) {
            return known.get();
        }
        byte[] unwrapped;
        try {
            unwrapped = service.decrypt(runtime.newUid(), envelope.key());
        } catch (KeyService.FailedCall failed) {
            throw new UnopenedException("failed to decrypt DEK, error: " + failed.getMessage(), failed);
        }
        Key key = key(unwrapped, envelope.seeded());
        keys.put(fingerprint, key, KEY_HOLDS);
        return key;
    }

    private static Key key(byte[] unwrapped, boolean seeded) throws UnopenedException {
        if (seeded) {
            if (unwrapped.length < SeedKey.SIZE) {
                throw new UnopenedException("invalid seed length " + unwrapped.length + " used for key generation");
            }
            return new SeedKey(unwrapped)::open;
        }
        if (!EncryptionConfiguration.AES_SIZES.contains(unwrapped.length)) {
            throw new UnopenedException("crypto/aes: invalid key size " + unwrapped.length);
        }
        AesKey key = AesKey.gcm(unwrapped);
        return (bytes, place) -> key.open(bytes, 0, place);
    }

    private void poll() {
        if (closed) {
            return;
        }
        Optional<String> objection = objection();
        if (objection.isPresent() && !objection.equals(told)) {
            LOG.log(System.Logger.Level.WARNING, objection.get());
        }
        told = objection;
        timer = runtime.schedule("kms " + name, objection.isEmpty() ? WELL_INTERVAL : UNWELL_INTERVAL, this::poll);
    }

    /** What is wrong with the plugin; empty where nothing is. An answer holds for some seconds. */
    Optional<String> objection() {
        asking.lock();
        try {
            if (runtime.now().isBefore(last.since().plus(last.holds()))) {
                return last.objection();
            }
            Optional<String> found = ask();
            last = new Checked(found, runtime.now(), found.isEmpty() ? WELL_HOLDS : UNWELL_HOLDS);
            return found;
        } finally {
            asking.unlock();
        }
    }

    private Optional<String> ask() {
        KeyService.Status status;
        try {
            status = service.status();
        } catch (KeyService.FailedCall failed) {
            return Optional.of("failed to perform status section of the healthz check for KMS Provider " + name
                    + ", error: " + failed.getMessage());
        }
        var faults = new ArrayList<String>();
        if (!status.healthz().equals("ok")) {
            faults.add("got unexpected healthz status: " + status.healthz());
        }
        if (!List.of("v2", "v2beta1").contains(status.version())) {
            faults.add("expected KMSv2 API version v2, got " + status.version());
        } else if (version.isEmpty()) {
            version = status.version();
        } else if (!version.equals(status.version())) {
            faults.add("KMSv2 API version should not change after the initial status response version " + version
                    + ", got " + status.version());
        }
        try {
            Envelope.checkKeyId(status.keyId());
            rotate(status.keyId()).ifPresent(faults::add);
        } catch (UnopenedException bad) {
            faults.add("got invalid KMSv2 KeyID hash " + GoText.quote(hash(status.keyId())) + ": " + bad.reason());
        }
        if (faults.isEmpty()) {
            return Optional.empty();
        }
        String reasons = faults.size() == 1 ? faults.getFirst() : "[" + String.join(", ", faults) + "]";
        return Optional.of("kmsv2 Provider " + name + " is not healthy, error: " + reasons);
    }

    /** Lets the seed count for longer, or makes a new one where the plugin has another key. */
    private Optional<String> rotate(String keyId) {
        Instant until = runtime.now().plus(SEED_HOLDS);
        Optional<Seed> old = seed.get();
        String oldId = old.map(one -> one.wrapped().keyId()).orElse("");
        if (oldId.equals(keyId)) {
            seed.set(old.map(one -> new Seed(one.key(), one.wrapped(), until)));
            return Optional.empty();
        }
        String uid = runtime.newUid();
        SeedKey fresh = SeedKey.fresh(runtime.secureRandom());
        String failure;
        String newId = "";
        try {
            KeyService.Wrapped wrapped = service.encrypt(uid, fresh.seed());
            Envelope.check(wrapped);
            newId = wrapped.keyId();
            if (newId.equals(keyId)) {
                keys.put(new Envelope(new byte[0], wrapped, true).fingerprint(), fresh::open, KEY_HOLDS);
                seed.set(Optional.of(new Seed(fresh, wrapped, until)));
                return Optional.empty();
            }
            failure = "<nil>";
        } catch (KeyService.FailedCall failed) {
            failure = "failed to encrypt DEK, error: " + failed.getMessage();
        } catch (UnopenedException bad) {
            failure = bad.reason();
        }
        return Optional.of("failed to rotate DEK uid=" + GoText.quote(uid) + ", useSeed=true, errState="
                + (old.isPresent() ? "<nil>" : "got unexpected nil transformer") + ", errGen=" + failure
                + ", statusKeyIDHash=" + GoText.quote(hash(keyId)) + ", encryptKeyIDHash="
                + GoText.quote(hash(newId)) + ", stateKeyIDHash=" + GoText.quote(hash(oldId))
                + ", expirationTimestamp="
                + old.map(one -> seconds(one.until())).orElse("0001-01-01T00:00:00Z"));
    }

    private static String hash(String keyId) {
        if (keyId.isEmpty()) {
            return "";
        }
        try {
            byte[] bytes = keyId.getBytes(StandardCharsets.UTF_8);
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        closed = true;
        timer.cancel();
        service.close();
    }
}
