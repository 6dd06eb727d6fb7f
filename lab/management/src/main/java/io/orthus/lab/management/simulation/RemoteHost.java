// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.simulation;

import io.orthus.lab.management.cloud.HostLink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A host of a {@link Fleet}, in another process. Thread-safe. */
public final class RemoteHost implements HostLink {
    /** As the plugin's setting orthus.answer.wait, which CloudStack doubles. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI address;

    /** @param agents where the fleet is, as {@link Fleet#address} gives it */
    public RemoteHost(URI agents, String name) {
        this.address = agents.resolve(name);
    }

    @Override
    public String send(String command) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(command))
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("no answer from " + address);
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + address, e);
        }
    }
}
