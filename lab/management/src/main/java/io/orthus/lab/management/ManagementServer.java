// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import com.cloud.agent.AgentManager;
import com.cloud.alert.AlertManager;
import com.cloud.host.dao.HostDao;
import com.cloud.utils.db.TransactionLegacy;
import com.cloud.vm.UserVmService;
import com.cloud.vm.VmWorkJobDispatcher;
import com.cloud.vm.dao.VMInstanceDao;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orthus.lab.management.api.ApiServer;
import io.orthus.lab.management.beans.Agents;
import io.orthus.lab.management.beans.Alerts;
import io.orthus.lab.management.beans.Hosts;
import io.orthus.lab.management.beans.Instances;
import io.orthus.lab.management.beans.Migrations;
import io.orthus.lab.management.beans.WorkJobs;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.http.Pages;
import io.orthus.lab.management.http.Web;
import io.orthus.lab.mariadb.MariaDb;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A stand-in for CloudStack's management server: the plugin with its module, tables and API is the real one, the rest is
 * as much as it takes to run it. One per process.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOGGER = LogManager.getLogger(ManagementServer.class);
    private static final String SCHEMA = "cloud";

    private final Deque<AutoCloseable> begun = new ArrayDeque<>();
    private final WorkJobs jobs = new WorkJobs();
    private final Web web;

    /**
     * Starts it and returns when it answers. What was begun is ended again if it cannot start.
     *
     * @param port 0 for one that is free
     * @param page the folder with the plugin's page; {@code null} for none
     * @param database where JDBC finds CloudStack's schema, which other servers may use, too; {@code null} for one on a
     *     database server of its own
     */
    public ManagementServer(int port, Cloud cloud, Path page, String database) throws Exception {
        begun.push(jobs);
        try {
            TransactionLegacy.use(begun(pool(database == null ? ownDatabase() : database)));
            Module module = begun(Module.start("orthus", beans(cloud)));
            ApiServer api = begun(new ApiServer(cloud, module.commands(), module::inject, module.settings()));
            web = begun(new Web(port, api, new Pages(page)));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private String ownDatabase() throws Exception {
        MariaDb database = begun(MariaDb.start());
        database.createSchema(SCHEMA);
        return database.url(SCHEMA);
    }

    public int port() {
        return web.port();
    }

    /** Ends everything, the last begun first; what cannot be ended does not keep the rest from it. */
    @Override
    public void close() {
        while (!begun.isEmpty()) {
            try {
                begun.pop().close();
            } catch (Exception e) {
                LOGGER.warn("the stand-in could not end all it had begun", e);
            }
        }
    }

    private <T extends AutoCloseable> T begun(T part) {
        begun.push(part);
        return part;
    }

    private GenericApplicationContext beans(Cloud cloud) {
        GenericApplicationContext core = new GenericApplicationContext();
        core.registerBean(AgentManager.class, () -> new Agents(cloud));
        core.registerBean(AlertManager.class, Alerts::new);
        core.registerBean(UserVmService.class, () -> new Migrations(cloud));
        core.registerBean(AsyncJobManager.class, () -> jobs);
        core.registerBean(VmWorkJobDispatcher.class, jobs::dispatcher);
        core.registerBean(HostDao.class, () -> new Hosts(cloud));
        core.registerBean(VMInstanceDao.class, () -> new Instances(cloud));
        core.refresh();
        return core;
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(MariaDb.USER);
        config.setMaximumPoolSize(50);
        config.setPoolName("cloud");
        return new HikariDataSource(config);
    }
}
