"use strict";
// What leaves the page: its state in the address, the example as a file, the figure as SVG, the paths as LaTeX. And what
// comes in by the address, which is anybody's text: it is read as data, and said as text where it is wrong.

const FRAGMENT = "#state=";

function writeFragment(state) {
  return FRAGMENT + encodeURIComponent(JSON.stringify(state));
}

// Return the state that an address tells: {source, changes}; null where it tells none. Raises an error in words.
function readFragment(hash) {
  if (!hash.startsWith(FRAGMENT)) return null;
  const written = hash.slice(FRAGMENT.length);
  let state;
  try {
    state = JSON.parse(decodeURIComponent(written));
  } catch {
    throw new Error("it is no JSON");
  }
  const isChange = (item) => Array.isArray(item) && item.length === 2 && Array.isArray(item[0]) && typeof item[1] === "number";
  if (typeof state !== "object" || state === null || typeof state.source !== "string"
    || !Array.isArray(state.changes) || !state.changes.every(isChange)) {
    throw new Error("it must be {source, changes: [[place, number], ...]}");
  }
  return state;
}

function shorten(text, most = 80) {
  return text.length > most ? `${text.slice(0, most)}\u2026` : text;
}

// Save a text as a file: through an address of this page's own, no network.
function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without leave to write to the clipboard the older way is left, which takes a selected text.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

// The figure as it is shown, whole, without what the page has put on it.
function figureText({ svg, catchUp }, whole) {
  catchUp();
  const shown = svg.cloneNode(true);
  shown.removeAttribute("style");
  shown.setAttribute("viewBox", whole);
  shown.setAttribute("role", "img");
  for (const part of shown.querySelectorAll("[tabindex]")) {
    part.querySelector("title").textContent = part.getAttribute("aria-label");
    for (const name of ["tabindex", "role", "aria-label", "aria-pressed"]) part.removeAttribute(name);
  }
  return new XMLSerializer().serializeToString(shown);
}

// The listed paths as LaTeX (amsmath): a line for each, its part and its contribution.
function pathsLatex(content, data, now) {
  const { latex } = content.texts;
  const tex = (text) => text.replaceAll("%", "\\%").replaceAll(" ", "\\,").replace(/e([+-]?)0*(\d+)/g, "\\cdot 10^{$1$2}");
  const size = (x) => tex(now.solved.zero ? formatSum(x) : formatShare(x));
  const line = ({ edges, part, total }) => {
    const path = [data.source, ...edges.map((e) => content.model.edges[e][1])].map((v) => latex[v]).join(" \\to ");
    return `  ${path} &: & ${size(part)} & \\quad ${tex(formatArray(entryOf(total, data.element)))}`;
  };
  const left = now.solved.layout.count - BigInt(now.solved.paths.length);
  const rest = now.solved.chosen.part - now.solved.paths.reduce((sum, path) => sum + path.part, 0);
  const more = left ? [`  \\text{${describeCount(left)} more} &: & ${size(rest)} &`] : [];
  const sum = `  \\text{together} &: & ${size(now.solved.chosen.part)} &`;
  return `\\begin{align*}\n${[...now.solved.paths.map(line), ...more, sum].join(" \\\\\n")}\n\\end{align*}\n`;
}
