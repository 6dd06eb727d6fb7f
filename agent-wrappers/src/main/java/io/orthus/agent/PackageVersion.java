// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import java.math.BigInteger;
import java.util.Comparator;

/**
 * The order of versions as Debian's packages have it (Debian Policy, 5.6.12): numbers by their value, {@code ~} before
 * everything, also before the end, letters before other characters.
 */
final class PackageVersion implements Comparator<String> {
    @Override
    public int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while ((i < a.length() && !digit(a, i)) || (j < b.length() && !digit(b, j))) {
                int byCharacter = Integer.compare(weight(a, i), weight(b, j));
                if (byCharacter != 0) {
                    return byCharacter;
                }
                i++;
                j++;
            }
            int endOfA = endOfNumber(a, i);
            int endOfB = endOfNumber(b, j);
            int byNumber = number(a, i, endOfA).compareTo(number(b, j, endOfB));
            if (byNumber != 0) {
                return byNumber;
            }
            i = endOfA;
            j = endOfB;
        }
        return 0;
    }

    /** Where a number begins, the text before it has ended. */
    private static int weight(String text, int at) {
        if (at >= text.length() || digit(text, at)) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '~') {
            return -1;
        }
        return Character.isLetter(c) ? c : c + Character.MAX_VALUE;
    }

    private static boolean digit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static int endOfNumber(String text, int from) {
        int end = from;
        while (end < text.length() && digit(text, end)) {
            end++;
        }
        return end;
    }

    private static BigInteger number(String text, int from, int to) {
        return from >= to ? BigInteger.ZERO : new BigInteger(text.substring(from, to));
    }
}
