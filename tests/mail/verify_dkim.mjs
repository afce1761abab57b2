// What others' programs say of a mail's DKIM signatures (RFC 6376, 8463). They ask no DNS: they are told what stands in it.
//
//   verdicts(mail, records)   // {opendkim: {'rsa-sha256': true, 'ed25519-sha256': true}, dkimpy: {...}, 'Mail::DKIM': {'rsa-sha256': true}}
//
// `mail`: octets; `records`: {'rsa2026._domainkey.alting.example': 'v=DKIM1; ...'}. OpenDKIM and dkimpy know both algorithms; Debian 12's
// Mail::DKIM knows RSA alone, and says nothing of the other signature.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const python = `
import json, sys, dkim
octets, records = open(sys.argv[1], 'rb').read(), json.load(open(sys.argv[2]))
def answer(name, timeout=5):
    found = records.get(name.decode().rstrip('.'))
    return found.encode() if found else None
said = {}
one = dkim.DKIM(octets)
for i, (_, value) in enumerate([header for header in one.headers if header[0].lower() == b'dkim-signature']):
    algorithm = dkim.parse_tag_value(value)[b'a'].decode()
    try:
        said[algorithm] = bool(dkim.DKIM(octets).verify(idx=i, dnsfunc=answer))
    except dkim.DKIMException as error:
        said[algorithm] = False
print(json.dumps(said))
`;

const perl = `
use strict; use JSON::PP; use Mail::DKIM::Verifier; use Mail::DKIM::DNS; use Net::DNS;
local $/; open(my $file, '<', $ARGV[1]); my $records = decode_json(<$file>);
{ no warnings 'redefine';
  *Mail::DKIM::DNS::query = sub {
    my ($name, $type) = @_;
    my $found = $type eq 'TXT' ? $records->{$name} : undef;
    return () unless defined $found;
    return Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [unpack('(A250)*', $found)]);
  };
}
my $one = Mail::DKIM::Verifier->new;
open(my $mail, '<:raw', $ARGV[0]); $one->PRINT(<$mail>); $one->CLOSE;
my %said;
for my $signature ($one->signatures) { $said{$signature->algorithm} = $signature->result eq 'pass' ? JSON::PP::true : JSON::PP::false if $signature->algorithm =~ /^rsa-/; }
print encode_json(\\%said);
`;

export function verdicts(mail, records) {
  const sent = Buffer.from(mail.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');  // a maildir keeps lines without the CR
  const folder = mkdtempSync(join(tmpdir(), 'alting-dkim-'));
  try {
    const put = (name, text) => { const path = join(folder, name); writeFileSync(path, text); return path; };
    const octets = put('mail.eml', sent), names = put('records.json', JSON.stringify(records));
    const zone = put('zone', Object.entries(records).map(([name, text]) => `${name} ${text}\n`).join(''));
    const options = put('opendkim.conf', `Mode v\nTestDNSData ${zone}\nSyslog no\nQueryCache no\n`);
    const run = (program, words) => execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const opendkim = Object.fromEntries([...run('/usr/sbin/opendkim', ['-x', options, '-t', octets, '-vvv'])
      .matchAll(/\bdkim=(\w+)[^;]*? header\.a=([\w-]+)/g)].map(([, said, algorithm]) => [algorithm, said === 'pass']));
    return { opendkim, dkimpy: JSON.parse(run('/usr/bin/python3', ['-c', python, octets, names])), 'Mail::DKIM': JSON.parse(run('/usr/bin/perl', ['-e', perl, octets, names])) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
