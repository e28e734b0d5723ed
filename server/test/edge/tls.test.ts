import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {connect} from 'node:tls';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {RawClient} from '../raw-client.js';
import {startNode} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';

/** A certificate for this machine, made now. */
function makeCertificate(): {cert: string; key: string} {
  const folder = temporaryFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '1', ...subject], {
    stdio: 'ignore',
  });
  return {cert, key};
}

test('[CON8] clients connect by TLS, over WebSocket and long-polling, and trust the configured certificate', async () => {
  const {cert, key} = makeCertificate();
  await using node = await startNode({env: {PARLEY_TLS_CERT: cert, PARLEY_TLS_KEY: key}});
  const ca = readFileSync(cert);
  expect(node.url).toMatch(/^https:/);

  await using ann = await connectBare(node, {io: {ca: ca.toString()}});
  await using raw = await RawClient.connect(node, 'raw', {ca});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});
  await using bob = await connectBare(node, {user: 'bob', transports: ['polling'], io: {ca: ca.toString()}});
  await bob.request('room.join', {room: 'den'});
  await ann.request('chat.send', {room: 'den', id: 'm1', text: 'hello'});

  expect(await bob.next('chat.message')).toMatchObject({text: 'hello'});
  expect(raw.events('session.ready')).toHaveLength(1);
  await expect(connectBare(node)).rejects.toThrow();

  const socket = connect({port: Number(new URL(node.url).port), host: '127.0.0.1', ca, servername: 'localhost'});
  await once(socket, 'secureConnect');
  expect(socket.getProtocol()).toBe('TLSv1.3');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toContain('Strict-Transport-Security: max-age=31536000');
});
