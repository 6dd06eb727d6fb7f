// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.cloud.serializer.Param;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.BaseAsyncCmd;
import org.apache.cloudstack.api.BaseCmd;
import org.apache.cloudstack.api.BaseResponse;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.ServerApiException;
import org.apache.cloudstack.context.CallContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** A command of the plugin, known by its annotations as CloudStack knows it. */
final class PluginCommand implements ApiCommand {
    private static final Logger LOGGER = LogManager.getLogger(PluginCommand.class);

    private final Class<? extends BaseCmd> type;
    private final APICommand annotation;
    private final Parameters reader;
    private final Consumer<Object> inject;

    /** @param inject gives a command's fields their beans */
    PluginCommand(Class<?> type, Parameters reader, Consumer<Object> inject) {
        this.type = type.asSubclass(BaseCmd.class);
        this.annotation = type.getAnnotation(APICommand.class);
        this.reader = reader;
        this.inject = inject;
    }

    @Override
    public String name() {
        return annotation.name();
    }

    @Override
    public String description() {
        return annotation.description();
    }

    @Override
    public String since() {
        return annotation.since();
    }

    @Override
    public boolean async() {
        return BaseAsyncCmd.class.isAssignableFrom(type);
    }

    @Override
    public boolean allowed(User user) {
        return Arrays.asList(annotation.authorized()).contains(user.role());
    }

    @Override
    public List<Member> parameters() {
        return Parameters.fields(type).stream()
                .map(field -> field.getAnnotation(Parameter.class))
                .map(parameter -> new Member(
                        parameter.name(),
                        parameter.type().name().toLowerCase(Locale.ROOT),
                        parameter.description(),
                        parameter.required(),
                        parameter.length()))
                .toList();
    }

    @Override
    public List<Member> answer() {
        List<Member> members = new ArrayList<>();
        for (Class<?> of = annotation.responseObject(); of != Object.class; of = of.getSuperclass()) {
            for (Field field : of.getDeclaredFields()) {
                if (field.isAnnotationPresent(SerializedName.class)) {
                    members.add(new Member(
                            field.getAnnotation(SerializedName.class).value(),
                            word(field.getType()),
                            field.getAnnotation(Param.class).description()));
                }
            }
        }
        return members;
    }

    @Override
    public Action prepare(Call call) throws ApiError {
        BaseCmd command = fresh();
        inject.accept(command);
        reader.fill(command, name().toLowerCase(Locale.ROOT), call);
        return () -> run(command, call.user());
    }

    private JsonObject run(BaseCmd command, User user) throws ApiError {
        CallContext.register(user.id(), user.id());
        try {
            command.execute();
            return Json.content((BaseResponse) command.getResponseObject());
        } catch (ServerApiException e) {
            throw new ApiError(e.getErrorCode().getHttpCode(), e.getDescription());
        } catch (Exception e) {
            LOGGER.error("{} failed", name(), e);
            throw new ApiError(ApiError.INTERNAL, e.getMessage());
        } finally {
            CallContext.unregister();
        }
    }

    private BaseCmd fresh() {
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String word(Class<?> type) {
        if (Date.class.isAssignableFrom(type)) {
            return "date";
        }
        if (Map.class.isAssignableFrom(type)) {
            return "map";
        }
        return Collection.class.isAssignableFrom(type)
                ? "list"
                : type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
