"""Discovery, lists, watches and informers."""

import threading

from kubernetes import client, dynamic, watch
from kubernetes.client.rest import ApiException
from kubernetes.informer import SharedInformer

from common import NAMESPACE, config_map, eventually, refused, wait_for


def discovery():
    assert client.VersionApi().get_code().git_version.startswith("v1.36.")
    groups = [group.name for group in client.ApisApi().get_api_versions().groups]
    assert "apps" in groups and "rbac.authorization.k8s.io" in groups, groups
    found = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version="apps/v1", kind="Deployment")
    assert found.name == "deployments" and "patch" in found.verbs, found


def selectors():
    core = client.CoreV1Api()
    for colour in ("blue", "red"):
        core.create_namespaced_config_map(NAMESPACE, config_map("selected-" + colour, colour=colour, selected="yes"))

    def names(**options):
        return [each.metadata.name for each in core.list_namespaced_config_map(NAMESPACE, **options).items]

    assert names(label_selector="colour in (blue),selected") == ["selected-blue"]
    assert names(label_selector="selected", field_selector="metadata.name!=selected-blue") == ["selected-red"]
    refused(lambda: names(field_selector="data.x=1"), 400, "not a known field selector")


def pages():
    core = client.CoreV1Api()
    for number in range(5):
        core.create_namespaced_config_map(NAMESPACE, config_map(f"page-{number}", paged="yes"))
    names, token, versions = [], None, set()
    while token != "":
        page = core.list_namespaced_config_map(NAMESPACE, label_selector="paged=yes", limit=2, _continue=token)
        names += [each.metadata.name for each in page.items]
        versions.add(page.metadata.resource_version)
        token = page.metadata._continue or ""
    assert names == [f"page-{number}" for number in range(5)], names
    assert len(versions) == 1, versions


def watches():
    core = client.CoreV1Api()
    before = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
    core.create_namespaced_config_map(NAMESPACE, config_map("watched", watched="yes"))
    core.patch_namespaced_config_map("watched", NAMESPACE, {"data": {"a": "1"}})
    core.delete_namespaced_config_map("watched", NAMESPACE)
    heard = []
    watching = watch.Watch()
    for event in watching.stream(
        core.list_namespaced_config_map,
        NAMESPACE,
        label_selector="watched=yes",
        resource_version=before,
        timeout_seconds=20,
    ):
        heard.append(event["type"])
        if event["type"] == "DELETED":
            watching.stop()
    assert heard == ["ADDED", "MODIFIED", "DELETED"], heard


def gone():
    """A version that nobody remembers is the error 410, as an event of the watch."""
    core = client.CoreV1Api()
    before = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
    core.create_namespaced_config_map(NAMESPACE, config_map("early"))
    wait_for("gone")
    try:
        for _ in watch.Watch().stream(
            core.list_namespaced_config_map, NAMESPACE, resource_version=before, timeout_seconds=5
        ):
            raise AssertionError("an event of a forgotten past")
    except ApiException as refusal:
        assert refusal.status == 410, refusal
        return
    raise AssertionError("was not refused")


def informer():
    """Its line is cut while the history that it goes on from is forgotten: it must list anew and miss nothing."""
    core = client.CoreV1Api()
    core.create_namespaced_config_map(NAMESPACE, config_map("informed-before", informed="yes"))
    heard, lock = [], threading.Lock()

    def told(sign):
        def tell(found):
            with lock:
                heard.append(sign + found.metadata.name)

        return tell

    informed = SharedInformer(core.list_namespaced_config_map, namespace=NAMESPACE, label_selector="informed=yes")
    informed.add_event_handler("ADDED", told("+"))
    informed.add_event_handler("DELETED", told("-"))
    informed.start()
    eventually("the first list", lambda: "+informed-before" in heard)
    core.create_namespaced_config_map(NAMESPACE, config_map("informed-early", informed="yes"))
    eventually("the addition", lambda: "+informed-early" in heard)
    core.delete_namespaced_config_map("informed-before", NAMESPACE)
    eventually("the deletion", lambda: "-informed-before" in heard)
    wait_for("informer")
    core.create_namespaced_config_map(NAMESPACE, config_map("informed-late", informed="yes"))
    eventually("what came after the history was forgotten", lambda: "+informed-late" in heard)
    names = sorted(each.metadata.name for each in informed.cache.list())
    assert names == ["informed-early", "informed-late"], names
