// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static io.orthus.engine.launch.XmlPath.attribute;
import static io.orthus.engine.launch.XmlPath.child;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.launch.CommandLine.Option;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * The VNC server. Its port belongs to the running QEMU until that ends, so the new one starts without an address and is
 * given address and password when the old one is gone. Viewers must connect again.
 */
final class VncDisplay {
    private VncDisplay() {}

    /**
     * The command line with a VNC server that does not listen yet.
     *
     * @param afterNew gets the commands that make it listen
     * @param reasons gets a sentence for each display that cannot be carried over
     */
    static CommandLine apply(CommandLine line, LiveDomain live, List<JsonObject> afterNew, List<String> reasons) {
        List<Element> displays = live.graphics().stream()
                .filter(display -> display.getAttribute("type").equals("vnc"))
                .toList();
        List<OptionValue> servers = line.values("vnc").map(OptionValue::parse).toList();
        if (servers.size() != displays.size() || servers.size() > 1) {
            reasons.add("it has " + servers.size() + " VNC servers, its definition " + displays.size()
                    + "; only one can be handed over");
            return line;
        }
        if (servers.isEmpty()) {
            return line;
        }
        OptionValue server = servers.get(0);
        if (server.get("websocket").isPresent()) {
            reasons.add("its VNC server has a websocket, which QEMU cannot open again after its start");
        }
        if (server.isOn("password")) {
            password(displays.get(0), afterNew, reasons);
        }
        listen(displays.get(0), afterNew, reasons);
        return line.map(option ->
                option.is("vnc") ? Option.of("vnc", server.without("websocket").withFirst("none")) : option);
    }

    private static void password(Element display, List<JsonObject> afterNew, List<String> reasons) {
        if (!display.hasAttribute("passwd")) {
            reasons.add("its VNC password is libvirt's default (vnc_password in qemu.conf) and not in its definition");
            return;
        }
        String password = display.getAttribute("passwd");
        afterNew.add(command(
                "set_password",
                Json.object().put("protocol", "vnc").put("password", password).build()));
        Optional<String> validTo = attribute(display, "passwdValidTo");
        if (password.isEmpty() || validTo.isPresent()) {
            try {
                String time = password.isEmpty()
                        ? "now"
                        : Long.toString(LocalDateTime.parse(validTo.get()).toEpochSecond(ZoneOffset.UTC));
                afterNew.add(command(
                        "expire_password",
                        Json.object().put("protocol", "vnc").put("time", time).build()));
            } catch (DateTimeParseException e) {
                reasons.add("its VNC password is valid to \"" + validTo.get() + "\", which is not a time");
            }
        }
    }

    private static void listen(Element display, List<JsonObject> afterNew, List<String> reasons) {
        Element listen = child(display, "listen").orElse(display);
        JsonObject address;
        switch (attribute(listen, "type").filter(type -> listen != display).orElse("address")) {
            case "none" -> {
                return;
            }
            case "socket" ->
                address = Json.object()
                        .put("type", "unix")
                        .put("path", listen.getAttribute("socket"))
                        .build();
            default -> {
                Optional<String> port = attribute(display, "port").filter(text -> text.matches("\\d+"));
                Optional<String> host = attribute(listen, "address").or(() -> attribute(display, "listen"));
                if (port.isEmpty() || host.isEmpty()) {
                    reasons.add("its definition does not tell on which address and port its VNC server listens");
                    return;
                }
                address = Json.object()
                        .put("type", "inet")
                        .put("host", host.get())
                        .put("port", port.get())
                        .build();
            }
        }
        JsonArray addresses = new JsonArray();
        addresses.add(address);
        afterNew.add(command(
                "display-update",
                Json.object().put("type", "vnc").put("addresses", addresses).build()));
    }

    private static JsonObject command(String name, JsonObject arguments) {
        return Json.object().put("execute", name).put("arguments", arguments).build();
    }
}
