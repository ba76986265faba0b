/**
 * The Node SDK's own Signature validator, unmodified, as the receiver of real deliveries of
 * `hubsim webhooks send`: it must accept ours by v1, v2 and v3, and refuse forged ones.
 *
 *   node signature_check.mjs HUBSIM
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const example = new URL('../../../examples/contact_sync/package.json', import.meta.url);
const { Signature } = createRequire(example)('@hubspot/api-client');
const hubsim = process.argv[2];
const clientSecret = 'a-secret-of-our-own';

/** What the SDK says of the newest delivery, by version; a thrown refusal counts as one. */
let verdicts = {};
let base = '';

function verdict(signatureVersion, signature, request) {
  try {
    const signed = { signatureVersion, signature, method: 'POST', ...request };
    return Signature.isValid({ ...signed, clientSecret });
  } catch (error) {
    return error.message;
  }
}

const server = createServer((request, response) => {
  let requestBody = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (requestBody += part));
  request.on('end', () => {
    const { headers } = request;
    const seen = {
      requestBody,
      url: base + request.url,
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    };
    const version = headers['x-hubspot-signature-version'];
    verdicts = { [version]: verdict(version, headers['x-hubspot-signature'], seen) };
    if (headers['x-hubspot-signature-v3']) {
      verdicts.v3 = verdict('v3', headers['x-hubspot-signature-v3'], seen);
    }
    response.writeHead(204).end();
  });
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
base = `http://127.0.0.1:${server.address().port}`;

const send = async (...more) => {
  const to = ['--to', `${base}/hook?a=b`];
  const secret = more.includes('--secret') ? [] : ['--secret', clientSecret];
  await promisify(execFile)(hubsim, ['webhooks', 'send', 'contact.propertyChange', ...to,
    '--property', 'firstname=Zoë', ...secret, ...more]);
  return verdicts;
};

try {
  assert.deepEqual(await send(), { v1: true, v3: true });
  assert.deepEqual(await send('--count', '100'), { v1: true, v3: true });
  assert.deepEqual(await send('--signature', 'v2'), { v2: true });
  assert.deepEqual(await send('--secret', 'another'), { v1: false, v3: false });
  assert.deepEqual(await send('--secret', 'another', '--signature', 'v2'), { v2: false });
  assert.deepEqual(await send('--forge', 'wrong_secret'), { v1: false, v3: false });
  assert.deepEqual(await send('--forge', 'wrong_signature'), { v1: false, v3: false });
  assert.deepEqual(await send('--forge', 'stale_timestamp'), {
    v1: true, // v1 knows no time
    v3: 'Timestamp is invalid, reject request',
  });
  console.log("the Node SDK's validator accepts ours and refuses the forged ones");
} finally {
  server.close();
}
