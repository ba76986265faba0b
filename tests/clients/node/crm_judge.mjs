/**
 * Judge: every CRM call of HubSpot's official Node client, unmodified. It walks the client's own
 * classes, so a call that nobody thought of is still made. A call passes when the client accepts
 * the answer (it throws on any status it does not list) and the answer has every field that the
 * client's own types call required.
 *
 *   node crm_judge.mjs               against HUBSPOT_BASE_URL with HUBSPOT_ACCESS_TOKEN
 *   node crm_judge.mjs --blank      the judge judged: a server that answers {} to everything must
 *                                    fail at least 95 % of the calls that answer a body
 *   node crm_judge.mjs --list       names each call with its outcome
 *   node crm_judge.mjs --write      writes the known failures anew: look at the difference
 *
 * Calls that fail for a known reason stand in crm_known_failures.json; one that passes after all,
 * or fails without standing there, fails the judge.
 */
import { readFileSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { argumentsFor, prepare } from './crm_arguments.mjs';

const example = new URL('../../../examples/contact_sync/package.json', import.meta.url);
const require = createRequire(example);
const root = join(dirname(require.resolve('@hubspot/api-client/package.json')), 'lib', 'codegen');
const knownFile = new URL('./crm_known_failures.json', import.meta.url);
let known = JSON.parse(readFileSync(knownFile));
const blank = process.argv.includes('--blank');

/** Folders of the client that hold an API, as "crm/contacts". */
function areas(folder = 'crm') {
  const here = existsSync(join(root, folder, 'index.js')) ? [folder] : [];
  const inner = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .filter((entry) => !['apis', 'auth', 'http', 'models', 'types'].includes(entry.name));
  return here.concat(...inner.map((entry) => areas(`${folder}/${entry.name}`)));
}

/** What the types of the client call required: field name -> its type text. */
function requiredFields(area, model) {
  const file = join(root, area, 'models', `${model}.d.ts`);
  if (!existsSync(file)) return new Map();
  const body = readFileSync(file, 'utf8').split('static readonly')[0];
  return new Map([...body.matchAll(/^ {4}'(\w+)': ([^;{]+)/gm)].map((m) => [m[1], m[2]]));
}

const isBadDate = (value) => value instanceof Date && Number.isNaN(value.getTime());

/** The first required field that is missing, as a path, or "". */
function missing(area, value, path = '') {
  if (Array.isArray(value)) {
    return value.map((item, i) => missing(area, item, `${path}[${i}]`)).find(Boolean) ?? '';
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return '';
  for (const name of requiredFields(area, value.constructor.name).keys()) {
    if (value[name] === undefined || value[name] === null) return `${path}.${name}`;
    if (isBadDate(value[name])) return `${path}.${name}`;
    const inner = missing(area, value[name], `${path}.${name}`);
    if (inner) return inner;
  }
  return '';
}

function methodsOf(api) {
  return Object.getOwnPropertyNames(api.prototype)
    .filter((name) => name !== 'constructor' && !name.endsWith('WithHttpInfo'));
}

function parametersOf(method) {
  const inside = method.toString().match(/\(([^)]*)\)/)[1];
  return inside.split(',').map((name) => name.trim()).filter((name) => name && name !== '_options');
}

async function call(instance, area, className, name, context) {
  const parameters = parametersOf(instance[name]);
  const values = await argumentsFor(context, { area, className, name, parameters });
  if (values === undefined) throw new Error('no valid arguments written yet');
  const answer = await instance[name](...values);
  const field = missing(area, answer);
  if (field) throw new Error(`the answer lacks ${field}`);
  // A raw body (HttpFile, string) has no model; nothing at all is an answer without a body.
  return answer === undefined || answer === null ? 'void' : 'body';
}

async function judgeArea(area, target, outcomes) {
  const module = require(join(root, area, 'index.js'));
  const configuration = module.createConfiguration({
    baseServer: new module.ServerConfiguration(target.url, {}),
    authMethods: {
      oauth2: { accessToken: target.token }, private_apps_legacy: target.token,
      developer_hapikey: target.developerKey, private_apps: target.token,
    },
  });
  for (const className of Object.keys(module).filter((key) => key.endsWith('Api')).sort()) {
    const instance = new module[className](configuration);
    for (const name of methodsOf(module[className])) {
      const id = `${area}.${className}.${name}`;
      try {
        outcomes.set(id, { kind: await call(instance, area, className, name, target.context) });
      } catch (error) {
        outcomes.set(id, { error: `${error.code ?? ''} ${error.message}`.trim().split(
          '\n').slice(0, 6).join(' ') });
      }
    }
  }
}

async function judge(target) {
  const outcomes = new Map();
  for (const area of areas()) await judgeArea(area, target, outcomes);
  return outcomes;
}

function report(outcomes) {
  const byArea = new Map();
  for (const [id, outcome] of outcomes) {
    const area = id.split('.')[0];
    const row = byArea.get(area) ?? { called: 0, passed: 0 };
    row.called += 1;
    row.passed += outcome.error ? 0 : 1;
    byArea.set(area, row);
    if (process.argv.includes('--list')) console.log(outcome.error ? 'FAIL ' : 'ok   ', id,
      outcome.error ?? '');
  }
  let called = 0;
  let passed = 0;
  for (const [area, row] of byArea) {
    console.log(area.padEnd(36), `called ${row.called}`.padEnd(11), `passed ${row.passed}`);
    called += row.called;
    passed += row.passed;
  }
  console.log(`${'all of crm'.padEnd(36)} called ${called}  passed ${passed}`);
}

function verdict(outcomes) {
  const wrong = [];
  for (const [id, outcome] of outcomes) {
    if (outcome.error && !known[id]) wrong.push(`${id} fails: ${outcome.error}`);
    if (!outcome.error && known[id]) wrong.push(`${id} passes: take it out of the known failures`);
  }
  for (const id of Object.keys(known)) {
    if (!outcomes.has(id)) wrong.push(`${id} is known to fail, but the client has no such call`);
  }
  wrong.forEach((line) => console.log(line));
  console.log(`known failures ${Object.keys(known).length}, surprises ${wrong.length}`);
  return wrong.length === 0;
}

/** Everything is {}: of the calls that answer a body, the judge must fail 95 %. */
async function judgeBlank(real) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const outcomes = await judge({ ...real, url });
  server.close();
  const answers = [...outcomes].filter(([id]) => real.bodies.has(id));
  const failed = answers.filter(([, outcome]) => outcome.error).length;
  const share = failed / answers.length;
  const percent = `${(100 * share).toFixed(1)} %`;
  console.log(`a server of {}: ${failed} of ${answers.length} calls fail (${percent})`);
  answers.filter(([, outcome]) => !outcome.error).forEach(([id]) => console.log(`  passes: ${id}`));
  return answers.length > 0 && share >= 0.95;
}

const url = process.env.HUBSPOT_BASE_URL;
const token = process.env.HUBSPOT_ACCESS_TOKEN;
if (!url || !token) {
  console.error('set HUBSPOT_BASE_URL and HUBSPOT_ACCESS_TOKEN');
  process.exit(2);
}
const target = { url, token, developerKey: process.env.HUBSPOT_DEVELOPER_KEY ?? '',
  context: await prepare(url, token) };
const outcomes = await judge(target);
report(outcomes);
if (process.argv.includes('--write')) {
  const failed = [...outcomes].filter(([, outcome]) => outcome.error).sort();
  known = Object.fromEntries(failed.map(([id, outcome]) => [id, outcome.error.slice(0, 200)]));
  writeFileSync(knownFile, `${JSON.stringify(known, null, 1)}\n`);
}
let good = verdict(outcomes);
if (blank) {
  const bodies = new Set([...outcomes].filter(([, o]) => o.kind === 'body').map(([id]) => id));
  good = (await judgeBlank({ ...target, bodies })) && good;
}
process.exit(good ? 0 : 1);
