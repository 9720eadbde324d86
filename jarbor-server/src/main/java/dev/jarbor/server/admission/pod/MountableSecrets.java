package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The secrets that a service account names, for accounts that let their pods use no others. */
final class MountableSecrets {
    private final String account;
    private final Set<String> secrets;
    private final Set<String> pullSecrets;

    MountableSecrets(ObjectValue account) {
        this.account = account.object("metadata").string("name");
        this.secrets = names(account, "secrets");
        this.pullSecrets = names(account, "imagePullSecrets");
    }

    private static Set<String> names(ObjectValue account, String list) {
        var names = new TreeSet<String>();
        account.list(list).objects().forEach(reference -> names.add(reference.string("name")));
        return names;
    }

    /** The first secret that may not be used, in the reference's words; "" where there is none. */
    String problem(ObjectValue spec, boolean ephemeralOnly) {
        var problems = new ArrayList<String>();
        if (ephemeralOnly) {
            spec.list("ephemeralContainers")
                    .objects()
                    .forEach(container -> container(container, "ephemeral container", problems));
            return problems.isEmpty() ? "" : problems.getFirst();
        }
        for (ObjectValue volume : spec.list("volumes").objects()) {
            String secret = volume.object("secret").string("secretName");
            if (volume.has("secret") && !secrets.contains(secret)) {
                problems.add("volume with secret.secretName=\"" + secret + "\" is not allowed because service account "
                        + account + " does not reference that secret");
            }
        }
        spec.list("initContainers").objects().forEach(container -> container(container, "init container", problems));
        spec.list("containers").objects().forEach(container -> container(container, "container", problems));
        List<ObjectValue> pulls = spec.list("imagePullSecrets").objects();
        for (int i = 0; i < pulls.size(); i++) {
            String secret = pulls.get(i).string("name");
            if (!pullSecrets.contains(secret)) {
                problems.add(
                        "imagePullSecrets[" + i + "].name=\"" + secret + "\" is not allowed because service account "
                                + account + " does not reference that imagePullSecret");
            }
        }
        return problems.isEmpty() ? "" : problems.getFirst();
    }

    private void container(ObjectValue container, String word, List<String> problems) {
        String name = word + " " + container.string("name");
        for (ObjectValue variable : container.list("env").objects()) {
            ObjectValue reference = variable.object("valueFrom").object("secretKeyRef");
            if (!reference.isEmpty() && !secrets.contains(reference.string("name"))) {
                problems.add(name + " with envVar " + variable.string("name") + unknown(reference));
            }
        }
        for (ObjectValue source : container.list("envFrom").objects()) {
            ObjectValue reference = source.object("secretRef");
            if (!reference.isEmpty() && !secrets.contains(reference.string("name"))) {
                problems.add(name + " with envFrom" + unknown(reference));
            }
        }
    }

    private String unknown(ObjectValue reference) {
        return " referencing secret.secretName=\"" + reference.string("name")
                + "\" is not allowed because service account " + account + " does not reference that secret";
    }
}
