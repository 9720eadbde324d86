package dev.jarbor.store.sealing;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES with one key, as the reference writes it: the initial value, then the cipher text. GCM proves that nothing was
 * changed or moved; CBC proves nothing and is here to read what others wrote.
 */
final class AesSealer implements Sealer {
    private static final int GCM_IV = 12;
    private static final int GCM_TAG_BITS = 128;
    private static final int BLOCK = 16;

    private final String name;
    private final SecretKeySpec key;
    private final boolean authenticated;
    private final RandomGenerator random;

    /** @param authenticated GCM, else CBC */
    AesSealer(String name, byte[] key, boolean authenticated, RandomGenerator random) {
        this.name = name;
        this.key = new SecretKeySpec(key, "AES");
        this.authenticated = authenticated;
        this.random = random;
    }

    @Override
    public String prefix() {
        return "k8s:enc:" + (authenticated ? "aesgcm" : "aescbc") + ":v1:" + name + ":";
    }

    @Override
    public byte[] seal(byte[] plain, byte[] place) {
        byte[] start = new byte[authenticated ? GCM_IV : BLOCK];
        random.nextBytes(start);
        try {
            byte[] content = cipher(Cipher.ENCRYPT_MODE, start, place).doFinal(plain);
            byte[] all = Arrays.copyOf(start, start.length + content.length);
            System.arraycopy(content, 0, all, start.length, content.length);
            return all;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("key " + name + " cannot seal", broken);
        }
    }

    @Override
    public Optional<byte[]> open(byte[] sealed, byte[] place) {
        int start = authenticated ? GCM_IV : BLOCK;
        if (sealed.length < start) {
            return Optional.empty();
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, start), place);
            return Optional.of(cipher.doFinal(sealed, start, sealed.length - start));
        } catch (GeneralSecurityException wrong) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] start, byte[] place) throws GeneralSecurityException {
        if (!authenticated) {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, key, new IvParameterSpec(start));
            return cipher;
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(GCM_TAG_BITS, start));
        cipher.updateAAD(place);
        return cipher;
    }
}
