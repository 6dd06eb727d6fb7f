// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import com.cloud.utils.component.ComponentLifecycle;
import com.cloud.utils.component.PluggableService;
import com.cloud.utils.component.SystemIntegrityChecker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.naming.ConfigurationException;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.apache.cloudstack.framework.config.Configurable;
import org.springframework.beans.factory.xml.XmlBeanDefinitionReader;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/**
 * A module of beans, found and brought to life as CloudStack's module loader does it: a directory below
 * {@code META-INF/cloudstack} on the class path that has its own name in its {@code module.properties}, all
 * {@code *context.xml} in it, the beans of the parent injected; then integrity checks, configuration, start.
 */
final class Module implements AutoCloseable {
    private final GenericApplicationContext context;

    private Module(GenericApplicationContext context) {
        this.context = context;
    }

    /** Loads and starts a module. */
    static Module start(String name, GenericApplicationContext parent) throws ConfigurationException {
        PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
        String home = "META-INF/cloudstack/" + name + "/";
        try {
            Resource properties = files.getResource("classpath:" + home + "module.properties");
            String own = PropertiesLoaderUtils.loadProperties(properties).getProperty("name");
            if (!name.equals(own)) {
                throw new IllegalStateException("module " + name + " calls itself " + own);
            }
            GenericApplicationContext context = new GenericApplicationContext(parent);
            AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
            new XmlBeanDefinitionReader(context)
                    .loadBeanDefinitions(files.getResources("classpath*:" + home + "*context.xml"));
            context.refresh();
            Module module = new Module(context);
            module.begin();
            return module;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives an object's fields their beans. */
    void inject(Object object) {
        context.getAutowireCapableBeanFactory().autowireBean(object);
    }

    List<Class<?>> commands() {
        List<Class<?>> commands = new ArrayList<>();
        beans(PluggableService.class).forEach(service -> commands.addAll(service.getCommands()));
        return commands;
    }

    List<ConfigKey<?>> settings() {
        List<ConfigKey<?>> settings = new ArrayList<>();
        beans(Configurable.class).forEach(bean -> settings.addAll(List.of(bean.getConfigKeys())));
        return settings;
    }

    @Override
    public void close() {
        beans(ComponentLifecycle.class).forEach(ComponentLifecycle::stop);
        context.close();
    }

    private void begin() throws ConfigurationException {
        beans(SystemIntegrityChecker.class).forEach(SystemIntegrityChecker::check);
        for (ComponentLifecycle bean : beans(ComponentLifecycle.class)) {
            bean.configure(bean.getName(), Map.of());
        }
        beans(ComponentLifecycle.class).forEach(ComponentLifecycle::start);
    }

    private <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }
}
