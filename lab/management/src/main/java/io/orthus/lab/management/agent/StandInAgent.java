// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.agent;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;

/**
 * A stand-in for CloudStack's agent, run on a lab host: a command in, an answer out, each a line and as it goes over the
 * wire. Like the agent it finds the handler by its package and its annotation. It needs the jar with the handlers,
 * CloudStack's classes and Gson on its class path, and no other class of the lab.
 */
public final class StandInAgent {
    private static final String HANDLERS = "com/cloud/hypervisor/kvm/resource/wrapper/";
    private static final Gson GSON = new Gson();

    private StandInAgent() {}

    /**
     * Answers until there is no further command. What no handler can do ends it.
     *
     * @param args the jar that an operator puts into the agent's plugin directory
     */
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(Path.of(args[0]), line));
        }
    }

    private static String answer(Path jar, String line) throws Exception {
        JsonObject request =
                JsonParser.parseString(line).getAsJsonArray().get(0).getAsJsonObject();
        String type = request.keySet().iterator().next();
        Object command = GSON.fromJson(request.get(type), Class.forName(type));
        Object answer = answer(handler(jar, command.getClass()), command);
        JsonObject wire = new JsonObject();
        wire.add(answer.getClass().getName(), GSON.toJsonTree(answer));
        JsonArray answers = new JsonArray();
        answers.add(wire);
        return GSON.toJson(answers);
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
