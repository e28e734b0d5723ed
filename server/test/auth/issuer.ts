import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK} from 'jose';

export interface IssuerKey {
  readonly kid: string;
  readonly jwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  /** A token of ann that is signed with it. */
  sign(claims?: object): Promise<string>;
}

export async function makeKey(kid: string): Promise<IssuerKey> {
  const {publicKey, privateKey} = await generateKeyPair('ES256', {extractable: true});
  return {
    kid,
    jwk: {...(await exportJWK(publicKey)), kid, alg: 'ES256'},
    publicKey,
    privateKey,
    sign: (claims = {}) =>
      new SignJWT({sub: 'ann', exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims})
        .setProtectedHeader({alg: 'ES256', kid})
        .sign(privateKey),
  };
}

/** A real HTTP server that publishes keys, or does what `answer` says instead. */
export class Issuer implements AsyncDisposable {
  keys: readonly IssuerKey[] = [];
  asked = 0;
  answer: ((response: ServerResponse) => void) | undefined;
  readonly #server = createServer((_, response) => {
    this.asked += 1;
    if (this.answer) this.answer(response);
    else response.end(JSON.stringify({keys: this.keys.map(({jwk}) => jwk)}));
  });

  static async start(...keys: readonly IssuerKey[]): Promise<Issuer> {
    const issuer = new Issuer();
    issuer.keys = keys;
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }
}
