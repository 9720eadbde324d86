// What every check uses.
import assert from 'node:assert/strict';

/** The call must be refused with that code and these words. */
export async function refused(call, code, words) {
  try {
    await call();
  } catch (refusal) {
    assert.equal(refusal.code, code, String(refusal));
    assert.ok(String(refusal.body).includes(words), String(refusal.body));
    return;
  }
  assert.fail('was not refused');
}

export async function eventually(what, holds, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const configMap = (name, data, labels) => ({ metadata: { name, labels }, data });

export const deployment = (name, replicas) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
  },
});

export async function ready({ config, k8s, namespace }, name, replicas) {
  const apps = config.makeApiClient(k8s.AppsV1Api);
  await eventually(`${name} is ready`, async () => {
    const found = await apps.readNamespacedDeployment({ name, namespace });
    return (found.status.readyReplicas ?? 0) === replicas && found.status.observedGeneration === found.metadata.generation;
  });
}
