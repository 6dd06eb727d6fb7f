// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.cloud.exception.InvalidParameterValueException;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import io.orthus.lab.management.cloud.Place;
import java.lang.reflect.Field;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.cloudstack.api.ApiArgValidator;
import org.apache.cloudstack.api.BaseCmd;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.response.ClusterResponse;
import org.apache.cloudstack.api.response.HostResponse;
import org.apache.cloudstack.api.response.PodResponse;
import org.apache.cloudstack.api.response.ZoneResponse;

/** Fills a command's fields from a request, with CloudStack's checks and sentences. */
final class Parameters {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[XXX][XX][X]");

    private final Cloud cloud;

    Parameters(Cloud cloud) {
        this.cloud = cloud;
    }

    /** The fields that are parameters, of the class and of those that it extends. */
    static List<Field> fields(Class<?> command) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = command; type != Object.class; type = type.getSuperclass()) {
            Arrays.stream(type.getDeclaredFields())
                    .filter(field -> field.isAnnotationPresent(Parameter.class))
                    .forEach(fields::add);
        }
        return fields;
    }

    void fill(BaseCmd command, String name, Call call) throws ApiError {
        for (Field field : fields(command.getClass())) {
            Parameter parameter = field.getAnnotation(Parameter.class);
            String text = call.get(parameter.name());
            if (text == null) {
                if (parameter.required()) {
                    throw bad("Unable to execute API command %s due to missing parameter %s"
                            .formatted(name, parameter.name()));
                }
                continue;
            }
            try {
                valid(parameter, text);
                field.setAccessible(true);
                field.set(command, value(parameter, text));
            } catch (InvalidParameterValueException e) {
                throw bad("Unable to execute API command %s due to invalid value. %s".formatted(name, e.getMessage()));
            } catch (DateTimeParseException e) {
                throw bad(
                        ("Unable to parse date %s for command %s, please pass dates in the format mentioned in the api"
                                        + " documentation")
                                .formatted(text, name));
            } catch (NumberFormatException e) {
                throw bad("Unable to execute API command %s due to invalid value %s for parameter %s"
                        .formatted(name, text, parameter.name()));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void valid(Parameter parameter, String text) throws ApiError {
        for (ApiArgValidator validator : parameter.validations()) {
            switch (validator) {
                case NotNullOrEmpty -> hold(!text.isEmpty(), parameter);
                case UuidString -> hold(UUID.matcher(text).matches(), parameter);
                default -> throw new IllegalStateException("validator " + validator + " is not in the stand-in");
            }
        }
    }

    /** Whatever the validator, CloudStack says no more than this. */
    private static void hold(boolean valid, Parameter parameter) throws ApiError {
        if (!valid) {
            throw bad("Invalid value provided for API arg: " + parameter.name());
        }
    }

    private Object value(Parameter parameter, String text) {
        return switch (parameter.type()) {
            case BOOLEAN -> Boolean.valueOf(text);
            case INTEGER -> text.isBlank() ? null : Integer.valueOf(text);
            case DATE -> Date.from(OffsetDateTime.parse(text, TIME).toInstant());
            case STRING -> string(parameter, text);
            case UUID -> id(parameter, text);
            case LIST ->
                Arrays.stream(text.split(",", -1))
                        .filter(one -> !one.isEmpty())
                        .map(one -> id(parameter, one))
                        .toList();
            default -> throw new IllegalStateException("type " + parameter.type() + " is not in the stand-in");
        };
    }

    private static String string(Parameter parameter, String text) {
        if (text.length() > parameter.length()) {
            throw new InvalidParameterValueException("Value greater than max allowed length %d for param: %s"
                    .formatted(parameter.length(), parameter.name()));
        }
        return text;
    }

    private Long id(Parameter parameter, String text) {
        return find(parameter.entityType()[0], text)
                .orElseThrow(() -> new InvalidParameterValueException(("Invalid parameter %s value=%s due to incorrect"
                                + " long value format, or entity does not exist or due to incorrect parameter"
                                + " annotation for the field in api cmd class.")
                        .formatted(parameter.name(), text)));
    }

    private Optional<Long> find(Class<?> type, String uuid) {
        if (type == HostResponse.class) {
            return cloud.host(uuid).map(HostRow::getId);
        }
        if (type == ClusterResponse.class) {
            return find(cloud.clusters(), uuid);
        }
        if (type == PodResponse.class) {
            return find(cloud.pods(), uuid);
        }
        if (type == ZoneResponse.class) {
            return find(cloud.zones(), uuid);
        }
        throw new IllegalStateException(type + " is not in the stand-in");
    }

    private static Optional<Long> find(Collection<Place> places, String uuid) {
        return places.stream()
                .filter(place -> place.uuid().equals(uuid))
                .map(Place::id)
                .findFirst();
    }

    private static ApiError bad(String text) {
        return new ApiError(ApiError.BAD_PARAMETER, text);
    }
}
