// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads /proc/PID of another process.
 *
 * <p>Bound to one process, not to a pid: every answer is checked to come from the process that this object was made
 * for, otherwise it is a {@link NoSuchProcessException}. Immutable and thread-safe. Needs the right to trace the
 * process for most answers (root has it).
 */
public final class Proc {
    static final Path ROOT = Path.of("/proc");

    private static final String DELETED = " (deleted)";
    private static final String MEMFD = "/memfd:";
    /** S_IFMT and S_IFCHR of stat(2). */
    private static final int FILE_TYPE = 0170000;

    private static final int CHARACTER_DEVICE = 0020000;
    /** The kernel names the tap in /proc/PID/fdinfo/FD. */
    private static final String TAP_NAME = "iff:";

    private final Path directory;
    private final Path root;
    private final ProcessId id;

    private Proc(Path root, ProcessId id) {
        this.root = root;
        this.directory = root.resolve(Integer.toString(id.pid()));
        this.id = id;
    }

    /** The process that has this pid now. */
    public static Proc of(int pid) throws NoSuchProcessException, IOException {
        return of(ROOT, pid);
    }

    /** This very process; fails when it has ended. */
    public static Proc of(ProcessId id) throws NoSuchProcessException, IOException {
        Proc proc = new Proc(ROOT, id);
        proc.requireSame();
        return proc;
    }

    static Proc of(Path root, int pid) throws NoSuchProcessException, IOException {
        return new Proc(root, new ProcessId(pid, ProcStat.read(root, pid).starttime()));
    }

    public ProcessId id() {
        return id;
    }

    /** The arguments, the first being the program's name as it was given; empty for a zombie. */
    public List<String> commandLine() throws IOException {
        byte[] bytes = read("cmdline");
        try {
            // Arguments end up in another command line: guessing at bytes that are not text would change them.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return splitAtNul(text);
        } catch (CharacterCodingException e) {
            throw new IOException("the command line of " + id + " is not UTF-8", e);
        }
    }

    /** The environment that the process was started with; of a name given twice the first counts, as in getenv(3). */
    public Map<String, String> environment() throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String entry : splitAtNul(new String(read("environ"), StandardCharsets.UTF_8))) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                environment.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return environment;
    }

    /** The file that it executes. */
    public Executable executable() throws IOException {
        Path link = directory.resolve("exe");
        try {
            String target = Files.readSymbolicLink(link).toString();
            Map<String, Object> file = Files.readAttributes(link, "unix:ino,dev,size");
            requireSame();
            long inode = (Long) file.get("ino");
            long device = (Long) file.get("dev");
            String name = withoutMark(target);
            boolean deleted = !target.equals(name) && !leadsTo(Path.of(target), inode, device);
            return new Executable(
                    Path.of(deleted ? name : target), deleted, (Long) file.get("size"), inode, device, link);
        } catch (IOException e) {
            throw gone(id.pid(), e);
        }
    }

    /** A field of /proc/PID/status, without its name, blanks at the ends removed; empty if this kernel has none such. */
    public Optional<String> status(String field) throws IOException {
        return text("status")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst();
    }

    /** The thread ids, the process's own pid among them. */
    public SortedSet<Integer> tasks() throws IOException {
        return numbersIn("task");
    }

    /** The files that are mapped, in the order of addresses, each mapping as one entry. */
    public List<Mapping> mappings() throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        for (String line : text("maps").lines().toList()) {
            // address perms offset dev inode path; the path may contain blanks
            String[] fields = line.split(" +", 6);
            if (fields.length == 6 && fields[5].startsWith("/")) {
                mappings.add(new Mapping(fields[1], fields[3], Long.parseLong(fields[4]), fields[5]));
            }
        }
        return mappings;
    }

    /**
     * The files that are mapped, by the path that they have or had when they were mapped, with a link that opens this
     * very file as long as it is mapped, also when it was deleted or replaced since.
     */
    public Map<Path, Path> mappedFiles() throws IOException {
        Map<Path, Path> files = new LinkedHashMap<>();
        for (String line : text("maps").lines().toList()) {
            String[] fields = line.split(" +", 6);
            if (fields.length == 6 && fields[5].startsWith("/")) {
                // Padded with zeros in maps, not so in map_files.
                String range = fields[0].replaceAll("\\b0+(?=[0-9a-f])", "");
                files.putIfAbsent(Path.of(withoutMark(fields[5])), directory.resolve("map_files/" + range));
            }
        }
        return files;
    }

    /** The memfds that are mapped shared. */
    public Set<Memfd> memfds() throws IOException {
        Set<Memfd> memfds = new LinkedHashSet<>();
        for (Mapping mapping : mappings()) {
            if (mapping.shared() && mapping.path().startsWith(MEMFD)) {
                memfds.add(new Memfd(mapping.inode(), withoutMark(mapping.path().substring(MEMFD.length()))));
            }
        }
        return memfds;
    }

    /** Open descriptors and what their links in /proc/PID/fd read, for example {@code socket:[4711]}. */
    public SortedMap<Integer, String> descriptors() throws IOException {
        SortedMap<Integer, String> descriptors = new TreeMap<>();
        for (int fd : numbersIn("fd")) {
            try {
                descriptors.put(
                        fd,
                        Files.readSymbolicLink(directory.resolve("fd/" + fd)).toString());
            } catch (NoSuchFileException e) {
                // closed between the listing and the look at it
            }
        }
        requireSame();
        return descriptors;
    }

    /** What stat(2) calls st_rdev, of each character device that is open. */
    public Set<Long> characterDevices() throws IOException {
        Set<Long> devices = new LinkedHashSet<>();
        for (int fd : numbersIn("fd")) {
            try {
                Map<String, Object> file = Files.readAttributes(directory.resolve("fd/" + fd), "unix:mode,rdev");
                if (((Integer) file.get("mode") & FILE_TYPE) == CHARACTER_DEVICE) {
                    devices.add((Long) file.get("rdev"));
                }
            } catch (NoSuchFileException e) {
                // closed between the listing and the look at it
            }
        }
        requireSame();
        return devices;
    }

    /** Descriptors of taps by the name of the interface; several for one interface when it has several queues. */
    public SortedMap<String, List<Integer>> tapDescriptors() throws IOException {
        SortedMap<String, List<Integer>> taps = new TreeMap<>();
        for (int fd : numbersIn("fdinfo")) {
            try {
                Files.readString(directory.resolve("fdinfo/" + fd))
                        .lines()
                        .filter(line -> line.startsWith(TAP_NAME))
                        .map(line -> line.substring(TAP_NAME.length()).strip())
                        .forEach(name -> taps.computeIfAbsent(name, none -> new ArrayList<>())
                                .add(fd));
            } catch (NoSuchFileException e) {
                // closed between the listing and the look at it
            }
        }
        requireSame();
        return taps;
    }

    /** The inode number by which its mount namespace is told from others. */
    public long mountNamespace() throws IOException {
        try {
            String link = Files.readSymbolicLink(directory.resolve("ns/mnt")).toString();
            requireSame();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
        } catch (IOException e) {
            throw gone(id.pid(), e);
        }
    }

    /** Its control group in the unified hierarchy, as a path that begins with a slash; empty on a host without one. */
    public Optional<String> cgroup() throws IOException {
        return text("cgroup")
                .lines()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring("0::".length()))
                .findFirst();
    }

    private SortedSet<Integer> numbersIn(String name) throws IOException {
        SortedSet<Integer> numbers = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.resolve(name))) {
            for (Path entry : entries) {
                numbers.add(Integer.parseInt(entry.getFileName().toString()));
            }
        } catch (IOException e) {
            throw gone(id.pid(), e);
        }
        requireSame();
        return numbers;
    }

    private String text(String name) throws IOException {
        return new String(read(name), StandardCharsets.UTF_8);
    }

    private byte[] read(String name) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(directory.resolve(name));
            requireSame();
            return bytes;
        } catch (IOException e) {
            throw gone(id.pid(), e);
        }
    }

    private void requireSame() throws NoSuchProcessException, IOException {
        if (ProcStat.read(root, id.pid()).starttime() != id.starttime()) {
            throw new NoSuchProcessException(id + " has ended, its pid belongs to another process now");
        }
    }

    private static String withoutMark(String path) {
        return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
    }

    private static boolean leadsTo(Path path, long inode, long device) throws IOException {
        try {
            Map<String, Object> file = Files.readAttributes(path, "unix:ino,dev");
            return file.get("ino").equals(inode) && file.get("dev").equals(device);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
    }

    private static List<String> splitAtNul(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', start)) {
            parts.add(text.substring(start, end));
            start = end + 1;
        }
        if (start < text.length()) {
            parts.add(text.substring(start));
        }
        return parts;
    }

    /** Files below /proc/PID vanish, or answer ESRCH, when the process ends; any other error stays what it is. */
    static IOException gone(int pid, IOException cause) {
        String reason = cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
        boolean vanished = cause instanceof NoSuchFileException || "No such process".equals(reason);
        if (!vanished) {
            return cause;
        }
        NoSuchProcessException gone = new NoSuchProcessException("process " + pid + " does not exist");
        gone.initCause(cause);
        return gone;
    }
}
