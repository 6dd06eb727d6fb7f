// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.lab.mariadb.MariaDb;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jar as it is dropped into a management server. */
class PackagedJarIT {
    private static final Path JAR = Path.of(System.getProperty("orthus.plugin.jar"));

    /** One flat class path: whatever else were in it would meet CloudStack's own. */
    @Test
    void bringsNothingThatCloudStackMayHaveToo() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .filteredOn(name -> !name.endsWith("/"))
                    .allMatch(name -> name.startsWith("io/orthus/") || name.startsWith("META-INF/"))
                    .contains("META-INF/cloudstack/orthus/module.properties", "META-INF/LICENSE");
        }
    }

    @Test
    void itsRelocatedFlywayMigrates() throws Exception {
        URL[] path = {
            JAR.toUri().toURL(), jarOf("com.mysql.cj.jdbc.Driver"), jarOf("org.apache.logging.log4j.Logger"),
        };
        try (MariaDb database = MariaDb.start();
                URLClassLoader flat = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            Connections connections = CloudSchema.create(database, "cloud");
            migrate(flat, connections);
            migrate(flat, connections);
            List<String> tables = Sql.inTransaction(
                    connections, sql -> sql.query("SHOW TABLES LIKE 'orthus%'", row -> row.getString(1)));
            assertThat(tables).contains("orthus_campaign", "orthus_schema_history");
        }
    }

    private static void migrate(ClassLoader flat, Connections connections) throws Exception {
        Class<?> type = flat.loadClass(Connections.class.getName());
        Object theirs =
                Proxy.newProxyInstance(flat, new Class<?>[] {type}, (proxy, method, arguments) -> connections.open());
        Method migrate = flat.loadClass(Schema.class.getName()).getMethod("migrate", type);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(flat);
        try {
            migrate.invoke(null, theirs);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL jarOf(String type) throws ClassNotFoundException {
        return Class.forName(type).getProtectionDomain().getCodeSource().getLocation();
    }
}
