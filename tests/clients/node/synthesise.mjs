/**
 * Valid values from the client's own types, for what nobody wrote a value for: the fields that a
 * model requires, the first value of an enumeration, texts that suit the name of their field.
 */
import { splitTop, typeOf } from './client.mjs';
import { fresh } from './crm_make.mjs';

const deepest = 6;  // models that hold themselves end here, with empty lists
const when = '2026-11-01T10:00:00Z';

/** The first rule whose pattern is in the field's name gives the text. */
const texts = [
  [/email/i, () => `${fresh('judge')}@example.org`],
  [/(url|uri|link)$/i, () => `https://judge.example/${fresh('page')}`],
  [/(At|Date|Timestamp)$/, () => when],
  [/domain/i, () => 'judge.example'],
  [/language/i, () => 'en'],
  [/timezone/i, () => 'UTC'],
  [/color/i, () => '#00a4bd'],
  [/phone/i, () => '+15551234567'],
  [/^id$/, () => fresh('').slice(1)],
  [/Id$/, () => '1'],
  [/slug|path/i, () => fresh('judge-page').replace('_', '-')],
];
const text = (name) =>
  (texts.find(([pattern]) => pattern.test(name))?.[1] ?? (() => fresh('judge')))();

function number(name) {
  if (name === 'id') return Number(fresh('').slice(1));
  if (/timestamp|millis|At$/i.test(name)) return Date.parse(when);
  return /redirectStyle/.test(name) ? 301 : 1;
}

/** A value of a type; `given` may say the value of a field by its name and its model. */
export function synthesise(area, type, name, given = () => undefined, depth = 0) {
  const own = given(name, type);
  if (own !== undefined) return own;
  const choice = splitTop(type, '|')[0];
  if (choice === 'string') return text(name);
  if (choice === 'number') return number(name);
  if (choice === 'boolean') return false;
  if (choice === 'Date') return new Date(when);
  if (choice === 'HttpFile') return { data: Buffer.from('judge\n'), name: 'judge.txt' };
  if (['any', 'object', 'Error'].includes(choice)) return {};
  if (choice.startsWith('\'')) return choice.slice(1, -1);
  return synthesiseMany(area, choice, name, given, depth);
}

function synthesiseMany(area, type, name, given, depth) {
  const list = type.match(/^Array<(.*)>$/s);
  if (list) return depth > deepest ? [] : [synthesise(area, list[1], name, given, depth + 1)];
  const map = type.match(/^\{ ?\[key: string\]: (.*?);? ?\}$/s);
  if (map) {
    return map[1] === 'any' ? {}
      : { judge: synthesise(area, map[1], 'judge', given, depth + 1) };
  }
  const declared = typeOf(area, type);
  if (!declared) throw new Error(`the client declares no ${type}`);
  if (declared.values) return declared.values[0];
  if (declared.alternatives) {
    return synthesise(area, declared.alternatives[0], name, given, depth + 1);
  }
  const wanted = declared.fields.filter(({ name: own, type: its, optional }) =>
    !optional || (own === 'id' && given(own, its) !== undefined));
  return Object.fromEntries(wanted.map((field) => [field.name,
    synthesise(area, field.type, field.name, given, depth + 1)]));
}
