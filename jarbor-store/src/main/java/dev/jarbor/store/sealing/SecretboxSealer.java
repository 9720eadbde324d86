package dev.jarbor.store.sealing;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * A key of the provider {@code secretbox}: XSalsa20 and Poly1305 as NaCl puts them together. Written are a nonce, the proof,
 * the cipher text; where it is written is not bound to it.
 *
 * @see <a href="https://nacl.cr.yp.to/secretbox.html">Secret-key authenticated encryption</a>
 */
@SuppressWarnings("ArrayRecordComponent") // a key: never compared
record SecretboxSealer(String prefix, byte[] key, RandomGenerator random) implements Sealer {
    private static final int NONCE = 24;
    private static final int PROOF = 16;
    /** The first bytes of the key stream are the key of the proof. */
    private static final int PROOF_KEY = 32;

    @Override
    public byte[] seal(byte[] plain, byte[] place) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        XSalsa20Engine stream = stream(nonce);
        byte[] proofKey = proofKey(stream);
        byte[] all = Arrays.copyOf(nonce, NONCE + PROOF + plain.length);
        stream.processBytes(plain, 0, plain.length, all, NONCE + PROOF);
        System.arraycopy(proof(proofKey, all), 0, all, NONCE, PROOF);
        return all;
    }

    @Override
    public Sealing.Opened open(byte[] sealed, byte[] place) throws UnopenedException {
        if (sealed.length < NONCE + PROOF) {
            throw new UnopenedException("the stored data was shorter than the required size");
        }
        XSalsa20Engine stream = stream(Arrays.copyOf(sealed, NONCE));
        byte[] shown = Arrays.copyOfRange(sealed, NONCE, NONCE + PROOF);
        if (!MessageDigest.isEqual(proof(proofKey(stream), sealed), shown)) {
            throw new UnopenedException("invalid data");
        }
        byte[] plain = new byte[sealed.length - NONCE - PROOF];
        stream.processBytes(sealed, NONCE + PROOF, plain.length, plain, 0);
        return new Sealing.Opened(plain, false);
    }

    private XSalsa20Engine stream(byte[] nonce) {
        var engine = new XSalsa20Engine();
        engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        return engine;
    }

    private static byte[] proofKey(XSalsa20Engine stream) {
        byte[] key = new byte[PROOF_KEY];
        stream.processBytes(key, 0, PROOF_KEY, key, 0);
        return key;
    }

    private static byte[] proof(byte[] proofKey, byte[] sealed) {
        var mac = new Poly1305();
        mac.init(new KeyParameter(proofKey));
        mac.update(sealed, NONCE + PROOF, sealed.length - NONCE - PROOF);
        byte[] proof = new byte[PROOF];
        mac.doFinal(proof, 0);
        return proof;
    }
}
