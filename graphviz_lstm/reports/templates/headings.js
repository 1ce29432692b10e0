"use strict";
// What stands above the figure and in the table.

function headline({ data, section, table, telling }, { solved, adjoints }) {
  const sum = formatArray(entryOf(adjoints[data.source], data.element));
  put(section.querySelector("h2"), null, `${data.derivative} = ${sum}, over ${pathsText(solved.whole.count)}`);
  const [answer, ...others] = verdictSentences(solved.levels, data.derivative, solved.zero, solved.cancelled);
  put(section.querySelector(".verdict b"), null, answer);
  put(section.querySelector(".verdict span"), null, others.join(" "));
  put(table.querySelector(".kind"), null, solved.zero ? "|contribution|: the gradient is zero, there is nothing to share" : "share");
  put(table.querySelector(".size"), null, solved.zero ? "Contribution" : "Share");
  const rest = telling.restSentence({ solved });
  put(table.querySelector(".rest"), null, rest ? `; ${rest}` : "");
}

// A path may break before or behind an arrow, not within one.
function putPath(button, words) {
  if (button.textContent === words) return;
  const arrow = () => Object.assign(document.createElement("span"), { textContent: "->" });
  button.replaceChildren(...words.split("->").flatMap((name, k) => (k ? [arrow(), name] : [name])));
}

// One row for each path that is listed; a row is made once, and then told what it says.
function tabulate({ model }, { telling, rows, buttons, body }, solved) {
  solved.paths.forEach((path, k) => {
    const [size, times] = rows[k].cells;
    put(size, null, solved.zero ? formatSum(path.part) : formatShare(path.part));
    put(size, "class", `number ${path.part < 0 ? "negative" : "positive"}`);
    put(times, null, String(path.edges.reduce((sum, e) => sum + model.labels[model.edges[e][3]].crossings, 0)));
    putPath(buttons[k], telling.wordsOf(path.edges));
  });
  rows.forEach((row, k) => { row.hidden = k >= solved.paths.length; });
  if (!buttons.some((button, k) => button.tabIndex === 0 && !rows[k].hidden) && buttons.length) {
    buttons.forEach((button) => { button.tabIndex = -1; });
    buttons[0].tabIndex = 0;
  }
  body.hidden = !solved.paths.length;
}
