package dev.jarbor.node.runtime;

/** A user of a registry. The text form hides the secrets. */
public record RegistryCredentials(String username, String password, String identityToken) {
    @Override
    public String toString() {
        return "RegistryCredentials[username=" + username + "]";
    }
}
