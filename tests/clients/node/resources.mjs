/**
 * What a call is about: ids for the parameters of its path and body. A value that somebody wrote
 * (hints.mjs, crm_arguments.mjs) goes first. Else the id is of a resource that the client's own
 * create call at the path before the parameter makes, or that its list shows. What was made is
 * used again until a call deletes it.
 */
import { crmArgument, unknown } from './crm_arguments.mjs';
import { bodyHint, hint, namesResource } from './hints.mjs';
import { fresh } from './crm_make.mjs';
import { synthesise } from './synthesise.mjs';

const bare = (path) => path.replace(/\{\w+\}/g, '{}').replace(/\/$/, '');
const inner = (path) => path.match(/\{\w+\}/g)?.map((text) => text.slice(1, -1)) ?? [];

/** Of the path "/a/{b}/c/{d}" and "d": "/a/{b}/c". */
const before = (path, parameter) => path.slice(0, path.indexOf(`{${parameter}}`) - 1);

/** The id in an answer: named as the parameter is, or as ids are; what was sent may have it. */
export function idIn(answer, parameter, sent = []) {
  if (answer === null || typeof answer !== 'object') return undefined;
  const chosen = sent.find((value) => parameter !== 'id' && value?.[parameter] !== undefined);
  if (chosen && answer[parameter] === undefined) return chosen[parameter];
  const names = [parameter, `${parameter}Id`, 'id', parameter.replace(/IdOrName$|OrName$/, 'Id'),
    'name', 'tokenName', 'guid', ...Object.keys(answer).filter((key) => key.endsWith('Id'))];
  const name = names.find((key) => ['string', 'number'].includes(typeof answer[key]));
  if (name !== undefined) return answer[name];
  const wrapped = Object.values(answer);  // {"list": {"listId": ...}}
  return wrapped.length === 1 && !Array.isArray(wrapped[0]) ? idIn(wrapped[0], parameter)
    : undefined;
}

export class Resources {
  constructor(context, operations, callerOf) {
    this.context = context;
    this.callerOf = callerOf;
    this.made = new Map();
    this.makers = new Map();
    this.lists = new Map();
    this.puts = new Map();
    for (const operation of operations) {
      const kind = { POST: this.makers, GET: this.lists, PUT: this.puts }[operation.method];
      const key = bare(operation.path);
      if (kind && !kind.has(key)) kind.set(key, operation);
    }
  }

  /** The arguments of an operation, in the order of its parameters. */
  async argumentsFor(operation, given = {}) {
    const call = { ...operation, made: {} };
    const values = { ...given };
    for (const parameter of inner(operation.path)) {
      values[parameter] ??= await this.pathValue(call, parameter, values);
    }
    for (const parameter of operation.parameters) {
      if (parameter.name in values) continue;
      values[parameter.name] = await this.bodyValue(call, parameter, values);
    }
    if (operation.method === 'DELETE') await this.putBefore(operation, values);
    return { values: operation.parameters.map(({ name }) => values[name]), named: values };
  }

  /** What only a PUT makes is there before it is taken away. */
  async putBefore(operation, values) {
    const path = bare(operation.path);
    const put = this.puts.get(path);
    const own = inner(operation.path).pop();
    if (!put || !path.endsWith('{}') || this.makers.has(bare(before(operation.path, own)))) return;
    const { values: asked } = await this.argumentsFor(put, this.given(put, values));
    await this.callerOf(put.area)(put, asked);
  }

  async written(call, name) {
    const value = await hint(this.context, call, name);
    return value === undefined ? crmArgument(this.context, call, name) : value;
  }

  async pathValue(call, name, values) {
    const value = await this.written(call, name);
    if (value !== unknown && value !== undefined) return value;
    const declared = call.parameters.find((parameter) => parameter.name === name);
    if (declared?.type.startsWith("'")) {
      const literal = synthesise(call.area, declared.type, name);
      await this.putOnce(call, name, { ...values, [name]: literal });
      return literal;
    }
    const id = await this.existing(before(call.path, name), name, values);
    return declared?.type === 'number' ? Number(id) : id;
  }

  async bodyValue(call, parameter, values) {
    const value = await this.written(call, parameter.name);
    if (value !== unknown && value !== undefined) return value;
    if (parameter.optional && parameter.type !== 'HttpFile') return undefined;
    let named = false;
    const made = synthesise(call.area, parameter.type, parameter.name, (name, type) => {
      named ||= namesResource(name, type);
      return undefined;
    });
    const about = named && !this.creates(call) ? await this.bodyId(call, values) : undefined;
    return about === undefined ? made : synthesise(call.area, parameter.type, parameter.name,
      (name, type) => (namesResource(name, type) ? bodyHint(name, type, about) : undefined));
  }

  /** Does it make resources at its path? Then its body names none yet. */
  creates({ method, path }) {
    const own = bare(path);
    return method === 'POST' && (/\/(create|upsert)$/.test(own) || this.lists.has(own) ||
      this.lists.has(`${own}/{}`));
  }

  /** For a body that names a resource: one of the nearest collection above the path. */
  async bodyId(call, values) {
    for (let path = call.path; path.includes('/'); path = path.slice(0, path.lastIndexOf('/'))) {
      const maker = this.makers.get(bare(path));
      if (maker && maker.id !== call.id && this.creates(maker)) {
        return this.make(maker, 'id', values);
      }
    }
    return undefined;
  }

  /** The id of a resource in a collection: made before, made now, or listed. */
  async existing(collection, parameter, values) {
    const key = `${this.filled(collection, values)} ${parameter}`;
    if (!this.made.has(key)) {
      const id = await this.make(this.makers.get(bare(collection)), parameter, values) ??
        await this.put(this.puts.get(`${bare(collection)}/{}`), parameter, values) ??
        await this.listed(this.lists.get(bare(collection)), parameter, values);
      if (id === undefined) throw new Error(`no arguments: nothing makes a {${parameter}}`);
      this.made.set(key, id);
    }
    return this.made.get(key);
  }

  filled(path, values) {
    return bare(path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? `{${name}}`));
  }

  /** Values of an operation's path out of those of another that has the same beginning. */
  given(operation, values) {
    return Object.fromEntries(inner(operation.path).filter((name) => name in values)
      .map((name) => [name, values[name]]));
  }

  async make(operation, parameter, values) {
    if (!operation) return undefined;
    const { values: made } = await this.argumentsFor(operation, this.given(operation, values));
    return idIn(await this.callerOf(operation.area)(operation, made), parameter, made);
  }

  /** What stands under one of a few names is there when it was put there. */
  async putOnce(call, name, values) {
    const at = call.path.slice(0, call.path.indexOf(`{${name}}`)) + `{${name}}`;
    const operation = this.puts.get(bare(at));
    const key = `put ${this.filled(at, values)}`;
    if (!operation || operation.path === call.path && call.method === 'PUT') return;
    if (this.made.has(key) && call.method !== 'DELETE') return;
    this.made.set(key, true);
    const { values: asked } = await this.argumentsFor(operation, this.given(operation, values));
    await this.callerOf(operation.area)(operation, asked);
  }

  /** Where the caller chooses the id. */
  async put(operation, parameter, values) {
    if (!operation) return undefined;
    const own = inner(operation.path).pop();
    const given = { ...this.given(operation, values), [own]: fresh('judge') };
    const { values: asked } = await this.argumentsFor(operation, given);
    await this.callerOf(operation.area)(operation, asked);
    return given[own];
  }

  async listed(operation, parameter, values) {
    if (!operation) return undefined;
    const { values: asked } = await this.argumentsFor(operation, this.given(operation, values));
    const answer = await this.callerOf(operation.area)(operation, asked);
    const items = Array.isArray(answer) ? answer
      : Object.values(answer ?? {}).find((value) => Array.isArray(value));
    return idIn(items?.[0], parameter);
  }

  /** Notes what a judged call made or took away. */
  after(operation, named, answer) {
    const last = inner(operation.path).pop();
    if (operation.method === 'DELETE' && last && operation.path.endsWith(`{${last}}`)) {
      this.made.delete(`${this.filled(before(operation.path, last), named)} ${last}`);
    }
    return answer;
  }
}
