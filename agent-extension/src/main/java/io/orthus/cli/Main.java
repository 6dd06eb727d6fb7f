// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.report.Printable;
import io.orthus.engine.sys.Reason;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code orthus} command. */
@Command(
        name = "orthus",
        description = "Upgrades the hypervisor under running VMs of this host, in place.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            InventoryCommand.class,
            PreflightCommand.class,
            UpgradeCommand.class,
            RollbackCommand.class,
            StatusCommand.class,
            RecoverCommand.class,
            SelfTestCommand.class,
            AutoComplete.GenerateCompletion.class,
            HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new Main());
        command.getSubcommands()
                .get("generate-completion")
                .getCommandSpec()
                .usageMessage()
                .hidden(true);
        // A domain may be called "@x"; that is no file with arguments.
        command.setExpandAtFiles(false);
        command.setParameterExceptionHandler(Main::misused);
        command.setExecutionExceptionHandler(Main::failed);
        return command;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing; see 'orthus help'");
    }

    private static int misused(ParameterException e, String[] args) {
        say(e.getCommandLine(), e.getMessage());
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult result) {
        if (e instanceof UsageException) {
            say(command, e.getMessage());
            return ExitCode.USAGE;
        }
        if (e instanceof BusyException) {
            say(command, e.getMessage());
            return ExitCode.BUSY;
        }
        say(command, Reason.of(e));
        return ExitCode.FAILED;
    }

    /** One line, whatever is in the message. */
    private static void say(CommandLine command, String message) {
        command.getErr().println("orthus: " + Printable.of(message.replaceAll("\\R+", " ")));
        command.getErr().flush();
    }
}
