"use strict";
// Arrays that last, as `paths/compiled/wide.py`: {shape, data, power} is an array times STEP ** power, and its largest
// entry is near 1. A contribution may be far below every float64, and its share is none the less. Near 1 is wide: what is
// of an ordinary size is never scaled, and scaling rounds nothing.

const STEP = 2 ** 500;
const NOTHING = -1e9; // The power of zeros: a zero sets the scale of no sum.

function largestIn({ data }) {
  let most = 0;
  for (let k = 0; k < data.length; k += 1) if (!(Math.abs(data[k]) <= most)) most = Math.abs(data[k]);
  return most;
}

// A number times STEP ** power: 0 or infinite where it leaves the range.
const raised = (x, power) => (x && power ? x * 2 ** (250 * power) * 2 ** (250 * power) : x);

function times({ shape, data }, steps) {
  return { shape, data: data.map((x) => raised(x, steps)) };
}

// By how many steps an array whose largest entry is so large is brought near 1: by no more than one at once.
const stepsFrom = (most) => (most < 2 ** -250 ? 1 : most >= 2 ** 250 && most < Infinity ? -1 : 0);

// A size times STEP ** power, as one that lasts, of an edge and what follows it. Of two the larger has the higher power,
// or the same and more of it.
function sized(size, power = 0, e = null, rest = null) {
  const steps = stepsFrom(size);
  if (size && steps) return sized(raised(size, steps), power - steps, e, rest);
  return { size, power: size ? power : NOTHING, e, rest };
}

const isLarger = (one, other) => one.power > other.power || (one.power === other.power && one.size > other.size);

// An array times STEP ** power, as one that lasts.
function widen({ shape, data }, power = 0, most = largestIn({ data })) {
  if (most === 0) return { shape, data, power: NOTHING };
  const steps = stepsFrom(most);
  return steps ? widen(times({ shape, data }, steps), power - steps) : { shape, data, power };
}

const narrow = (wide) => times(wide, wide.power);

// What a map makes of an array; what would leave the range on its way is taken smaller or larger.
function through(verb, wide) {
  const found = verb(wide);
  const most = largestIn(found);
  if ((most > 1 / STEP && most < Infinity) || wide.power === NOTHING) return widen(found, wide.power, most);
  const steps = most <= 1 ? 1 : -1;
  const other = verb(times(wide, steps));
  // What cancels on its way to so little has left the range instead.
  return largestIn(other) < Infinity ? widen(other, wide.power - steps) : widen(found, wide.power, most);
}

// The sum of several, added by `sum`.
function addWide(parts, sum) {
  if (parts.length === 1) return parts[0];
  const top = parts.reduce((most, { power }) => Math.max(most, power), NOTHING);
  return widen(sum(parts.map((part) => (part.power === top ? part : times(part, part.power - top)))), top);
}

const innerWide = (left, right) => raised(inner(left, right), left.power + right.power);
