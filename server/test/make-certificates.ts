import {execFileSync} from 'node:child_process';

/** In the folder: an authority, `ca.pem`, and for each name a certificate of its host that the authority signed, `<name>.pem` and `<name>.key`. */
export function makeCertificates(folder: string, hosts: Readonly<Record<string, string>>): void {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, {cwd: folder, stdio: 'ignore'});
  };
  const request = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl(...request, '-x509', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority');
  for (const [name, host] of Object.entries(hosts)) {
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', `subjectAltName=DNS:${host}`];
    openssl(...request, '-x509', ...signed, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${host}`);
  }
}
