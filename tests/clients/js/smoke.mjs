// What a stock polkadot.js reads of a node and makes it do, as one JSON object on standard output.
// Usage: node smoke.mjs ws://127.0.0.1:PORT

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';

const CHANNEL = { sender: 2000, recipient: 2001 };
const PATIENCE = 30_000;

setTimeout(() => fail(new Error(`not done after ${PATIENCE} ms`)), PATIENCE);

function fail(error) {
  console.error(error);
  process.exit(1);
}

/** Sign, send, and wait until the extrinsic is in a block that is final. */
function finalized(extrinsic, signer) {
  return new Promise((resolve, reject) => {
    extrinsic
      .signAndSend(signer, (result) => {
        if (result.isError) reject(new Error(`refused: ${result.status}`));
        if (result.status.isFinalized) resolve(result);
      })
      .catch(reject);
  });
}

/** The channel, as soon as it is open. */
function opened(api) {
  return new Promise((resolve, reject) => {
    api.query.hrmp
      .hrmpChannels(CHANNEL, (found) => found.isSome && resolve(found.unwrap()))
      .catch(reject);
  });
}

/** What the runtime says of an extrinsic before it is sent. */
async function validity(api, extrinsic, signer) {
  const signed = await extrinsic.signAsync(signer, { nonce: -1 });
  const best = await api.rpc.chain.getBlockHash();
  return api.call.taggedTransactionQueue.validateTransaction('External', signed.toU8a(), best); // an object would go as JSON text
}

/** What the runtime says to those who follow parachains, as of one block. */
async function parachain(api) {
  const best = await api.rpc.chain.getHeader();
  const { call } = await api.at(best.hash);
  const data = (await call.parachainHost.persistedValidationData(CHANNEL.sender, 'Free')).unwrap();
  return {
    root: best.stateRoot.eq(data.relayParentStorageRoot) && data.relayParentNumber.eq(best.number.unwrap()),
    head: data.parentHead.length,
    validators: (await call.parachainHost.validators()).length,
    session: (await call.parachainHost.sessionIndexForChild()).toNumber(),
    downward: (await call.parachainHost.dmqContents(CHANNEL.recipient)).length,
    nobody: (await call.parachainHost.persistedValidationData(9, 'Included')).isNone
  };
}

/** A program written in one version, sent by the chain itself: what is told of it and stored. */
async function program(api, signer) {
  const dest = { V4: { parents: 0, interior: { X1: [{ Parachain: CHANNEL.sender }] } } };
  const message = { V4: [{ ClearOrigin: null }, { Trap: 7 }] };
  const { events, status } = await finalized(
    api.tx.sudo.sudo(api.tx.xcmPallet.send(dest, message)),
    signer
  );
  const sent = events.find(({ event }) => event.method === 'Sent').event.data;
  const { extrinsics } = (await api.rpc.chain.getBlock(status.asFinalized)).block;
  const { method } = extrinsics.find((each) => each.method.section === 'sudo').method.args[0];
  return {
    call: method,
    destination: sent.destination.toJSON(),
    instructions: sent.message.map((each) => each.type),
    topic: sent.messageId.length,
    safe: (await api.query.xcmPallet.safeXcmVersion()).unwrap().toNumber(),
    place: api.consts.xcmPallet.universalLocation.toJSON()
  };
}

async function run(address) {
  const api = await ApiPromise.create({ provider: new WsProvider(address), throwOnConnect: true });
  const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
  const request = api.tx.sudo.sudo(
    api.tx.hrmp.forceOpenHrmpChannel(CHANNEL.sender, CHANNEL.recipient, 4, 512)
  );

  const types = api.registry.lookup.types;
  types.forEach(({ id }) => api.registry.createType(api.registry.createLookupType(id)));
  const account = await api.query.system.account(alice.address);
  const fee = await request.paymentInfo(alice);
  const valid = await validity(api, request, alice);
  const { events, status } = await finalized(request, alice);
  const channel = await opened(api);

  return {
    metadata: api.runtimeMetadata.version,
    types: types.length,
    pallets: api.runtimeMetadata.asLatest.pallets.map(({ name }) => name.toString()),
    spec: api.runtimeVersion.specName.toString(),
    free: account.data.free.toString(),
    deposit: api.consts.balances.existentialDeposit.toString(),
    fee: fee.partialFee.toString(),
    valid: valid.isOk && valid.asOk.propagate.isTrue,
    final: (await api.rpc.chain.getHeader(status.asFinalized)).number.toNumber(),
    events: events.map(({ event }) => `${event.section}.${event.method}`),
    sudone: events.find(({ event }) => event.method === 'Sudid')?.event.data.sudoResult.isOk,
    parachain: await parachain(api),
    program: await program(api, alice),
    channel: [channel.maxCapacity.toNumber(), channel.maxMessageSize.toNumber()]
  };
}

run(process.argv[2])
  .then((found) => process.stdout.write(JSON.stringify(found), () => process.exit(0)))
  .catch(fail);
