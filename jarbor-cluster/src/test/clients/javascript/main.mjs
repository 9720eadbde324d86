// Does with the official JavaScript client what it can do, against the cluster of KUBECONFIG. Each check says "ok NAME" or
// "failed NAME: why"; one that needs its line cut says "await NAME" and waits for an answer.
import { createInterface } from 'node:readline';

import { access } from './access.mjs';
import { reads } from './reads.mjs';
import { streams } from './streams.mjs';
import { writes } from './writes.mjs';

const k8s = await import(process.env.CLIENT);
const config = new k8s.KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Lets the test cut the line and forget the history. */
async function disturbed(name) {
  console.log(`await ${name}`);
  await answers.next();
}

const PATIENCE = 40; // seconds for one check

const tooLong = () =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not done after ${PATIENCE} s`)), PATIENCE * 1000).unref();
  });

const world = { k8s, config, disturbed, namespace: 'default' };
for (const [name, check] of Object.entries({ ...reads, ...writes, ...access, ...streams })) {
  try {
    await Promise.race([check(world), tooLong()]);
    console.log(`ok ${name}`);
  } catch (failure) {
    console.log(`failed ${name}: ${String(failure.stack ?? failure).replaceAll('\n', ' ').slice(0, 900)}`);
  }
}
process.exit(0);
