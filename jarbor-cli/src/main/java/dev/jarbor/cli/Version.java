package dev.jarbor.cli;

import dev.jarbor.api.KubernetesVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"jarbor 0.1.0 (Kubernetes " + KubernetesVersion.GIT_VERSION + ")"};
    }
}
