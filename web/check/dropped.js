// The files of a drop, with those below folders.

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** The entries of a folder: a reader returns them in batches, and an empty one at the end. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

/** Pairs of key and file. */
export async function dropped(transfer) {
  // The items are gone after the first pause.
  const todo = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (todo.length === 0) return [...transfer.files].map((file) => [file.name, file]);
  const found = [];
  while (todo.length) {
    const entry = todo.pop();
    if (entry.isDirectory) todo.push(...(await entriesOf(entry)));
    else found.push([entry.fullPath.replace(/^\//, ""), await fileOf(entry)]);
  }
  return found.sort((one, other) => (one[0] < other[0] ? -1 : 1));
}
