// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderReport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is on disk of one order, root's alone. {@code order.json} is written before anything is begun, {@code report.json}
 * when all is over; {@code refused} stands for an order that was called off before it came.
 */
final class OrderFolder {
    private static final Gson GSON = new Gson();
    private static final String REFUSED = "refused";

    private final Path path;

    OrderFolder(Path path) {
        this.path = path;
    }

    /** What its files and its service are called. */
    String name() {
        return path.getFileName().toString();
    }

    Optional<Order> order() throws IOException {
        return read("order.json", Order.class);
    }

    /** What the host's VMs ran on before it was begun. */
    JsonObject before() throws IOException {
        return read("before.json", JsonObject.class)
                .orElseThrow(() -> new IOException(path + " has no before.json; it was removed by hand"));
    }

    Optional<OrderReport> report() throws IOException {
        return read("report.json", OrderReport.class);
    }

    boolean refused() {
        return Files.exists(path.resolve(REFUSED));
    }

    /** Where the command of the order writes. */
    CommandFiles walk() {
        return new CommandFiles(path.resolve("walk.out"), path.resolve("walk.err"));
    }

    /** Where the recovery writes that is run when that command did not come to its end. */
    CommandFiles recovery() {
        return new CommandFiles(path.resolve("recovery.out"), path.resolve("recovery.err"));
    }

    /** From here on the order is known. */
    void create(Order order, JsonObject before) throws IOException {
        makeDirectory();
        write("before.json", GSON.toJson(before));
        write("order.json", GSON.toJson(order));
    }

    void refuse() throws IOException {
        makeDirectory();
        write(REFUSED, "");
    }

    void finish(OrderReport report) throws IOException {
        write("report.json", GSON.toJson(report));
    }

    /** Whether there will be no more to tell, and has not been since {@code time}. */
    boolean overSince(Instant time) throws IOException {
        for (String last : List.of("report.json", REFUSED)) {
            Path file = path.resolve(last);
            if (Files.exists(file)) {
                return Files.getLastModifiedTime(file).toInstant().isBefore(time);
            }
        }
        return false;
    }

    void delete() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void makeDirectory() throws IOException {
        Path orders = path.getParent();
        // What is above them is not ours alone: QEMU builds that VMs run are kept there, too.
        Files.createDirectories(orders.getParent());
        for (Path each : List.of(orders, path)) {
            if (!Files.isDirectory(each)) {
                Files.createDirectory(
                        each, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        }
        sync(orders);
    }

    private <T> Optional<T> read(String name, Class<T> type) throws IOException {
        Path file = path.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(GSON.fromJson(Files.readString(file), type));
        } catch (JsonParseException | NullPointerException e) {
            throw new IOException(
                    "%s is damaged; remove %s when 'orthus status' shows nothing".formatted(file, path), e);
        }
    }

    /** Whole or not at all, also after a power failure. */
    private void write(String name, String text) throws IOException {
        Path next = path.resolve(name + ".next");
        Files.writeString(next, text, StandardCharsets.UTF_8);
        sync(next);
        Files.move(next, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(path);
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
