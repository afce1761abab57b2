// Ports for the servers of tests, also when files of tests run beside each other.
//
// A port that is only looked at and found free may be taken before a server listens there, or while a killed server is down. So a
// port is reserved first: a UDP socket is bound to the same number, which nobody's TCP server notices. It stays until this process
// ends, however it ends, and as long as it is there no other file of tests is given the number.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range from which the kernel gives ports to clients (from 32768), so that no connection on its way out sits there.
const lowest = 20_000, highest = 32_000;

/** Whether this process has the port for itself from now on; else nothing is held. */
function reserve(port) {
  return new Promise((done) => {
    const held = createSocket({ type: 'udp4', reuseAddr: false });
    held.once('error', () => { held.close(); done(null); });
    held.bind({ port, address: '127.0.0.1', exclusive: true }, () => { held.unref(); done(held); });
  });
}

/** Whether nobody listens there: a program that is none of these tests'. */
function silent(port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

// The portal's, the test issuer's, and that of the server that asks for certificates.
const neighbours = 3;

/** Three ports next to each other that are this process's until it ends: the first of them. */
export async function freePorts() {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = lowest + neighbours * Math.floor(Math.random() * (highest - lowest) / neighbours);
    const all = Array.from({ length: neighbours }, (_, one) => port + one);
    const held = [];
    for (const one of all) {
      const socket = await reserve(one);
      if (!socket) break;
      held.push(socket);
    }
    if (held.length === neighbours && (await Promise.all(all.map(silent))).every(Boolean)) return port;
    for (const socket of held) socket.close();
  }
  throw new Error('no free ports');
}
