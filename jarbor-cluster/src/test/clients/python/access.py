"""Who one is and what one may; events and leaders."""

import base64
import subprocess
import threading

from kubernetes import client
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

from common import NAMESPACE, config_map, eventually, refused


def as_bearer(token):
    present = client.Configuration.get_default_copy()
    bearing = client.Configuration(host=present.host)
    bearing.ssl_ca_cert = present.ssl_ca_cert
    bearing.api_key = {"authorization": "Bearer " + token}
    return client.ApiClient(bearing)


def token():
    core = client.CoreV1Api()
    core.create_namespaced_service_account(
        NAMESPACE, client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="robot"))
    )
    client.RbacAuthorizationV1Api().create_namespaced_role_binding(
        NAMESPACE,
        client.V1RoleBinding(
            metadata=client.V1ObjectMeta(name="robot"),
            subjects=[client.RbacV1Subject(kind="ServiceAccount", name="robot", namespace=NAMESPACE)],
            role_ref=client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="ClusterRole", name="view"),
        ),
    )
    asked = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=3600))
    made = core.create_namespaced_service_account_token("robot", NAMESPACE, asked)
    robot = client.CoreV1Api(as_bearer(made.status.token))
    robot.list_namespaced_config_map(NAMESPACE)
    refused(lambda: robot.list_namespaced_secret(NAMESPACE), 403, "system:serviceaccount:default:robot")
    refused(lambda: client.CoreV1Api(as_bearer("nonsense")).list_namespaced_pod(NAMESPACE), 401, "Unauthorized")


def signing():
    made = subprocess.run(
        ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=bert"],
        check=True,
        capture_output=True,
    ).stdout
    certificates = client.CertificatesV1Api()
    certificates.create_certificate_signing_request(
        client.V1CertificateSigningRequest(
            metadata=client.V1ObjectMeta(name="bert"),
            spec=client.V1CertificateSigningRequestSpec(
                request=base64.b64encode(made).decode(),
                signer_name="kubernetes.io/kube-apiserver-client",
                usages=["client auth"],
            ),
        )
    )
    condition = {"type": "Approved", "status": "True", "reason": "Test", "message": "for the test"}
    certificates.patch_certificate_signing_request_approval("bert", {"status": {"conditions": [condition]}})
    eventually(
        "the certificate",
        lambda: certificates.read_certificate_signing_request("bert").status.certificate is not None,
    )


def reviews():
    asked = client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(
            resource_attributes=client.V1ResourceAttributes(verb="create", resource="pods", namespace=NAMESPACE)
        )
    )
    assert client.AuthorizationV1Api().create_self_subject_access_review(asked).status.allowed
    other = client.V1SubjectAccessReview(
        spec=client.V1SubjectAccessReviewSpec(
            user="bob", resource_attributes=client.V1ResourceAttributes(verb="delete", resource="nodes")
        )
    )
    assert not client.AuthorizationV1Api().create_subject_access_review(other).status.allowed


def impersonation():
    acting = client.ApiClient()
    acting.set_default_header("Impersonate-User", "jane")
    acting.set_default_header("Impersonate-Group", "team")
    who = client.AuthenticationV1Api(acting).create_self_subject_review(client.V1SelfSubjectReview())
    assert who.status.user_info.username == "jane", who
    assert who.status.user_info.groups == ["team", "system:authenticated"], who
    refused(lambda: client.CoreV1Api(acting).list_namespaced_pod(NAMESPACE), 403, 'User \\"jane\\" cannot list')


def events():
    core = client.CoreV1Api()
    about = core.create_namespaced_config_map(NAMESPACE, config_map("told"))
    core.create_namespaced_event(
        NAMESPACE,
        client.CoreV1Event(
            metadata=client.V1ObjectMeta(generate_name="told-"),
            involved_object=client.V1ObjectReference(
                kind="ConfigMap", name="told", namespace=NAMESPACE, uid=about.metadata.uid
            ),
            reason="Told",
            message="it happened",
            type="Normal",
        ),
    )
    found = core.list_namespaced_event(NAMESPACE, field_selector="involvedObject.name=told,reason=Told")
    assert [each.message for each in found.items] == ["it happened"], found


def election():
    led = []

    def candidate(name):
        return electionconfig.Config(
            ConfigMapLock("election", NAMESPACE, name),
            lease_duration=17,
            renew_deadline=15,
            retry_period=2,
            onstarted_leading=lambda: led.append(name),
            onstopped_leading=None,
        )

    for name in ("first", "second"):
        runner = leaderelection.LeaderElection(candidate(name))
        threading.Thread(target=runner.run, daemon=True).start()
        eventually("somebody leads", lambda: bool(led))
    lock = client.CoreV1Api().read_namespaced_config_map("election", NAMESPACE)
    record = lock.metadata.annotations["control-plane.alpha.kubernetes.io/leader"]
    assert '"holderIdentity": "first"' in record, record
    assert led == ["first"], led
