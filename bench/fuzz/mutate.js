import { joined } from './bytes.js';
import {
  derLengths,
  derWords,
  interestingBytes,
  interestingNumbers,
  textWords,
  tlsWords,
} from './dictionary.js';
import { mutateDer } from './mutate-der.js';
import { mutateRecords } from './mutate-records.js';

const words = { der: derWords, tls: tlsWords, text: textWords, bytes: [...tlsWords, ...derWords] };
const structured = { der: mutateDer, tls: mutateRecords };

/** Most inputs are no longer than what real servers send: long ones cost the time of many. */
const usualBytes = 4096;

/**
 * Another input made from one or two of the corpus: one to eight changes of bytes, of lengths, or of the structure that
 * the form (`der`, `tls`, `text`, `bytes`) has.
 */
export function mutate(base, { random, corpus, form, limitBytes }) {
  let bytes = base;
  let changes = 1;
  while (changes < 8 && random.oneIn(2)) changes++;
  for (let change = 0; change < changes; change++) {
    const structural = structured[form] !== undefined && random.oneIn(3);
    bytes = structural ? structured[form](bytes, random) : changed(bytes, random, corpus, form);
  }
  const longest = random.oneIn(16) ? limitBytes : Math.min(limitBytes, usualBytes);
  return bytes.length > longest ? bytes.subarray(0, longest) : bytes;
}

function changed(bytes, random, corpus, form) {
  return random.pick(changes)(bytes, random, form, corpus);
}

const edit = (bytes, random, change) => {
  if (bytes.length === 0) return random.bytes(1 + random.below(8));
  const copy = Uint8Array.from(bytes);
  change(copy, random.below(copy.length));
  return copy;
};

const flipBit = (bytes, random) =>
  edit(bytes, random, (copy, at) => {
    copy[at] ^= 1 << random.below(8);
  });
const setByte = (bytes, random) =>
  edit(bytes, random, (copy, at) => {
    copy[at] = random.oneIn(2) ? random.pick(interestingBytes) : random.below(256);
  });
const addToByte = (bytes, random) =>
  edit(bytes, random, (copy, at) => {
    copy[at] += random.below(9) - 4;
  });
/** A big-endian number of one to three bytes: interesting, or near what remains behind it. */
const setNumber = (bytes, random) =>
  edit(bytes, random, (copy, at) => {
    const size = Math.min(1 + random.below(3), copy.length - at);
    const rest = copy.length - at - size;
    const value = random.oneIn(2) ? random.pick(interestingNumbers) : Math.max(0, rest + random.below(5) - 2);
    for (let index = 0; index < size; index++) copy[at + index] = value >>> (8 * (size - 1 - index));
  });
const overwriteWord = (bytes, random, form) =>
  edit(bytes, random, (copy, at) => {
    const word = random.pick(words[form]);
    copy.set(word.subarray(0, copy.length - at), at);
  });
const setLengthOctets = (bytes, random) =>
  edit(bytes, random, (copy, at) => {
    copy.set(random.pick(derLengths).subarray(0, copy.length - at), at);
  });

const insertWord = (bytes, random, form) => insert(bytes, random, random.pick(words[form]));
const insertRandom = (bytes, random) => insert(bytes, random, random.bytes(1 + random.below(16)));
const insertRun = (bytes, random) =>
  insert(
    bytes,
    random,
    new Uint8Array(1 + random.below(random.oneIn(20) ? 3000 : 60)).fill(random.pick(interestingBytes)),
  );

function insert(bytes, random, addition) {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), addition, bytes.subarray(at));
}

function span(bytes, random) {
  const from = random.below(bytes.length);
  const longest = Math.min(bytes.length - from, random.oneIn(3) ? bytes.length : 40);
  return [from, from + 1 + random.below(longest)];
}

const remove = (bytes, random) => {
  if (bytes.length < 2) return bytes;
  const [from, to] = span(bytes, random);
  return joined(bytes.subarray(0, from), bytes.subarray(to));
};
const duplicate = (bytes, random) => {
  if (bytes.length === 0) return bytes;
  const [from, to] = span(bytes, random);
  const times = random.oneIn(10) ? 2 + random.below(60) : 2;
  return joined(bytes.subarray(0, from), ...Array(times).fill(bytes.subarray(from, to)), bytes.subarray(to));
};
const truncate = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));
/** The beginning of this one and the end of another, or a piece of the other put in. */
const splice = (bytes, random, _form, corpus) => {
  const other = random.pick(corpus);
  if (other.length === 0) return bytes;
  if (random.oneIn(2)) {
    return joined(
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length)),
    );
  }
  const [from, to] = span(other, random);
  return insert(bytes, random, other.subarray(from, to));
};

const changes = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  addToByte,
  setNumber,
  setNumber,
  overwriteWord,
  setLengthOctets,
  insertWord,
  insertRandom,
  insertRun,
  remove,
  duplicate,
  truncate,
  splice,
];
