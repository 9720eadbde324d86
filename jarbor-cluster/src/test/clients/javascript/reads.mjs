// Discovery, lists, watches and informers.
import assert from 'node:assert/strict';

import { configMap, eventually, refused } from './common.mjs';

async function discovery({ config, k8s }) {
  assert.match((await config.makeApiClient(k8s.VersionApi).getCode()).gitVersion, /^v1\.36\./);
  const groups = (await config.makeApiClient(k8s.ApisApi).getAPIVersions()).groups.map((group) => group.name);
  assert.ok(groups.includes('apps'), groups.join());
  const resources = (await config.makeApiClient(k8s.AppsV1Api).getAPIResources()).resources.map((each) => each.name);
  assert.ok(resources.includes('deployments/scale'), resources.join());
}

async function selectors({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  for (const colour of ['blue', 'red']) {
    const body = configMap(`selected-${colour}`, undefined, { colour, selected: 'yes' });
    await core.createNamespacedConfigMap({ namespace, body });
  }
  const names = async (options) =>
    (await core.listNamespacedConfigMap({ namespace, ...options })).items.map((each) => each.metadata.name);
  assert.deepEqual(await names({ labelSelector: 'colour in (blue),selected' }), ['selected-blue']);
  assert.deepEqual(await names({ labelSelector: 'selected', fieldSelector: 'metadata.name=selected-red' }), ['selected-red']);
  await refused(() => names({ fieldSelector: 'data.x=1' }), 400, 'not a known field selector');
}

async function pages({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  for (let number = 0; number < 5; number++) {
    const body = configMap(`page-${number}`, undefined, { paged: 'yes' });
    await core.createNamespacedConfigMap({ namespace, body });
  }
  const names = [];
  let token;
  do {
    const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'paged=yes', limit: 2, _continue: token });
    names.push(...page.items.map((each) => each.metadata.name));
    token = page.metadata._continue;
  } while (token);
  assert.deepEqual(names, ['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
}

async function watch({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const before = (await core.listNamespacedConfigMap({ namespace })).metadata.resourceVersion;
  await core.createNamespacedConfigMap({ namespace, body: configMap('watched', { a: '1' }, { watched: 'yes' }) });
  await core.deleteNamespacedConfigMap({ namespace, name: 'watched' });
  const heard = [];
  const watching = await new k8s.Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { labelSelector: 'watched=yes', resourceVersion: before },
    (type, object) => heard.push(`${type} ${object.metadata.name}`),
    () => {},
  );
  await eventually('both events', () => heard.length >= 2);
  watching.abort();
  assert.deepEqual(heard, ['ADDED watched', 'DELETED watched']);
}

/** Its line is cut while the history that it goes on from is forgotten: it must list anew and miss nothing. */
async function informer({ config, k8s, namespace, disturbed }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const create = (name) =>
    core.createNamespacedConfigMap({ namespace, body: configMap(name, undefined, { informed: 'yes' }) });
  await create('informed-before');
  const informed = k8s.makeInformer(
    config,
    `/api/v1/namespaces/${namespace}/configmaps`,
    () => core.listNamespacedConfigMap({ namespace, labelSelector: 'informed=yes' }),
    'informed=yes',
  );
  const heard = [];
  informed.on('add', (object) => heard.push(`+${object.metadata.name}`));
  informed.on('delete', (object) => heard.push(`-${object.metadata.name}`));
  // Whoever uses this informer starts it again after an error, as its documentation says.
  let again;
  informed.on('error', () => {
    clearTimeout(again);
    again = setTimeout(() => informed.start().catch(() => informed.start()), 300);
  });
  await informed.start();
  await create('informed-early');
  await eventually('the addition', () => heard.includes('+informed-early'));
  await core.deleteNamespacedConfigMap({ namespace, name: 'informed-before' });
  await eventually('the deletion', () => heard.includes('-informed-before'));
  await disturbed('informer');
  await create('informed-late');
  await eventually('what came after the history was forgotten', () => heard.includes('+informed-late'));
  const names = informed.list(namespace).map((object) => object.metadata.name).sort();
  assert.deepEqual(names, ['informed-early', 'informed-late']);
  await informed.stop();
}

export const reads = { discovery, selectors, pages, watch, informer };
