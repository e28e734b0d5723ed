import {call} from '@parley/protocol';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {eventually} from '../eventually.js';
import {Caller} from './caller.js';
import {makeWorld, startMediaNode} from './media-node.js';

test('[CALL36] the death of the worker of the node that runs a call takes from whom another node carries only what came by it', async () => {
  using watch = new WorkerWatch();
  const world = makeWorld();
  const near = {PARLEY_CALL_SPREAD: 'near'};
  await using north = await startMediaNode(near, world);
  await using south = await startMediaNode(near, world);
  const [ofNorth, ofSouth] = watch.workers;
  await using ann = await Caller.connect(north, 'ann');
  await using bob = await Caller.connect(south, 'bob');
  await using cas = await Caller.connect(south, 'cas');
  const {send} = await ann.enter();
  let ofBob = await bob.enter();
  await eventually(async () => {
    if ((await ofSouth!.dump()).routerIds.length > 0) return true;
    // The north has not heard yet that the south has room.
    await bob.request(call.leave, {});
    ofBob = await bob.enter();
    return false;
  }, 'Bob to be carried by the node that he is connected to');
  const ofCas = await cas.enter();
  const [anns, bobs] = [await ann.publish(send, 'microphone'), await bob.publish(ofBob.send, 'microphone')];
  const offers = await cas.offered(2);
  await cas.confirm(offers);
  await bob.offered(1);
  const heard = offers.find(({producer}) => producer === bobs)!;
  const lasting = [ofBob.send, ofBob.receive, ofCas.send, ofCas.receive, bobs, heard.consumer];

  process.kill(ofNorth!.pid, 'SIGKILL');
  const lost = [{room: 'den', reason: 'lost'}];
  expect(await ann.untilTold(call.closed, ({length}) => length > 0)).toEqual(lost);
  const again = await ann.enter();
  const anew = await ann.publish(again.send, 'microphone');
  for (const caller of [bob, cas]) {
    const taken = await caller.untilTold(call.consumersOffered, (told) => JSON.stringify(told).includes(anew));
    expect(taken.flatMap(({consumers}) => consumers).filter(({producer}) => producer === bobs)).toHaveLength(
      caller === cas ? 1 : 0,
    );
    expect(caller.told(call.closed)).toEqual([]);
  }
  const held = await watch.ids();
  const ids = [...held.transports, ...held.producers, ...held.consumers];
  expect(lasting.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids).not.toContain(anns);
  expect(cas.told(call.consumersClosed).flatMap(({consumers}) => consumers)).not.toContain(heard.consumer);
  // The call is where it was, with another worker.
  await eventually(() => watch.workers.length === 3, 'another worker to be started');
  expect((await bob.request(call.sync, {})).peers).toHaveLength(3);
  for (const caller of [ann, bob, cas]) await caller.request(call.leave, {});
});
