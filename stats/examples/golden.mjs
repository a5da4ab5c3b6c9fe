// Compares the digests that golden.wasm computes with those of other targets.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
let found = "";
for (let at = 0, byte; (byte = instance.exports.golden_byte(at)); at++) found += String.fromCharCode(byte);
const expected = readFileSync(new URL("../tests/golden/expected.txt", import.meta.url), "utf8");
if (found !== expected) {
  console.error(`expected\n${expected}found\n${found}`);
  process.exit(1);
}
console.log("wasm32: the same bytes");
