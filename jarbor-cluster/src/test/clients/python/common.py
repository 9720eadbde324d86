"""What every check uses."""

import time

from kubernetes import client
from kubernetes.client.rest import ApiException

NAMESPACE = "default"


def refused(call, code, words):
    """The call must be refused with that code and these words."""
    try:
        call()
    except ApiException as refusal:
        assert refusal.status == code, f"{refusal.status} instead of {code}: {refusal.body}"
        assert words in refusal.body, refusal.body
        return
    raise AssertionError("was not refused")


def eventually(what, holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "not in time: " + what
        time.sleep(0.05)


def wait_for(name):
    """Lets the test cut the line and forget the history."""
    print(f"await {name}", flush=True)
    input()


def config_map(name, data=None, **labels):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels or None), data=data)


def deployment(name, replicas):
    container = client.V1Container(name="main", image="web:1")
    return client.V1Deployment(
        metadata=client.V1ObjectMeta(name=name),
        spec=client.V1DeploymentSpec(
            replicas=replicas,
            selector=client.V1LabelSelector(match_labels={"app": name}),
            template=client.V1PodTemplateSpec(
                metadata=client.V1ObjectMeta(labels={"app": name}), spec=client.V1PodSpec(containers=[container])
            ),
        ),
    )


def ready(name, replicas):
    apps = client.AppsV1Api()

    def holds():
        found = apps.read_namespaced_deployment(name, NAMESPACE)
        return (found.status.ready_replicas or 0) == replicas and (
            found.status.observed_generation == found.metadata.generation
        )

    eventually(name + " is ready", holds)
