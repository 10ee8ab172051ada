import { joined } from './bytes.js';
import { derLengths, derWords, interestingBytes } from './dictionary.js';

const elementLimit = 3000;
const depthLimit = 40;

/**
 * Changes the structure of an input of DER: elements dropped, doubled, swapped, re-tagged, filled with something else,
 * or wrapped until they are a bomb. The lengths around are made right again, but for one lie in four.
 */
export function mutateDer(bytes, random) {
  const budget = { elements: elementLimit };
  const forest = read(bytes, 0, bytes.length, depthLimit, budget) ?? [raw(bytes)];
  const all = [];
  collect(forest, all);
  if (all.length === 0) return random.pick(derWords);
  const { element, siblings } = random.pick(all);
  random.pick(operations)(element, siblings, random, all);
  if (random.oneIn(4)) random.pick(all).element.length = random.pick(derLengths);
  return joined(...forest.map(encoded));
}

const drop = (element, siblings) => siblings.splice(siblings.indexOf(element), 1);
const double = (element, siblings, random) => {
  const times = random.oneIn(8) ? 200 : 1;
  siblings.splice(siblings.indexOf(element), 0, ...Array(times).fill(element));
};
const swap = (element, siblings, random) => {
  const other = random.below(siblings.length);
  const at = siblings.indexOf(element);
  [siblings[at], siblings[other]] = [siblings[other], siblings[at]];
};
const retag = (element, _siblings, random) => {
  element.tag = random.oneIn(2) ? random.below(256) : element.tag ^ random.pick([0x20, 0x80, 0xc0, 1, 2, 4]);
};
const refill = (element, _siblings, random) => {
  element.children = undefined;
  const { content } = parsedWord(random.pick(derWords));
  element.content = random.oneIn(3) ? random.bytes(random.below(20)) : content;
};
const fillLong = (element, _siblings, random) => {
  element.children = undefined;
  element.content = new Uint8Array(random.below(random.oneIn(30) ? 60_000 : 600)).fill(
    random.pick(interestingBytes),
  );
};
const replace = (element, siblings, random) => {
  siblings[siblings.indexOf(element)] = raw(random.pick(derWords));
};
const transplant = (element, siblings, random, all) => {
  siblings[siblings.indexOf(element)] = raw(encoded(random.pick(all).element));
};
/** A bomb: the element in up to thousands of values, of definite or indefinite length. */
const wrap = (element, siblings, random) => {
  const levels = 1 + random.below(random.oneIn(6) ? 4000 : 12);
  const tag = random.pick([0x30, 0x31, 0xa0, 0x24, 0x23, element.tag | 0x20]);
  const inner = encoded(element);
  siblings[siblings.indexOf(element)] = raw(
    random.oneIn(3) ? indefinite(tag, inner, levels) : nested(tag, inner, levels),
  );
};

const operations = [
  drop,
  double,
  swap,
  retag,
  retag,
  refill,
  refill,
  fillLong,
  replace,
  replace,
  transplant,
  wrap,
];

function indefinite(tag, inner, levels) {
  const open = new Uint8Array(2 * levels);
  for (let at = 0; at < open.length; at += 2) open.set([tag | 0x20, 0x80], at);
  return joined(open, inner, new Uint8Array(2 * levels));
}

function nested(tag, inner, levels) {
  const heads = [];
  let length = inner.length;
  for (let level = 0; level < levels; level++) {
    const head = header(tag, length);
    heads.push(head);
    length += head.length;
  }
  return joined(...heads.reverse(), inner);
}

function raw(bytes) {
  return { raw: bytes };
}

function parsedWord(word) {
  return { content: word.subarray(2) };
}

/** The values between two places, or undefined where they are no DER. */
function read(bytes, from, to, depth, budget) {
  const values = [];
  for (let at = from; at < to; ) {
    if (--budget.elements < 0) return undefined;
    const value = readOne(bytes, at, to, depth, budget);
    if (value === undefined) return undefined;
    values.push(value);
    at = value.end;
  }
  return values;
}

function readOne(bytes, at, to, depth, budget) {
  const tag = bytes[at];
  if (at + 2 > to || (tag & 31) === 31) return undefined;
  const first = bytes[at + 1];
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || size > 3 || at + 2 + size > to) return undefined;
  let length = size === 0 ? first : 0;
  for (let index = 0; index < size; index++) length = length * 256 + bytes[at + 2 + index];
  const start = at + 2 + size;
  const end = start + length;
  if (end > to) return undefined;
  return { tag, end, content: bytes.subarray(start, end), ...within(bytes, tag, start, end, depth, budget) };
}

/** Parts of constructed values, and of strings of octets or bits that hold DER themselves. */
function within(bytes, tag, start, end, depth, budget) {
  if (depth === 0 || start === end) return {};
  const unused = tag === 3 ? 1 : 0;
  if ((tag & 0x20) === 0 && tag !== 4 && !(tag === 3 && bytes[start] === 0)) return {};
  const children = read(bytes, start + unused, end, depth - 1, budget);
  return children === undefined ? {} : { children, prefix: bytes.subarray(start, start + unused) };
}

function collect(siblings, all) {
  for (const element of siblings) {
    all.push({ element, siblings });
    if (element.children !== undefined) collect(element.children, all);
  }
}

function encoded(element) {
  if (element.raw !== undefined) return element.raw;
  const content =
    element.children === undefined
      ? element.content
      : joined(element.prefix, ...element.children.map(encoded));
  const head =
    element.length === undefined
      ? header(element.tag, content.length)
      : joined([element.tag], element.length);
  return joined(head, content);
}

function header(tag, length) {
  if (length < 0x80) return [tag, length];
  if (length < 0x100) return [tag, 0x81, length];
  if (length < 0x10000) return [tag, 0x82, length >> 8, length & 255];
  return [tag, 0x83, length >> 16, (length >> 8) & 255, length & 255];
}
