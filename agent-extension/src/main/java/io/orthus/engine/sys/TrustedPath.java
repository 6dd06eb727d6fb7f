// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Tells whether nobody but root can change what a path leads to.
 *
 * <p>Each component from the root directory on, through every symbolic link, must belong to root and must not be
 * writable by its group or by others. The sticky bit does not help: below a sticky directory somebody else can create
 * a name first.
 */
public final class TrustedPath {
    /** As many as the kernel follows before it says ELOOP. */
    private static final int MAX_LINKS = 40;

    private static final int GROUP_WRITABLE = 0020;
    private static final int OTHERS_WRITABLE = 0002;

    /** What lstat(2) tells. {@code link} is the target of a symbolic link, {@code null} for anything else. */
    record Entry(int uid, int mode, Path link) {}

    /** Looks one path up without following it. */
    @FunctionalInterface
    interface Lookup {
        Entry entry(Path path) throws IOException;
    }

    private TrustedPath() {}

    /**
     * Checks a path.
     *
     * @param path absolute and existing
     * @return the same without symbolic links, {@code .} and {@code ..}; use this one from here on
     * @throws UntrustedPathException if somebody other than root could change what the path leads to
     * @throws IOException if the path does not exist or cannot be looked at
     */
    public static Path require(Path path) throws UntrustedPathException, IOException {
        return require(path, TrustedPath::lstat);
    }

    static Path require(Path path, Lookup lookup) throws UntrustedPathException, IOException {
        if (!path.isAbsolute()) {
            throw new UntrustedPathException(path + " is not an absolute path");
        }
        Deque<Path> ahead = new ArrayDeque<>();
        pushFront(ahead, path);
        Path here = path.getRoot();
        check(path, here, lookup.entry(here));
        int links = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.removeFirst().toString();
            if (name.equals(".") || name.isEmpty()) {
                continue;
            }
            if (name.equals("..")) {
                here = here.getParent() == null ? here : here.getParent();
                continue;
            }
            Path next = here.resolve(name);
            Entry entry = lookup.entry(next);
            check(path, next, entry);
            if (entry.link() == null) {
                here = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                throw new UntrustedPathException(path + " leads through more than " + MAX_LINKS + " symbolic links");
            }
            if (entry.link().isAbsolute()) {
                here = entry.link().getRoot();
            }
            pushFront(ahead, entry.link());
        }
        return here;
    }

    private static void check(Path path, Path component, Entry entry) throws UntrustedPathException {
        String problem = null;
        if (entry.uid() != 0) {
            problem = "belongs to uid " + entry.uid() + ", not to root";
        } else if (entry.link() != null) {
            // The mode of a symbolic link means nothing: only its owner and its directory decide who can change it.
            return;
        } else if ((entry.mode() & OTHERS_WRITABLE) != 0) {
            problem = "is writable by everyone";
        } else if ((entry.mode() & GROUP_WRITABLE) != 0) {
            problem = "is writable by its group";
        }
        if (problem != null) {
            String subject = component.equals(path) ? "it" : component.toString();
            throw new UntrustedPathException(path + " is not trusted: " + subject + " " + problem);
        }
    }

    private static void pushFront(Deque<Path> ahead, Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            ahead.addFirst(path.getName(i));
        }
    }

    private static Entry lstat(Path path) throws IOException {
        Map<String, Object> file = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        Path link = Files.isSymbolicLink(path) ? Files.readSymbolicLink(path) : null;
        return new Entry((Integer) file.get("uid"), (Integer) file.get("mode"), link);
    }
}
