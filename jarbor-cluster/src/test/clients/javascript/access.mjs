// Who one is and what one may; events.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import { configMap, eventually, refused } from './common.mjs';

async function token({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } });
  await config.makeApiClient(k8s.RbacAuthorizationV1Api).createNamespacedRoleBinding({
    namespace,
    body: {
      metadata: { name: 'robot' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    },
  });
  const body = { spec: { audiences: [], expirationSeconds: 3600 } };
  const made = await core.createNamespacedServiceAccountToken({ namespace, name: 'robot', body });
  const bearing = (token) => {
    const own = new k8s.KubeConfig();
    own.loadFromClusterAndUser(config.getCurrentCluster(), { name: 'robot', token });
    return own.makeApiClient(k8s.CoreV1Api);
  };
  await bearing(made.status.token).listNamespacedConfigMap({ namespace });
  await refused(() => bearing(made.status.token).listNamespacedSecret({ namespace }), 403,
    'system:serviceaccount:default:robot');
  await refused(() => bearing('nonsense').listNamespacedPod({ namespace }), 401, '');
}

async function signing({ config, k8s }) {
  const request = execFileSync('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-subj',
    '/CN=carl'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString('base64');
  const certificates = config.makeApiClient(k8s.CertificatesV1Api);
  const name = 'carl';
  const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] };
  const made = await certificates.createCertificateSigningRequest({ body: { metadata: { name }, spec } });
  made.status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Test', message: 'for the test' }] };
  await certificates.replaceCertificateSigningRequestApproval({ name, body: made });
  await eventually('the certificate', async () =>
    Boolean((await certificates.readCertificateSigningRequest({ name })).status.certificate));
}

async function reviews({ config, k8s, namespace }) {
  const authorization = config.makeApiClient(k8s.AuthorizationV1Api);
  const mine = await authorization.createSelfSubjectAccessReview({
    body: { spec: { resourceAttributes: { verb: 'create', resource: 'pods', namespace } } },
  });
  assert.equal(mine.status.allowed, true);
  const theirs = await authorization.createSubjectAccessReview({
    body: { spec: { user: 'bob', resourceAttributes: { verb: 'delete', resource: 'nodes' } } },
  });
  assert.equal(theirs.status.allowed, false);
}

async function impersonation({ k8s, namespace }) {
  const acting = new k8s.KubeConfig();
  acting.loadFromFile(process.env.KUBECONFIG);
  acting.users = acting.users.map((user) => ({ ...user, impersonateUser: 'jane' }));
  const who = await acting.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} },
    k8s.setHeaderOptions('Impersonate-User', 'jane'));
  assert.equal(who.status.userInfo.username, 'jane');
  await refused(() => acting.makeApiClient(k8s.CoreV1Api).listNamespacedPod({ namespace },
    k8s.setHeaderOptions('Impersonate-User', 'jane')), 403, 'User \\"jane\\" cannot list');
}

async function events({ config, k8s, namespace }) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const about = await core.createNamespacedConfigMap({ namespace, body: configMap('told') });
  await core.createNamespacedEvent({
    namespace,
    body: {
      metadata: { generateName: 'told-' },
      involvedObject: { kind: 'ConfigMap', name: 'told', namespace, uid: about.metadata.uid },
      reason: 'Told', message: 'it happened', type: 'Normal',
    },
  });
  const found = await core.listNamespacedEvent({ namespace, fieldSelector: 'involvedObject.name=told,reason=Told' });
  assert.deepEqual(found.items.map((each) => each.message), ['it happened']);
}

export const access = { token, signing, reviews, impersonation, events };
