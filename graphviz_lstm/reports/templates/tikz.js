"use strict";
// The figure as it is shown, as TikZ: every line, box and text that is seen, in the colours of paper. Of the figure's own
// elements all are told in points, from its upper edge down; TikZ counts upwards.

const NAMED = { black: "#000000", white: "#ffffff" };

// `tex` is {escapes: character -> TeX, declared: lines of a preamble}.
function figureTikz({ svg, catchUp }, tex) {
  catchUp();
  const colours = new Map(); // Each once, by its name in TikZ.
  const point = (x, y) => `(${digits(x)},${digits(-y)})`;
  const digits = (x) => String(Math.round(x * 100) / 100 + 0);

  function colourOf(element, name) {
    const told = element.getAttribute(name);
    const hex = NAMED[told] ?? told;
    if (!hex?.startsWith("#")) return null;
    const known = `c${hex.slice(1).toUpperCase()}`;
    colours.set(known, hex.slice(1).toUpperCase());
    return known;
  }

  function styleOf(element, faded) {
    const [stroke, fill] = [colourOf(element, "stroke"), colourOf(element, "fill")];
    const dashes = element.getAttribute("stroke-dasharray");
    const pattern = dashes ? dashes.split(",").map((part, k) => `${k % 2 ? "off" : "on"} ${part}bp`).join(" ") : "";
    const told = [
      stroke ? `draw=${stroke}` : "", fill ? `fill=${fill}` : "",
      stroke ? `line width=${digits(Number(element.getAttribute("stroke-width") ?? 1))}bp` : "",
      pattern ? `dash pattern=${pattern}` : "", faded ? `opacity=${FADED}` : "",
    ];
    return stroke || fill ? told.filter(Boolean).join(",") : null;
  }

  // What Graphviz writes: absolute moves, lines and cubic curves.
  function pathOf(written) {
    const told = [];
    let command = "";
    let numbers = [];
    const end = (count) => numbers.splice(0, count);
    for (const [token] of written.matchAll(/[MLCZz]|-?[\d.]+(?:e-?\d+)?/g)) {
      if (/[a-z]/i.test(token) && !token.startsWith("-")) {
        command = token.toUpperCase();
        if (command === "Z") told.push(" -- cycle");
      } else numbers.push(Number(token));
      if (command === "M" && numbers.length === 2) {
        told.push(point(...end(2)));
        command = "L";
      } else if (command === "L" && numbers.length === 2) told.push(` -- ${point(...end(2))}`);
      else if (command === "C" && numbers.length === 6) {
        told.push(` .. controls ${point(...end(2))} and ${point(...end(2))} .. ${point(...end(2))}`);
      }
    }
    return told.join("");
  }

  const escaped = (text) => [...text].map((letter) => tex.escapes[letter] ?? letter).join("");
  const font = (size) => `\\fontsize{${digits(size)}bp}{${digits(1.2 * size)}bp}\\selectfont`;

  function textOf(element, faded) {
    const size = Number(element.getAttribute("font-size"));
    const anchor = { start: "base west", middle: "base", end: "base east" }[element.getAttribute("text-anchor")];
    let drop = 0;
    const runs = [...element.querySelectorAll("tspan")].map((run) => {
      drop += Number(run.getAttribute("dy") ?? 0);
      const text = run.getAttribute("font-style") === "italic" ? `\\textit{${escaped(run.textContent)}}` : escaped(run.textContent);
      if (!drop) return text;
      return `\\raisebox{-${digits(drop)}bp}[0pt][0pt]{${font(Number(run.getAttribute("font-size") ?? size))} ${text}}`;
    }).join("");
    if (!runs) return "";
    const colour = colourOf(element, "fill");
    const place = point(Number(element.getAttribute("x")), Number(element.getAttribute("y")));
    return `\\node[anchor=${anchor},inner sep=0,text=${colour},font=${font(size)}${faded ? `,opacity=${FADED}` : ""}] at ${place} {${runs}};`;
  }

  const lines = [];
  const isHidden = (element) => element.closest("[display=none]");
  const page = svg.querySelector(".page").getBBox();
  for (const element of svg.querySelectorAll("path, polygon, polyline, text")) {
    if (element.classList.contains("page") || isHidden(element)) continue;
    const faded = element.closest("g[style]")?.style.opacity === FADED;
    if (element.tagName === "text") lines.push(textOf(element, faded));
    else {
      const style = styleOf(element, faded);
      const path = pathOf(element.getAttribute("d") ?? `M${element.getAttribute("points")}`);
      const closed = element.tagName === "polygon" && !path.endsWith("cycle") ? " -- cycle" : "";
      if (style) lines.push(`\\path[${style}] ${path}${closed};`);
    }
  }
  const corners = `${point(page.x, page.y)} rectangle ${point(page.x + page.width, page.y + page.height)}`;
  return [
    "% In the preamble: \\usepackage{tikz}",
    ...tex.declared.map((line) => `% and: ${line}`),
    "\\begin{tikzpicture}[x=1bp,y=1bp]",
    ...[...colours].map(([name, hex]) => `\\definecolor{${name}}{HTML}{${hex}}`),
    `\\path[use as bounding box] ${corners};`,
    ...lines.filter(Boolean),
    "\\end{tikzpicture}", "",
  ].join("\n");
}
