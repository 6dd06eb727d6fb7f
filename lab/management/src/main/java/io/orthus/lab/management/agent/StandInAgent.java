// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.agent;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;

/**
 * A stand-in for CloudStack's agent, run on a lab host for one command: command in, answer out, both as they go over the
 * wire. Like the agent it finds the handler by its package and its annotation. It needs the jar with the handlers,
 * CloudStack's classes and Gson on its class path, and no other class of the lab.
 */
public final class StandInAgent {
    private static final String HANDLERS = "com/cloud/hypervisor/kvm/resource/wrapper/";
    private static final Gson GSON = new Gson();

    private StandInAgent() {}

    /**
     * Prints the answer.
     *
     * @param args the jar that an operator puts into the agent's plugin directory, and the command
     */
    public static void main(String[] args) throws Exception {
        JsonObject request =
                JsonParser.parseString(args[1]).getAsJsonArray().get(0).getAsJsonObject();
        String type = request.keySet().iterator().next();
        Object command = GSON.fromJson(request.get(type), Class.forName(type));
        Object answer = answer(handler(Path.of(args[0]), command.getClass()), command);
        JsonObject wire = new JsonObject();
        wire.add(answer.getClass().getName(), GSON.toJsonTree(answer));
        JsonArray answers = new JsonArray();
        answers.add(wire);
        System.out.println(GSON.toJson(answers));
    }

    private static Object answer(Class<?> handler, Object command) throws ReflectiveOperationException {
        for (Method method : handler.getDeclaredMethods()) {
            if (method.getName().equals("execute") && !method.isBridge()) {
                return method.invoke(handler.getConstructor().newInstance(), command, null);
            }
        }
        throw new NoSuchMethodException(handler + " has no execute");
    }

    private static Class<?> handler(Path jar, Class<?> command) throws Exception {
        List<String> names;
        try (JarFile file = new JarFile(jar.toFile())) {
            names = file.stream()
                    .map(Object::toString)
                    .filter(name -> name.startsWith(HANDLERS) && name.endsWith("Wrapper.class"))
                    .toList();
        }
        for (String name : names) {
            Class<?> type = Class.forName(
                    name.substring(0, name.length() - ".class".length()).replace('/', '.'));
            for (Annotation annotation : type.getAnnotations()) {
                Method handles = annotation.annotationType().getMethod("handles");
                if (handles.invoke(annotation) == command) {
                    return type;
                }
            }
        }
        throw new ClassNotFoundException("nothing in " + jar + " handles " + command);
    }
}
