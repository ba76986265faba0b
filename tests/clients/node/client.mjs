/**
 * HubSpot's Node client as data: every operation in the package with its method, path, parameters
 * and answers, and every model with its fields, read from the client's own code and declarations.
 * An operation that the package still holds but no longer exports (a generation of classes before
 * the present one) is called through the same request factory and response processor that the
 * exported classes use.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const example = new URL('../../../examples/contact_sync/package.json', import.meta.url);
const require = createRequire(example);
const root = join(dirname(require.resolve('@hubspot/api-client/package.json')), 'lib', 'codegen');
const ownFolders = ['apis', 'auth', 'http', 'models', 'types'];

/** Folders of the client that hold an API, as "crm/contacts". */
export function areas(folder = '') {
  const here = existsSync(join(root, folder, 'index.js')) ? [folder] : [];
  const inner = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !ownFolders.includes(entry.name))
    .map((entry) => (folder ? `${folder}/${entry.name}` : entry.name));
  return here.concat(...inner.map(areas));
}

/** Splits at a separator that stands outside of every bracket. */
export function splitTop(text, separator) {
  const parts = [''];
  let depth = 0;
  for (const sign of text) {
    if ('<({['.includes(sign)) depth += 1;
    if ('>)}]'.includes(sign)) depth -= 1;
    if (sign === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

function parametersOf(text) {
  return splitTop(text, ',').map((one) => {
    const [, name, mark, type] = one.match(/^(\w+)(\??): (.*)$/s);
    return { name, optional: mark === '?', type };
  }).filter((parameter) => parameter.name !== '_options');
}

/** What an operation needs beyond its arguments, as its own code has it. */
function wireOf(source, processor) {
  return {
    method: source.match(/HttpMethod\.([A-Z]+)/)[1],
    path: source.match(/localVarPath = '([^']*)'/)[1],
    auth: [...source.matchAll(/authMethods\["(\w+)"\]/g)].map((match) => match[1]),
    success: successOf(processor),
    listsNone: !/isCodeInRange\)?\("2/.test(processor),
  };
}

/** The first success that the client knows, one with a body before one without. */
function successOf(processor) {
  const known = processor.split('isCodeInRange').map((text) => ({
    status: Number(text.match(/^\)?\("(2\d\d)"/)?.[1]),
    body: /deserialize\(.*"(?!void")\w/.test(text) || text.includes('getBodyAsFile'),
  })).filter(({ status }) => status);
  return (known.find(({ body }) => body) ?? known[0] ?? { status: 200 }).status;
}

function operationsOfFile(area, className, exported) {
  const file = join(root, area, 'apis', className);
  const code = require(`${file}.js`);
  const declarations = readFileSync(`${file}.d.ts`, 'utf8');
  const factory = code[`${className}RequestFactory`].prototype;
  const processor = code[`${className}ResponseProcessor`].prototype;
  const answers = new Map([...declarations.matchAll(/^ {4}(\w+)WithHttpInfo\(.*HttpInfo<(.*)>>;/gm)]
    .map((match) => [match[1], match[2]]));
  return [...declarations.matchAll(/^ {4}(\w+)\((.*)\): Promise<RequestContext>/gm)].map(
    ([, name, parameters]) => ({
      id: `${area}.${className}.${name}`, area, className, name, exported,
      parameters: parametersOf(parameters), answer: answers.get(name),
      ...wireOf(factory[name].toString(), processor[`${name}WithHttpInfo`].toString()),
    }));
}

/** Every operation of an area, those of the exported classes first. */
export function operationsOf(area) {
  const module = require(join(root, area, 'index.js'));
  const names = readdirSync(join(root, area, 'apis')).filter((name) => name.endsWith('Api.js'))
    .map((name) => name.replace('.js', ''));
  const exported = (name) => Boolean(module[name]);
  return names.sort((a, b) => exported(b) - exported(a) || (a < b ? -1 : 1))
    .flatMap((name) => operationsOfFile(area, name, exported(name)));
}

/**
 * Of an area: a function that calls an operation of it with the values of its parameters. What is
 * an app's own and does not go by the developer's key wants a token of the app's client. Where an
 * area's configuration no longer knows the credential of a class that is not exported, it goes in
 * by the client's door for others, "default". What it throws carries the status of the answer.
 */
export function callerOf(area, target) {
  const module = require(join(root, area, 'index.js'));
  let seen;
  const watching = { pre: async (request) => request,
    post: async (response) => { seen = response.httpStatusCode; return response; } };
  const configured = (token, more) => module.createConfiguration({
    promiseMiddleware: [watching], baseServer: new module.ServerConfiguration(target.url, {}),
    authMethods: {
      oauth2: { accessToken: token }, private_apps: token, private_apps_legacy: token,
      developer_hapikey: target.developerKey, ...more,
    },
  });
  const bearer = (token) => ({ default: { applySecurityAuthentication: (request) =>
    request.setHeaderParam('Authorization', `Bearer ${token}`) } });
  const call = async (operation, values) => {
    const { className, name } = operation;
    const token = operation.path.includes('{appId}') ? target.appToken : target.token;
    if (operation.exported) return new module[className](configured(token))[name](...values);
    const configuration = configured(token, bearer(token));
    const code = require(join(root, area, 'apis', `${className}.js`));
    const request = await new code[`${className}RequestFactory`](configuration)[name](...values);
    const response = await configuration.httpApi.send(request).toPromise();
    await watching.post(response);
    const processor = new code[`${className}ResponseProcessor`]();
    return (await processor[`${name}WithHttpInfo`](response)).data;
  };
  return async (operation, values) => {
    try {
      return await call(operation, values);
    } catch (error) {
      throw Object.assign(error, { status: seen });
    }
  };
}

const declared = new Map();

/** The declaration of a type of an area: its fields, its alternatives or its values. */
export function typeOf(area, name) {
  const key = `${area} ${name}`;
  if (!declared.has(key)) declared.set(key, readType(area, name));
  return declared.get(key);
}

/** The values of an enumeration of a model that the client no longer exports. */
function valuesBeside(area, name) {
  const owner = readdirSync(join(root, area, 'models')).filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -3)).filter((model) => name.startsWith(model))
    .sort((a, b) => b.length - a.length)[0];
  const values = owner && require(join(root, area, 'models', `${owner}.js`))[name];
  return values && { values: Object.values(values) };
}

function readType(area, name) {
  const file = join(root, area, 'models', name);
  const known = require(join(root, area, 'models', 'all.js'))[name];
  if (known && typeof known !== 'function') return { values: Object.values(known) };
  if (!existsSync(`${file}.d.ts`)) return valuesBeside(area, name);
  const found = known ?? require(`${file}.js`)[name];
  const text = readFileSync(`${file}.d.ts`, 'utf8');
  const union = text.match(new RegExp(`type ${name} = ([^;]*);`));
  if (union) return { alternatives: splitTop(union[1], '|') };
  const marks = new Map([...text.matchAll(/^ {4}'(\w+)'(\??):/gm)].map((m) => [m[1], m[2]]));
  return {
    fields: found.getAttributeTypeMap().map((field) => ({
      name: field.name, wire: field.baseName, type: field.type, format: field.format,
      optional: marks.get(field.name) === '?',
    })),
  };
}
