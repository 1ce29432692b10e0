"use strict";
// How numbers and the verdict read: the same words as Python's (`notation/numbers`, `reports/verdict_words`), which a test
// holds side by side.

const MINUS = "\u2212";
const LEVELS = { quantity: "quantities", unit: "single units" };
const APART = { oneSign: 1e-9, hardly: 0.1, nearlyAll: 0.95, ofMass: 1e-9, ofGradient: 1e-12 };

// As `%.{digits}g`.
function general(x, digits) {
  if (!Number.isFinite(x)) return "out of range";
  if (x === 0) return "0";
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return bare(x.toFixed(digits - 1 - power));
  return `${bare(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

const signed = (x, text) => (x < 0 ? text : `+${text}`);
const tenPower = (x) => Math.floor(Math.log10(Math.abs(Number(x.toExponential(2)))) + 1e-12);

// Three significant digits, for a figure.
function formatNumber(x) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : "out of range";
  const power = tenPower(x);
  let text;
  if (power >= -3 && power < 3) text = x.toFixed(2 - power);
  else if (power >= 3 && power < 6) text = Number(x.toFixed(0)).toLocaleString("en");
  else text = x.toExponential(2).replace("e+", "e");
  return text.replaceAll("-", MINUS);
}

function formatPercent(share) {
  if (share === 0) return "0 %";
  if (Math.abs(100 * share) === Infinity) return "out of range";
  const text = formatNumber(100 * share);
  return `${text.startsWith(MINUS) ? "" : "+"}${text} %`;
}

// The same for a line of text.
function formatShare(share) {
  if (Number.isNaN(share)) return "no share";
  if (share === 0) return "0 %";
  if (!Number.isFinite(share)) return "out of range";
  const percent = 100 * share;
  const rounded = Math.abs(Number(percent.toExponential(2)));
  if (rounded >= 1e-3 && rounded < 1e6) {
    return `${signed(percent, percent.toFixed(Math.max(0, 2 - tenPower(rounded))))} %`;
  }
  // Of the share, since a percentage of 1e307 is none.
  const [mantissa, power] = share.toExponential(2).split("e");
  const exponent = Number(power) + 2;
  return `${signed(percent, mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")} %`;
}

const plainPercent = (part) => (
  Math.abs(100 * part) === Infinity ? "out of range" : `${general(100 * part, 3)} %`
);
const formatSum = (x) => (x === 0 ? "0" : Number.isFinite(x) ? signed(x, general(x, 3)) : general(x, 3));
const lengthOf = ({ data }) => Math.hypot(...data);

// What a vertex holds, for a figure.
function formatValue(array) {
  return array.data.length === 1 ? formatNumber(array.data[0]) : `|\u00b7| ${formatNumber(lengthOf(array))}`;
}

function nested({ shape, data }, told) {
  if (!shape.length) return told(data[0]);
  const size = data.length / shape[0];
  const rows = Array.from({ length: shape[0] }, (_, k) => (
    nested({ shape: shape.slice(1), data: data.subarray(k * size, (k + 1) * size) }, told)
  ));
  return `[${rows.join(", ")}]`;
}

// An array on one line with six significant digits, or its length where it has many entries.
function formatArray(array) {
  if (!array.data.every(Number.isFinite)) return "out of range";
  if (array.data.length > 8) {
    const size = lengthOf(array);
    return `${array.shape.join(" x ")}, |.| ${Number.isFinite(size) ? "= " : ""}${general(size, 6)}`;
  }
  return nested(array, (x) => general(x + 0, 6));
}

function entryOf(array, element) {
  if (element === null || !array.shape.length) return array;
  return number(array.data[element.reduce((place, k, axis) => place * array.shape[axis] + k, 0)]);
}

// A small array written out for a figure, a larger one by its size and length.
function arrayText(array) {
  const { shape, data } = array;
  if (data.length === 1) return formatNumber(data[0]);
  if (data.length > 4) return `${shape.join(" \u00d7 ")} numbers of length ${formatNumber(lengthOf(array))}`;
  return nested(shape.length === 2 && shape[0] === 1 ? { shape: [shape[1]], data } : array, formatNumber);
}

function describeCount(count) {
  if (count < 10n ** 12n) return count.toLocaleString("en");
  const digits = count.toString();
  return `${Number(`${digits[0]}.${digits.slice(1, 16)}`).toFixed(1)}e+${digits.length - 1}`;
}

const pathsText = (count) => (count === 1n ? "1 path" : `${describeCount(count)} paths`);

// --- The verdict: see `reports/verdict.py` for its words and their thresholds -----------------------------------------

// What some paths sum to, by sign: the part of their mass that is left, and the word for it.
function wordOf({ share, positive, negative }) {
  if (positive === null) return "not known";
  const mass = positive - negative;
  if (!mass) return "zero";
  const left = Math.min(1, Math.abs(share) / mass);
  if (Number.isNaN(left)) return "not known";
  if (left <= APART.ofMass && Math.abs(share) <= APART.ofGradient) return "nothing left";
  const cancelled = 1 - left;
  if (cancelled < APART.oneSign) return "no";
  if (cancelled < APART.hardly) return "hardly";
  return cancelled < APART.nearlyAll ? "in part" : "yes";
}

function describeCancelled(left) {
  if (left >= 1 - APART.oneSign) return "0 %";
  return left > 1 - APART.nearlyAll ? plainPercent(1 - left) : `all but ${plainPercent(left)}`;
}

// A level: {name, count, part, missing}.
function levelSentence({ part, count, missing }, derivative, told, zero) {
  const { share, positive, negative } = part;
  const mass = positive - negative;
  const left = Math.min(1, Math.abs(share) / mass);
  const sum = `${told(share)}${zero ? "" : ` of ${derivative}`}`;
  const signs = () => `${told(positive)} and ${told(negative)}`;
  const cancelled = () => `${describeCancelled(left)} of their mass, the sum of all |shares|, cancels`;
  switch (wordOf(part)) {
    case "not known": return `Not known: ${missing ?? "what they sum to by sign leaves the range of a float64"}; together they are ${sum}`;
    case "zero": return "There is nothing to cancel: every one of them is zero";
    case "no":
      if (positive && negative) {
        const other = Math.min(positive, -negative) / mass;
        return `No: but for ${plainPercent(other)} of their mass all have one sign, and sum to ${sum}`;
      }
      if (count === 1n) return `No: there is one, and it is ${sum}`;
      return `No: all ${describeCount(count)} that cross a gate have one sign, and sum to ${sum}`;
    case "nothing left": return `Yes: ${signs()} leave nothing`;
    case "hardly": return `Hardly: ${signs()} leave ${sum}; ${cancelled()}`;
    case "in part": return `In part: ${signs()} leave ${sum}; ${cancelled()}`;
    default: return `Yes, all but ${plainPercent(left)} of their mass: ${signs()} leave ${sum}`;
  }
}

// What a sum of zero is called, by the size of its terms.
function zeroWords(size) {
  if (!size) return "zero";
  const terms = Number.isFinite(size) ? `terms of ${general(size, 3)} cancel` : "terms cancel whose size leaves the range of a float64";
  return `zero to rounding (${terms})`;
}

// The sentences that stand above the figure; `levels` is [of quantities, of units].
function verdictSentences(levels, derivative, zero, cancelled) {
  const [quantity, unit] = levels;
  if (!quantity.count) return ["There are none here: no path crosses a gate."];
  const told = zero ? formatSum : formatShare;
  const oneLevel = quantity.count === unit.count && quantity.part.positive !== null;
  const ofLevel = ({ name, count }) => ` (at the level of ${LEVELS[name]}, where ${describeCount(count)} paths cross)`;
  const sentence = (level) => levelSentence(level, derivative, told, zero);
  const nothing = zero ? [`The gradient is ${zeroWords(cancelled)}: there is nothing to share, and these are contributions.`] : [];
  if (oneLevel) {
    const names = Object.values(LEVELS).join(" and of ");
    return [`${sentence(quantity)}.`, ...nothing, `At both levels, of ${names}, the answer is the same.`];
  }
  const other = quantity.part.positive === null
    ? `At the level of ${LEVELS.quantity} that is not known: ${quantity.missing}.`
    : `${sentence(quantity)}${ofLevel(quantity)}.`;
  return [`${sentence(unit)}${ofLevel(unit)}.`, other, ...nothing];
}
