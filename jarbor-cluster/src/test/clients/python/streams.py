"""What goes through to pods."""

import ast
import os

from kubernetes import client
from kubernetes.stream import portforward, stream

from common import NAMESPACE, eventually

PORT = int(os.environ["ECHO_PORT"])


def pod(name):
    """A pod that listens where the test's web server does."""
    core = client.CoreV1Api()
    container = client.V1Container(name="main", image="web:1", ports=[client.V1ContainerPort(container_port=PORT)])
    core.create_namespaced_pod(
        NAMESPACE,
        client.V1Pod(
            metadata=client.V1ObjectMeta(name=name, labels={"app": name}),
            spec=client.V1PodSpec(containers=[container]),
        ),
    )

    def runs():
        found = core.read_namespaced_pod_status(name, NAMESPACE)
        return found.status.phase == "Running" and found.status.container_statuses[0].state.running is not None

    eventually(name + " runs", runs)
    return core


def text(answer):
    """Plain text of this version of the client is how Python prints its bytes."""
    return ast.literal_eval(answer).decode() if answer.startswith("b'") else answer


def logs():
    core = pod("logs")
    assert text(core.read_namespaced_pod_log("logs", NAMESPACE)) == "first\nsecond\nthird\n"
    assert text(core.read_namespaced_pod_log("logs", NAMESPACE, tail_lines=1, follow=True)) == "third\n"


def run():
    core = pod("exec")
    said = stream(
        core.connect_get_namespaced_pod_exec,
        "exec",
        NAMESPACE,
        command=["sh", "-c", "read line; echo got $line; echo oops >&2; exit 7"],
        stdin=True,
        stdout=True,
        stderr=True,
        tty=False,
        _preload_content=False,
    )
    said.write_stdin("hello\n")
    said.run_forever(timeout=20)
    assert said.read_stdout() == "got hello\n", "no output"
    assert said.read_stderr() == "oops\n", "no errors"
    assert said.returncode == 7, said.returncode


def attach():
    core = pod("attach")
    said = stream(
        core.connect_get_namespaced_pod_attach,
        "attach",
        NAMESPACE,
        stdin=True,
        stdout=True,
        stderr=True,
        tty=False,
        _preload_content=False,
    )
    assert said.readline_stdout(timeout=20) == "attached"
    said.write_stdin("knock\n")
    assert said.readline_stdout(timeout=20) == "knock"
    said.close()


def forward():
    core = pod("forward")
    forwarded = portforward(core.connect_get_namespaced_pod_portforward, "forward", NAMESPACE, ports=str(PORT))
    socket = forwarded.socket(PORT)
    socket.setblocking(True)
    socket.sendall(b"GET /through HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = b""
    for part in iter(lambda: socket.recv(1024), b""):
        answer += part
    socket.close()
    assert answer.endswith(b"you asked for /through"), answer
    assert forwarded.error(PORT) is None, forwarded.error(PORT)


def proxy():
    core = pod("proxied")
    answer = core.connect_get_namespaced_pod_proxy_with_path(f"proxied:{PORT}", NAMESPACE, "some/path")
    assert text(answer) == "you asked for /some/path", answer


def ephemeral():
    core = pod("debugged")
    body = {"spec": {"ephemeralContainers": [{"name": "debugger", "image": "busybox"}]}}
    changed = core.patch_namespaced_pod_ephemeralcontainers("debugged", NAMESPACE, body)
    assert changed.spec.ephemeral_containers[0].image_pull_policy == "Always"
