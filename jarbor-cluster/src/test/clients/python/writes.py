"""Objects and everything that changes them."""

import os
import tempfile

from kubernetes import client, dynamic, utils
from kubernetes.client.rest import ApiException

from common import NAMESPACE, config_map, deployment, eventually, ready, refused


def objects():
    core = client.CoreV1Api()
    made = core.create_namespaced_config_map(NAMESPACE, config_map("objects", {"colour": "blue"}))
    assert made.metadata.uid and made.metadata.creation_timestamp.tzinfo
    made.data["colour"] = "red"
    core.replace_namespaced_config_map("objects", NAMESPACE, made)
    assert core.read_namespaced_config_map("objects", NAMESPACE).data == {"colour": "red"}
    refused(lambda: core.replace_namespaced_config_map("objects", NAMESPACE, made), 409, "the object has been modified")
    assert core.delete_namespaced_config_map("objects", NAMESPACE).status == "Success"
    refused(lambda: core.read_namespaced_config_map("objects", NAMESPACE), 404, 'configmaps \\"objects\\" not found')


def yaml():
    manifest = """
apiVersion: v1
kind: Service
metadata: {name: from-yaml}
spec: {ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: 8081}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: from-yaml}
data: {a: "1"}
"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "both.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(manifest)
        utils.create_from_yaml(client.ApiClient(), path)
    made = client.CoreV1Api().read_namespaced_service("from-yaml", NAMESPACE)
    assert [port.target_port for port in made.spec.ports] == ["http", 8081], made.spec.ports


def errors():
    core = client.CoreV1Api()
    core.create_namespaced_config_map(NAMESPACE, config_map("errors"))
    refused(
        lambda: core.create_namespaced_config_map(NAMESPACE, config_map("errors")),
        409,
        'configmaps \\"errors\\" already exists',
    )
    refused(lambda: core.create_namespaced_config_map(NAMESPACE, config_map("No_Name")), 422, "metadata.name")


def apply():
    maps = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version="v1", kind="ConfigMap")

    def body(colour):
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"colour": colour}}

    applied = maps.server_side_apply(body=body("blue"), namespace=NAMESPACE, field_manager="one")
    assert applied.metadata.managedFields[0].manager == "one"
    try:
        maps.server_side_apply(body=body("red"), namespace=NAMESPACE, field_manager="other")
        raise AssertionError("was not refused")
    except dynamic.exceptions.ConflictError as refusal:
        assert 'conflict with \\"one\\": .data.colour' in str(refusal.body), refusal.body
    forced = maps.server_side_apply(
        body=body("red"), namespace=NAMESPACE, field_manager="other", force_conflicts=True
    )
    assert forced.data.colour == "red"


def patches():
    core = client.CoreV1Api()
    core.create_namespaced_config_map(NAMESPACE, config_map("patched", {"a": "1"}))
    for kind, body in {
        "application/json-patch+json": [{"op": "add", "path": "/data/json", "value": "1"}],
        "application/merge-patch+json": {"data": {"merge": "1"}},
        "application/strategic-merge-patch+json": {"data": {"strategic": "1"}},
    }.items():
        core.patch_namespaced_config_map("patched", NAMESPACE, body, _content_type=kind)
    assert sorted(core.read_namespaced_config_map("patched", NAMESPACE).data) == ["a", "json", "merge", "strategic"]


def scale():
    apps = client.AppsV1Api()
    apps.create_namespaced_deployment(NAMESPACE, deployment("scaled", 1))
    ready("scaled", 1)
    found = apps.read_namespaced_deployment_scale("scaled", NAMESPACE)
    assert (found.spec.replicas, found.status.selector) == (1, "app=scaled"), found
    apps.patch_namespaced_deployment_scale("scaled", NAMESPACE, {"spec": {"replicas": 2}})
    ready("scaled", 2)


def status():
    core = client.CoreV1Api()
    core.create_namespaced_service(
        NAMESPACE,
        client.V1Service(
            metadata=client.V1ObjectMeta(name="status"), spec=client.V1ServiceSpec(ports=[client.V1ServicePort(port=80)])
        ),
    )
    changed = core.patch_namespaced_service_status(
        "status",
        NAMESPACE,
        {"metadata": {"labels": {"a": "b"}}, "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}},
    )
    assert changed.status.load_balancer.ingress[0].ip == "192.0.2.1"


def eviction():
    client.AppsV1Api().create_namespaced_deployment(NAMESPACE, deployment("evicted", 1))
    ready("evicted", 1)
    policy = client.PolicyV1Api()
    policy.create_namespaced_pod_disruption_budget(
        NAMESPACE,
        client.V1PodDisruptionBudget(
            metadata=client.V1ObjectMeta(name="evicted"),
            spec=client.V1PodDisruptionBudgetSpec(
                min_available=1, selector=client.V1LabelSelector(match_labels={"app": "evicted"})
            ),
        ),
    )
    core = client.CoreV1Api()
    name = core.list_namespaced_pod(NAMESPACE, label_selector="app=evicted").items[0].metadata.name
    body = client.V1Eviction(metadata=client.V1ObjectMeta(name=name, namespace=NAMESPACE))
    refused(lambda: core.create_namespaced_pod_eviction(name, NAMESPACE, body), 429, "disruption budget")
    policy.delete_namespaced_pod_disruption_budget("evicted", NAMESPACE)
    core.create_namespaced_pod_eviction(name, NAMESPACE, body)


def deletion():
    apps = client.AppsV1Api()
    apps.create_namespaced_deployment(NAMESPACE, deployment("deleted", 0))
    wrong = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="other"))
    refused(
        lambda: apps.delete_namespaced_deployment("deleted", NAMESPACE, body=wrong),
        409,
        "the UID in the precondition (other) does not match",
    )
    apps.delete_namespaced_deployment("deleted", NAMESPACE, propagation_policy="Foreground", grace_period_seconds=0)

    def is_gone():
        try:
            apps.read_namespaced_deployment("deleted", NAMESPACE)
            return False
        except ApiException as refusal:
            return refusal.status == 404

    eventually("the foreground deletion is done", is_gone)


def collection():
    core = client.CoreV1Api()
    for name in ("a", "b"):
        core.create_namespaced_config_map(NAMESPACE, config_map("collected-" + name, collected=name))
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="collected=a")
    assert len(core.list_namespaced_config_map(NAMESPACE, label_selector="collected").items) == 1


def dry_run():
    core = client.CoreV1Api()
    assert core.create_namespaced_config_map(NAMESPACE, config_map("dry"), dry_run="All").metadata.uid
    refused(lambda: core.read_namespaced_config_map("dry", NAMESPACE), 404, "dry")


def validation():
    core = client.CoreV1Api()
    odd = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "odd"}, "dta": {}}
    refused(
        lambda: core.create_namespaced_config_map(NAMESPACE, odd, field_validation="Strict"),
        400,
        'strict decoding error: unknown field \\"dta\\"',
    )
    _, _, headers = core.create_namespaced_config_map_with_http_info(NAMESPACE, odd, field_validation="Warn")
    assert headers["Warning"] == '299 - "unknown field \\"dta\\""', headers


def custom():
    version = client.V1CustomResourceDefinitionVersion(
        name="v1",
        served=True,
        storage=True,
        subresources=client.V1CustomResourceSubresources(status={}),
        schema=client.V1CustomResourceValidation(
            open_apiv3_schema=client.V1JSONSchemaProps(type="object", x_kubernetes_preserve_unknown_fields=True)
        ),
    )
    definitions = client.ApiextensionsV1Api()
    definitions.create_custom_resource_definition(
        client.V1CustomResourceDefinition(
            metadata=client.V1ObjectMeta(name="tills.python.example.com"),
            spec=client.V1CustomResourceDefinitionSpec(
                group="python.example.com",
                scope="Namespaced",
                names=client.V1CustomResourceDefinitionNames(plural="tills", kind="Till"),
                versions=[version],
            ),
        )
    )
    tills = ("python.example.com", "v1", NAMESPACE, "tills")
    api = client.CustomObjectsApi()
    api.create_namespaced_custom_object(
        *tills,
        {"apiVersion": "python.example.com/v1", "kind": "Till", "metadata": {"name": "one"}, "spec": {"cash": 5}},
    )
    api.patch_namespaced_custom_object(
        *tills, "one", {"spec": {"cash": 6}}, _content_type="application/merge-patch+json"
    )
    changed = api.patch_namespaced_custom_object_status(
        *tills, "one", {"status": {"state": "open"}}, _content_type="application/merge-patch+json"
    )
    assert (changed["spec"]["cash"], changed["status"]["state"]) == (6, "open"), changed
    definitions.delete_custom_resource_definition("tills.python.example.com")
