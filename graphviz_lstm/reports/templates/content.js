"use strict";
// The page's data. Of a large page it is compressed, with the sections of all sources but the first: the page's own markup.
async function readContent() {
  const plain = document.getElementById("content");
  if (plain) return JSON.parse(plain.textContent);
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (letter) => letter.charCodeAt(0));
  const { content, sections } = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  for (const kind of ["figure", "table"]) {
    const last = [...document.querySelectorAll(kind === "figure" ? "[data-source]" : "[data-table]")].at(-1);
    last.insertAdjacentHTML("afterend", sections.map((section) => section[kind]).join(""));
  }
  return content;
}
