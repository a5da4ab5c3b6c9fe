// Reviews one file after another with the module of the handlers. The page ends this worker when it takes too long.
"use strict";

/** Bytes of the blocks in which a file is read that did not come with its bytes, and the number of blocks that are kept. */
const BLOCK = 1 << 20;
const BLOCKS = 16;
/** Milliseconds between two signs of progress. */
const EVERY = 200;

const reader = new FileReaderSync();
let exports;
let file;
/** All of the file, if it is small. */
let whole;
let blocks = new Map();
let answers = {};
let panic;
let told = 0;

/** Thrown when a review holds more memory than its handler's limit. */
class Exceeded extends Error {}

const text = (at, length) => new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at >>> 0, length >>> 0));

function range(from, to) {
  return new Uint8Array(reader.readAsArrayBuffer(file.slice(from, to)));
}

/** The block with this number, read again if it was not among the latest ones. */
function block(number) {
  let bytes = blocks.get(number);
  blocks.delete(number);
  bytes ??= range(number * BLOCK, Math.min(file.size, (number + 1) * BLOCK));
  blocks.set(number, bytes);
  if (blocks.size > BLOCKS) blocks.delete(blocks.keys().next().value);
  return bytes;
}

const host = {
  read(at, into, length) {
    const now = performance.now();
    if (now - told > EVERY) {
      told = now;
      postMessage({ progress: true });
    }
    try {
      const from = Number(at);
      const number = Math.floor(from / BLOCK);
      const start = whole ? from : from - number * BLOCK;
      const bytes = (whole ?? block(number)).subarray(start, start + (length >>> 0));
      new Uint8Array(exports.memory.buffer, into >>> 0, bytes.length).set(bytes);
      return bytes.length;
    } catch (error) {
      if (error instanceof DOMException) return -1;
      throw error;
    }
  },
  answer(kind, at, length) {
    // The document stays as it is, byte for byte.
    answers[kind] = kind === 1 ? new Uint8Array(exports.memory.buffer, at >>> 0, length >>> 0).slice() : text(at, length);
  },
  reviewing(at, length) {
    postMessage({ reviewing: text(at, length) });
  },
  panicked(at, length) {
    panic = text(at, length);
  },
  exceeded() {
    throw new Exceeded();
  },
};

function start(module) {
  exports = new WebAssembly.Instance(module, { host }).exports;
  exports.start();
}

/** How a review ended that gave no answer. */
function death(error) {
  if (error instanceof Exceeded) return { kind: "memory" };
  if (error instanceof RangeError) return { kind: "crash", message: "its worker overflowed its stack" };
  return { kind: "crash", message: panic ?? `its worker ended with: ${error.message}` };
}

onmessage = ({ data }) => {
  try {
    if (data.module) {
      start(data.module);
      exports.describe_registry();
      postMessage({ registry: answers[0] });
      return;
    }
    file = data.file;
    whole = data.bytes && new Uint8Array(data.bytes);
    blocks = new Map();
    answers = {};
    const request = new TextEncoder().encode(JSON.stringify({ key: data.key, death: data.death ?? null }));
    const at = exports.allocate(request.length);
    new Uint8Array(exports.memory.buffer, at, request.length).set(request);
    exports.review_file(at, request.length, BigInt(file.size));
    const document = answers[1];
    postMessage(
      { document, next: answers[2] ?? null, pictures: answers[3], preview: answers[4] ?? null, memory: exports.memory.buffer.byteLength },
      [document.buffer],
    );
  } catch (error) {
    postMessage({ death: death(error) });
  }
};
