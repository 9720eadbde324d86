// What goes through to pods.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';

import { eventually } from './common.mjs';

const PORT = Number(process.env.ECHO_PORT);

/** A pod that listens where the test's web server does. */
async function pod({ config, k8s, namespace }, name) {
  const core = config.makeApiClient(k8s.CoreV1Api);
  const spec = { containers: [{ name: 'main', image: 'web:1', ports: [{ containerPort: PORT }] }] };
  await core.createNamespacedPod({ namespace, body: { metadata: { name, labels: { app: name } }, spec } });
  await eventually(`${name} runs`, async () => {
    const { status } = await core.readNamespacedPodStatus({ namespace, name });
    return status.phase === 'Running' && status.containerStatuses[0].state.running !== undefined;
  });
  return core;
}

/** Collects what is written to it. */
class Sink extends Writable {
  text = '';

  _write(chunk, _encoding, done) {
    this.text += chunk.toString();
    done();
  }
}

async function logs(world) {
  const core = await pod(world, 'logs');
  const { namespace } = world;
  assert.equal(await core.readNamespacedPodLog({ namespace, name: 'logs', tailLines: 2 }), 'second\nthird\n');
  const sink = new Sink();
  await new world.k8s.Log(world.config).log(namespace, 'logs', 'main', sink, { follow: true });
  await eventually('the log', () => sink.text === 'first\nsecond\nthird\n');
}

async function exec(world) {
  await pod(world, 'exec');
  const [out, errors, input] = [new Sink(), new Sink(), new PassThrough()];
  let ended;
  await new world.k8s.Exec(world.config).exec(world.namespace, 'exec', 'main',
    ['sh', '-c', 'read line; echo got $line; echo oops >&2; exit 7'], out, errors, input, false, (status) => {
      ended = status;
    });
  input.write('hello\n');
  await eventually('the end', () => ended !== undefined);
  assert.equal(`${out.text}${errors.text}`, 'got hello\noops\n');
  assert.equal(ended.details.causes[0].message, '7');
}

async function attach(world) {
  await pod(world, 'attach');
  const [out, input] = [new Sink(), new PassThrough()];
  const socket = await new world.k8s.Attach(world.config).attach(world.namespace, 'attach', 'main', out, null, input, false);
  input.write('knock\n');
  await eventually('the echo', () => out.text === 'attached\nknock\n');
  socket.close();
}

async function copy(world) {
  await pod(world, 'copied');
  const folder = mkdtempSync(join(tmpdir(), 'copied'));
  writeFileSync(join(folder, 'letter'), 'dear pod\n');
  await new world.k8s.Cp(world.config).cpToPod(world.namespace, 'copied', 'main', folder, '.');
  await eventually('the file', async () => {
    const out = new Sink();
    let ended = false;
    await new world.k8s.Exec(world.config).exec(world.namespace, 'copied', 'main', ['cat', 'letter'], out, new Sink(), null,
      false, () => {
        ended = true;
      });
    await eventually('the end', () => ended);
    return out.text === 'dear pod\n';
  });
}

async function forward(world) {
  await pod(world, 'forward');
  const [out, errors, input] = [new Sink(), new Sink(), new PassThrough()];
  await new world.k8s.PortForward(world.config).portForward(world.namespace, 'forward', [PORT], out, errors, input);
  input.write('GET /through HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await eventually('the answer', () => out.text.endsWith('you asked for /through'));
  assert.equal(errors.text, '');
}

async function proxy(world) {
  const core = await pod(world, 'proxied');
  const { namespace } = world;
  const answer = await core.connectGetNamespacedPodProxyWithPath({ namespace, name: `proxied:${PORT}`, path: 'some', path2: 'some' });
  assert.equal(answer, 'you asked for /some');
}

async function ephemeral(world) {
  const core = await pod(world, 'debugged');
  const { k8s, namespace } = world;
  const changed = await core.patchNamespacedPodEphemeralcontainers({
    namespace,
    name: 'debugged',
    body: { spec: { ephemeralContainers: [{ name: 'debugger', image: 'busybox' }] } },
  }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch));
  assert.equal(changed.spec.ephemeralContainers[0].imagePullPolicy, 'Always');
}

export const streams = { logs, exec, attach, copy, forward, proxy, ephemeral };
