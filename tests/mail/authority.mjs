// A certificate authority of a test's own, and certificates for servers on this machine.
//
//   const authority = new Authority(folder);          // authority.path: its certificate, PEM
//   const { certificate, key } = authority.issue('relay');   // paths; for localhost and 127.0.0.1
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
  constructor(folder, name = 'authority') {
    this.folder = folder;
    this.path = join(folder, `${name}.pem`);
    this.key = join(folder, `${name}.key`);
    openssl('req', '-x509', ...newKey, '-days', '30', '-subj', `/CN=${name} of the mail tests`, '-keyout', this.key, '-out', this.path);
  }
  issue(name, subject = 'DNS:localhost,IP:127.0.0.1') {
    const [certificate, key, wish, extra] = ['pem', 'key', 'csr', 'ext'].map((end) => join(this.folder, `${name}.${end}`));
    writeFileSync(extra, `subjectAltName=${subject}\n`);
    openssl('req', '-new', ...newKey, '-subj', '/CN=localhost', '-keyout', key, '-out', wish);
    openssl('x509', '-req', '-in', wish, '-CA', this.path, '-CAkey', this.key, '-CAcreateserial', '-days', '30', '-extfile', extra, '-out', certificate);
    return { certificate, key };
  }
}
