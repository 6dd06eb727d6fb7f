// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.service.HypervisorUpgradeServiceImpl;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.BaseCmd;
import org.apache.cloudstack.api.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What CloudStack's API discovery makes of the commands. CloudMonkey's sync breaks on a missing description, and a
 * command class without its annotation keeps the whole API from starting.
 */
class CommandsTest {
    static List<Class<?>> commands() {
        return new HypervisorUpgradeServiceImpl().getCommands();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isForRootAdminsAndDescribed(Class<?> type) throws Exception {
        APICommand command = type.getAnnotation(APICommand.class);
        assertThat(command).isNotNull();
        assertThat(command.authorized()).containsExactly(RoleType.Admin);
        assertThat(command.description()).isNotBlank();
        assertThat(command.since()).isNotBlank();
        assertThat(type.getSimpleName()).isEqualToIgnoringCase(command.name() + "Cmd");
        assertThat(type.getDeclaredConstructor().newInstance()).isInstanceOf(BaseCmd.class);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void describesEachParameter(Class<?> type) {
        List<Parameter> parameters = fields(type)
                .filter(field -> field.isAnnotationPresent(Parameter.class))
                .map(field -> field.getAnnotation(Parameter.class))
                .toList();
        assertThat(parameters)
                .extracting(Parameter::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> !name.isBlank());
        assertThat(parameters).extracting(Parameter::description).allMatch(text -> !text.isBlank());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void describesEachFieldOfItsResponse(Class<?> type) {
        Class<?> response = type.getAnnotation(APICommand.class).responseObject();
        assertThat(response.getDeclaredFields()).isNotEmpty().allSatisfy(field -> {
            assertThat(field.getAnnotation(SerializedName.class))
                    .as(field.getName())
                    .isNotNull();
            assertThat(field.getAnnotation(Param.class).description()).isNotBlank();
        });
    }

    /** Those of our classes; what CloudStack's own have is CloudStack's affair. */
    private static Stream<Field> fields(Class<?> type) {
        return !type.getName().startsWith("io.orthus.")
                ? Stream.empty()
                : Stream.concat(Arrays.stream(type.getDeclaredFields()), fields(type.getSuperclass()));
    }
}
