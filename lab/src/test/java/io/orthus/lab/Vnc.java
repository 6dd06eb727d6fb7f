// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Logs in to a VNC server as RFC 6143 has it: the server gives a challenge, the password is the key for it. */
final class Vnc {
    private static final int FIRST_PORT = 5900;
    private static final int VNC_AUTHENTICATION = 2;

    private Vnc() {}

    enum Answer {
        ADMITTED,
        REFUSED
    }

    /** What the server of a display, for example {@code 10.9.0.1:0}, says to a password. It must ask for one. */
    static Answer answer(LabHost lab, String display, String password) {
        int colon = display.lastIndexOf(':');
        int port = FIRST_PORT + Integer.parseInt(display.substring(colon + 1));
        Process connection = lab.connect(display.substring(0, colon), port);
        try (DataInputStream in = new DataInputStream(connection.getInputStream());
                OutputStream out = connection.getOutputStream()) {
            byte[] version = in.readNBytes(12);
            assertThat(new String(version, StandardCharsets.US_ASCII)).startsWith("RFB 003.008");
            out.write(version);
            out.flush();
            assertThat(in.readNBytes(in.readUnsignedByte()))
                    .as("ways to log in that the server offers")
                    .containsExactly(VNC_AUTHENTICATION);
            out.write(VNC_AUTHENTICATION);
            out.flush();
            out.write(encrypt(in.readNBytes(16), password));
            out.flush();
            return in.readInt() == 0 ? Answer.ADMITTED : Answer.REFUSED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connection.destroy();
        }
    }

    /** DES with the password as the key, each of its bytes with the lowest bit first. */
    private static byte[] encrypt(byte[] challenge, String password) {
        byte[] key = Arrays.copyOf(password.getBytes(StandardCharsets.US_ASCII), 8);
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (Integer.reverse(key[i]) >>> 24);
        }
        try {
            Cipher cipher = Cipher.getInstance("DES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "DES"));
            return cipher.doFinal(challenge);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
