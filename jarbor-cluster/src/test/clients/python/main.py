"""Does with the official Python client what it can do, against the cluster of KUBECONFIG.

Each check says "ok NAME" or "failed NAME: why"; one that needs its line cut says "await NAME" and waits for an answer.
"""

import os
import signal
import sys
import traceback

from kubernetes import config

import access
import reads
import streams
import writes

CHECKS = {
    "discovery": reads.discovery,
    "objects": writes.objects,
    "yaml": writes.yaml,
    "errors": writes.errors,
    "selectors": reads.selectors,
    "pages": reads.pages,
    "watch": reads.watches,
    "gone": reads.gone,
    "apply": writes.apply,
    "patches": writes.patches,
    "scale": writes.scale,
    "status": writes.status,
    "eviction": writes.eviction,
    "deletion": writes.deletion,
    "collection": writes.collection,
    "dryRun": writes.dry_run,
    "validation": writes.validation,
    "custom": writes.custom,
    "token": access.token,
    "signing": access.signing,
    "reviews": access.reviews,
    "impersonation": access.impersonation,
    "events": access.events,
    "election": access.election,
    "logs": streams.logs,
    "exec": streams.run,
    "attach": streams.attach,
    "forward": streams.forward,
    "proxy": streams.proxy,
    "ephemeral": streams.ephemeral,
    "informer": reads.informer,
}


PATIENCE = 40  # seconds for one check


def too_long(*_):
    raise TimeoutError(f"not done after {PATIENCE} s")


def main():
    signal.signal(signal.SIGALRM, too_long)
    config.load_kube_config(os.environ["KUBECONFIG"])
    for name, check in CHECKS.items():
        signal.alarm(PATIENCE)
        try:
            check()
            print(f"ok {name}")
        except Exception as failure:  # a check that fails is told, and the next one goes on
            traceback.print_exc(file=sys.stdout)
            print(f"failed {name}: {failure!r}"[:600].replace("\n", " "))
    sys.stdout.flush()
    os._exit(0)  # informers and elections leave threads behind


main()
