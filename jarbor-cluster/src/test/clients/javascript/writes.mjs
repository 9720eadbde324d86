// Objects and everything that changes them.
import assert from 'node:assert/strict';

import { configMap, deployment, eventually, ready, refused } from './common.mjs';

async function objects({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const name = 'objects';
  const made = await core.createNamespacedConfigMap({ namespace, body: configMap(name, { colour: 'blue' }) });
  assert.ok(made.metadata.uid && made.metadata.creationTimestamp instanceof Date);
  made.data.colour = 'red';
  await core.replaceNamespacedConfigMap({ namespace, name, body: made });
  assert.equal((await core.readNamespacedConfigMap({ namespace, name })).data.colour, 'red');
  await refused(() => core.replaceNamespacedConfigMap({ namespace, name, body: made }), 409, 'the object has been modified');
  await core.deleteNamespacedConfigMap({ namespace, name });
  await refused(() => core.readNamespacedConfigMap({ namespace, name }), 404, 'configmaps \\"objects\\" not found');
}

async function errors({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const create = (name) => core.createNamespacedConfigMap({ namespace, body: configMap(name) });
  await create('errors');
  await refused(() => create('errors'), 409, 'configmaps \\"errors\\" already exists');
  await refused(() => create('No_Name'), 422, 'metadata.name');
}

/** Objects of any kind, as they stand in manifests, and server-side apply. */
async function manifests({ config, k8s, namespace }) {
  const objects = k8s.KubernetesObjectApi.makeApiClient(config);
  const [service, map] = k8s.loadAllYaml(`
apiVersion: v1
kind: Service
metadata: {name: manifest}
spec: {ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: 8081}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: manifest, namespace: ${namespace}}
data: {colour: blue}
`);
  const made = await objects.create(service);
  assert.deepEqual(made.spec.ports.map((port) => port.targetPort), ['http', 8081]);
  await objects.create(map);
  assert.equal((await objects.read(map)).data.colour, 'blue');
  await objects.delete(map);
}

async function apply({ config, k8s, namespace }) {
  const objects = k8s.KubernetesObjectApi.makeApiClient(config);
  const map = (colour) => ({
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace }, data: { colour },
  });
  const applied = (colour, manager, force) =>
    objects.patch(map(colour), undefined, undefined, manager, force, k8s.PatchStrategy.ServerSideApply);
  const first = await applied('blue', 'one', false);
  assert.equal(`${first.metadata.managedFields[0].manager} ${first.metadata.managedFields[0].operation}`, 'one Apply');
  await refused(() => applied('red', 'other', false), 409, 'conflict with \\"one\\": .data.colour');
  assert.equal((await applied('red', 'other', true)).data.colour, 'red');
}

async function patches({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const name = 'patched';
  await core.createNamespacedConfigMap({ namespace, body: configMap(name, { a: '1' }) });
  for (const [type, body] of [
    [k8s.PatchStrategy.JsonPatch, [{ op: 'add', path: '/data/json', value: '1' }]],
    [k8s.PatchStrategy.MergePatch, { data: { merge: '1' } }],
    [k8s.PatchStrategy.StrategicMergePatch, { data: { strategic: '1' } }],
  ]) {
    await core.patchNamespacedConfigMap({ namespace, name, body }, k8s.setHeaderOptions('Content-Type', type));
  }
  const found = await core.readNamespacedConfigMap({ namespace, name });
  assert.deepEqual(Object.keys(found.data).sort(), ['a', 'json', 'merge', 'strategic']);
}

async function scale(world) {
  const { config, k8s, namespace } = world;
  const apps = config.makeApiClient(k8s.AppsV1Api);
  const name = 'scaled';
  await apps.createNamespacedDeployment({ namespace, body: deployment(name, 1) });
  await ready(world, name, 1);
  const found = await apps.readNamespacedDeploymentScale({ namespace, name });
  found.spec.replicas = 2;
  await apps.replaceNamespacedDeploymentScale({ namespace, name, body: found });
  await ready(world, name, 2);
}

async function status({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const name = 'status';
  const made = await core.createNamespacedService({ namespace, body: { metadata: { name }, spec: { ports: [{ port: 80 }] } } });
  made.metadata.labels = { a: 'b' };
  made.status.loadBalancer = { ingress: [{ ip: '192.0.2.1' }] };
  const changed = await core.replaceNamespacedServiceStatus({ namespace, name, body: made });
  assert.equal(changed.status.loadBalancer.ingress[0].ip, '192.0.2.1');
  assert.equal(changed.metadata.labels, undefined);
}

async function eviction(world) {
  const { config, k8s, namespace } = world;
  await config.makeApiClient(k8s.AppsV1Api).createNamespacedDeployment({ namespace, body: deployment('evicted', 1) });
  await ready(world, 'evicted', 1);
  const policy = config.makeApiClient(k8s.PolicyV1Api);
  const budget = { metadata: { name: 'evicted' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'evicted' } } } };
  await policy.createNamespacedPodDisruptionBudget({ namespace, body: budget });
  const core = config.makeApiClient(k8s.CoreV1Api);
  const { name } = (await core.listNamespacedPod({ namespace, labelSelector: 'app=evicted' })).items[0].metadata;
  const evict = () => core.createNamespacedPodEviction({ namespace, name, body: { metadata: { name, namespace } } });
  await refused(evict, 429, 'disruption budget');
  await policy.deleteNamespacedPodDisruptionBudget({ namespace, name: 'evicted' });
  await evict();
}

async function deletion({ config, k8s, namespace }) {
  const apps = config.makeApiClient(k8s.AppsV1Api);
  const name = 'deleted';
  await apps.createNamespacedDeployment({ namespace, body: deployment(name, 0) });
  const wrong = { preconditions: { uid: 'other' } };
  await refused(() => apps.deleteNamespacedDeployment({ namespace, name, body: wrong }), 409, 'the UID in the precondition (other)');
  await apps.deleteNamespacedDeployment({ namespace, name, propagationPolicy: 'Foreground' });
  await eventually('the foreground deletion is done', () =>
    apps.readNamespacedDeployment({ namespace, name }).then(() => false, (refusal) => refusal.code === 404));
}

async function collection({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  for (const name of ['a', 'b']) {
    await core.createNamespacedConfigMap({ namespace, body: configMap(`collected-${name}`, undefined, { collected: name }) });
  }
  await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'collected=a' });
  assert.equal((await core.listNamespacedConfigMap({ namespace, labelSelector: 'collected' })).items.length, 1);
}

async function dryRun({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const made = await core.createNamespacedConfigMap({ namespace, body: configMap('dry'), dryRun: 'All' });
  assert.ok(made.metadata.uid);
  await refused(() => core.readNamespacedConfigMap({ namespace, name: 'dry' }), 404, 'dry');
}

async function validation({ config, k8s, namespace }) {
  const objects = k8s.KubernetesObjectApi.makeApiClient(config);
  const apps = config.makeApiClient(k8s.AppsV1Api);
  const body = deployment('odd', 0);
  body.spec.strategy = { type: 'Sideways' };
  await refused(() => apps.createNamespacedDeployment({ namespace, body, fieldValidation: 'Strict' }), 422,
    'supported values: \\"Recreate\\", \\"RollingUpdate\\"');
  const odd = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'odd', namespace }, dta: {} };
  assert.equal((await objects.create(odd)).dta, undefined);
}

async function custom({ config, k8s, namespace }) {
  const definitions = config.makeApiClient(k8s.ApiextensionsV1Api);
  const group = 'javascript.example.com';
  const version = 'v1';
  const plural = 'tills';
  const schema = { openAPIV3Schema: { type: 'object', x_kubernetes_preserve_unknown_fields: true } };
  await definitions.createCustomResourceDefinition({
    body: {
      metadata: { name: `${plural}.${group}` },
      spec: {
        group, scope: 'Namespaced', names: { plural, kind: 'Till' },
        versions: [{ name: version, served: true, storage: true, subresources: { status: {} },
          schema }],
      },
    },
  });
  const api = config.makeApiClient(k8s.CustomObjectsApi);
  const tills = { group, version, namespace, plural };
  const body = { apiVersion: `${group}/${version}`, kind: 'Till', metadata: { name: 'one' }, spec: { cash: 5 } };
  const made = await api.createNamespacedCustomObject({ ...tills, body });
  made.spec.cash = 6;
  const replaced = await api.replaceNamespacedCustomObject({ ...tills, name: 'one', body: made });
  replaced.status = { state: 'open' };
  const changed = await api.replaceNamespacedCustomObjectStatus({ ...tills, name: 'one', body: replaced });
  assert.equal(`${changed.spec.cash} ${changed.status.state}`, '6 open');
  await definitions.deleteCustomResourceDefinition({ name: `${plural}.${group}` });
}

export const writes = {
  objects, errors, manifests, apply, patches, scale, status, eviction, deletion, collection, dryRun, validation, custom,
};
