// Downloads.

/** Offers `content` as a file. */
export function save(name, type, content) {
  const url = URL.createObjectURL(new Blob(content, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A view as one page that needs nothing else: its elements as they are, and the styles. */
export async function page(view, title) {
  const styles = (await (await fetch("view/view.css")).text()).replaceAll("<", "");
  const copy = view.cloneNode(true);
  copy.querySelectorAll("button").forEach((button) => button.remove());
  const head = document.createElement("title");
  head.textContent = title;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head.outerHTML}
<style>${styles}
body { max-width: 1200px; margin: 0 auto; padding: 24px 16px; }</style></head>
<body>${copy.outerHTML}</body></html>
`;
}
