/**
 * Every resource that the client can create, read and delete goes the whole way: created, read,
 * listed, changed, deleted, and then read no more. Each step sees what the one before it did.
 */
import { idIn } from './resources.mjs';

const bare = (path) => path.replace(/\{\w+\}/g, '{}').replace(/\/$/, '');

/** Collections with a call for each of create, read and delete; list and update where there are. */
export function collections(operations) {
  const at = new Map();
  for (const operation of operations) {
    const key = `${operation.method} ${bare(operation.path)}`;
    if (!at.has(key)) at.set(key, operation);
  }
  return [...at.values()].filter(({ method }) => method === 'POST').map((create) => {
    const path = bare(create.path);
    return { path: create.path, create, read: at.get(`GET ${path}/{}`),
      list: at.get(`GET ${path}`), update: at.get(`PATCH ${path}/{}`),
      remove: at.get(`DELETE ${path}/{}`) };
  }).filter(({ read, remove }) => read && remove);
}

/** The values of the parameters of a path, out of those of another of the same beginning. */
function onPath(operation, named, id) {
  const names = operation.path.match(/\{\w+\}/g).map((text) => text.slice(1, -1));
  const own = names.pop();
  const type = operation.parameters.find(({ name }) => name === own).type;
  return { ...Object.fromEntries(names.filter((name) => name in named)
    .map((name) => [name, named[name]])), [own]: type === 'number' ? Number(id) : String(id) };
}

const text = (value) => (value === undefined ? undefined : String(value));

/** "" when all steps hold, else which one does not. */
export async function roundTrip(target, { create, read, list, update, remove }) {
  const call = async (operation, given) => {
    const { values, named } = await target.resources.argumentsFor(operation, given);
    return { named, values, answer: await target.caller(operation.area)(operation, values) };
  };
  const made = await call(create, {});
  const parameter = read.path.match(/\{(\w+)\}\/?$/)[1];
  const id = idIn(made.answer, parameter, made.values);
  if (id === undefined) return 'the answer of create has no id';
  const shown = await call(read, onPath(read, made.named, id));
  if (text(idIn(shown.answer, parameter)) !== text(id)) return 'read shows another';
  if (list && !(await isListed(call, list, made.named, parameter, id))) return 'list has it not';
  if (update) await call(update, onPath(update, made.named, id));
  await call(remove, onPath(remove, made.named, id));
  return call(read, onPath(read, made.named, id)).then(() => 'it is read when deleted',
    (error) => (isGone(error) ? '' : `read when deleted: ${error.message}`));
}

/** A custom type that is no more is no type: 400 (behaviour reference 3.3). */
const isGone = ({ code, message }) => code === 404 ||
  (code === 400 && /Unable to infer object type|Invalid object or event type id/.test(message));

async function isListed(call, list, named, parameter, id) {
  const names = (list.path.match(/\{\w+\}/g) ?? []).map((name) => name.slice(1, -1));
  const given = Object.fromEntries(names.filter((name) => name in named)
    .map((name) => [name, named[name]]));
  let after;
  for (let page = 0; page < 20; page += 1) {
    // Of some lists nothing is shown that is not asked for: listIds.
    const asked = list.parameters.filter(({ name }) => name === 'after' || name === `${parameter}s`)
      .map(({ name }) => [name, name === 'after' ? after : [String(id)]]);
    const { answer } = await call(list, { ...given, ...Object.fromEntries(asked) });
    const items = Array.isArray(answer) ? answer
      : Object.values(answer).find((value) => Array.isArray(value)) ?? [];
    if (items.some((item) => text(idIn(item, parameter)) === text(id))) return true;
    after = answer.paging?.next?.after;
    if (after === undefined) return false;
  }
  return false;
}
