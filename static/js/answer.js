// What a value comes to, said beside it while it is typed, in the figures and words of the server
// (nrm_tracker/figures.py, criteria/templatetags/values.py). Without this file the page says it of
// what was saved last. Numbers are fractions of whole numbers, so that nothing is rounded on the way.
"use strict";

const english = document.documentElement.lang.startsWith("en");
const swapped = { ",": ".", ".": "," };
const inMarks = (text) => (english ? text.replace(/[,.]/g, (mark) => swapped[mark]) : text);

// What was typed in thousandths; null for nothing, undefined for what is no number, or may be two.
function read(typed, reading) {
  let text = inMarks(typed.trim());
  if (!text) return null;
  if (reading === "share") text = text.replace(/\s*%$/, "");
  else if (/^[1-9][0-9]{0,2}(\.[0-9]{3}){1,3}(,[0-9]{1,3})?$/.test(text)) {
    if (reading === "amount" && /^[0-9]+\.[0-9]+$/.test(text)) return undefined;
    text = text.replaceAll(".", "");
  }
  const found = /^([0-9]{1,11})(?:[.,]([0-9]{1,3}))?$/.exec(text);
  return found ? BigInt(found[1] + (found[2] || "").padEnd(3, "0")) : undefined;
}

const fixedPoint = (text) => {
  const [whole, decimals = ""] = text.split(".");
  return [BigInt(whole + decimals.padEnd(3, "0")), 1000n];
};
const sign = ([a, b], [c, d]) => (a * d > c * b) - (a * d < c * b);

// Half up to so many decimals.
function rounded([a, b], places) {
  const scale = 10n ** BigInt(places);
  return [(2n * a * scale + b) / (2n * b), scale];
}

// To one decimal, or as many more as keep it on its side of each limit and of each whole number.
function beside(value, limits) {
  const known = [...limits, rounded(value, 0)];
  for (let places = 1; ; places++) {
    const shown = rounded(value, places);
    if (places >= 20 || known.every((one) => sign(shown, one) === sign(value, one))) return shown;
  }
}

// A decimal without trailing noughts, its thousands apart.
function grouped([a, b]) {
  const places = String(b).length - 1;
  const digits = String(a).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=([0-9]{3})+$)/g, ".");
  const decimals = digits.slice(digits.length - places).replace(/0+$/, "");
  return inMarks(decimals ? `${whole},${decimals}` : whole);
}

function minus([a, b], [c, d]) {
  const [high, low] = [a * d, c * b];
  return [high > low ? high - low : low - high, b * d];
}

// The number to reach on a day, which is the newest where none is typed.
function wanted(row, typed) {
  const day = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed.trim());
  const iso = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : typed.trim();
  const known = row.dataset.thresholds.split(" ").filter(Boolean);
  const begun = known.filter((one) => one.slice(0, 10) <= (iso || "9999"));
  const number = begun.length ? begun[begun.length - 1].slice(11) : "";
  return number ? fixedPoint(number) : null;
}

function field(row, name) {
  return row.querySelector(`.f-${name}`);
}

// The parts of the line; a part that is a list is written bold. null: it cannot be reckoned.
function reckoned(row, say) {
  const { kind } = row.dataset;
  const why = field(row, "not_applicable_reason");
  const value = (name, reading) => (field(row, name) ? read(field(row, name).value, reading) : null);
  if (kind === "boolean") {
    if (why && why.value.trim()) return [say.none];
    const chosen = row.querySelector(".f-yes_no:checked");
    return [{ yes: say.met, no: say.short }[chosen && chosen.value] || ""];
  }
  const counting = "counted" in row.dataset ? "count" : "amount";
  const [part, whole] = [value("numerator", counting), value("denominator", counting)];
  const number = value("number", kind === "percent" ? "share" : "amount");
  const isNone = part === 0n && whole === 0n && "empty" in row.dataset;
  if (why && why.value.trim()) return isNone || "away" in row.dataset ? [say.none] : null;
  if (part === null && whole === null && number === null) return [""];
  if ([part, whole, number].includes(undefined) || (part === null) !== (whole === null)) return null;
  if (part !== null && (number !== null || whole === 0n || part > whole)) return null;
  if (counting === "count" && [part, whole].some((one) => one !== null && one % 1000n)) return null;
  if (kind === "percent" && number !== null && number > 100000n) return null;
  const limits = row.dataset.limits.split(" ").filter(Boolean).map(fixedPoint);
  const amount = part === null ? [number, 1000n] : [part * 100n, whole];
  const shown = part === null ? amount : beside(amount, limits);
  const said = kind === "percent" ? ["= ", [`${grouped(shown)}%`]] : [];
  const lacking = lacks(row, say, { part, whole, amount, shown });
  return said.length && lacking.length ? [...said, ", ", ...lacking] : [...said, ...lacking];
}

function lacks(row, say, { part, whole, amount, shown }) {
  const { comparator, countedIn, unit, kind } = row.dataset;
  const own = field(row, "measured_on");
  const common = document.querySelector(".once .f-measured_on");
  const threshold = wanted(row, (own && own.value) || (common && common.value) || "");
  if (!threshold || !["ge", "le", "eq"].includes(comparator)) return [];
  const side = sign(amount, threshold);
  if (side === 0 || (side > 0 && comparator === "ge") || (side < 0 && comparator === "le")) {
    return [say.met];
  }
  let [figure, name] = [grouped(decimal(minus(threshold, shown))), unit];
  if (part !== null && countedIn) {
    // In what is counted: whole ones, or thousandths of what has parts.
    const step = "counted" in row.dataset ? 1000n : 1n;
    const [most, of] = [threshold[0] * whole, threshold[1] * 100n * step];
    const reached = side < 0 ? (most + of - 1n) / of : most / of;
    const missing = reached * step - part;
    [figure, name] = [grouped([missing < 0n ? -missing : missing, 1000n]), countedIn];
  } else if (kind === "percent") name = say.points;
  const [before, after] = (side > 0 ? say.over : say.more).split("%(n)s");
  return [before, [`${figure} ${name}`.trim()], after];
}

// A difference of decimals is one: as thousandths or finer.
function decimal([a, b]) {
  const scale = 10n ** 23n;
  return [(a * scale) / b, scale];
}

function write(output, parts) {
  const made = parts.map((part) => {
    if (typeof part === "string") return part;
    const bold = document.createElement("b");
    bold.textContent = part[0];
    return bold;
  });
  output.replaceChildren(...made.filter((part) => part !== ""));
}

function tellRow(row) {
  if (row.dataset.kind === "text") return;
  const { sayMore, sayOver, sayPoints, sayMet, sayShort, sayNone, sayUnknown } =
    row.closest("table").dataset;
  const say = { more: sayMore, over: sayOver, points: sayPoints, met: sayMet, short: sayShort, none: sayNone };
  write(row.querySelector("output"), reckoned(row, say) || [sayUnknown]);
}

document.addEventListener("input", (event) => {
  const row = event.target.closest(".t-ans tr[data-kind]");
  if (row) tellRow(row);
  else if (event.target.closest(".once")) document.querySelectorAll(".t-ans tr[data-kind]").forEach(tellRow);
});
