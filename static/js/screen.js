// Keys and a clock for who presents a session; without this file all that is done here is a link.
"use strict";

const WAYS = { ArrowLeft: "prev", PageUp: "prev", ArrowRight: "next", PageDown: "next", Escape: "up" };
const NO_LONGER = 4000;
const LIMIT = { least: 1, most: 90, first: 10 };

// How long each item was shown, on this machine: the clock runs while its item is seen.
class Clock {
  constructor(box) {
    this.box = box;
    this.shelf = `clock-${box.dataset.clock}`;
    this.item = box.dataset.item;
    this.face = box.querySelector("[data-face]");
    this.face.addEventListener("click", () => this.toggle());
    for (const button of box.querySelectorAll("[data-by]")) {
      button.addEventListener("click", () => this.allow(Number(button.dataset.by)));
    }
    box.hidden = false;
    addEventListener("pageshow", () => this.begin());
    addEventListener("pagehide", () => this.pause());
    setInterval(() => this.draw(), 500);
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.shelf)) || this.kept || {};
    } catch {
      return this.kept || {};
    }
  }

  // What is known of the item: time spent, since when it runs, whether somebody stopped it.
  get() {
    return { spent: 0, since: null, isStopped: false, ...(this.all().items || {})[this.item] };
  }

  put(change) {
    const all = this.all();
    all.items = { ...all.items, [this.item]: { ...this.get(), ...change } };
    this.write(all);
  }

  write(all) {
    this.kept = all;
    try {
      localStorage.setItem(this.shelf, JSON.stringify(all));
    } catch {
      // It then counts until the page is left.
    }
    this.draw();
  }

  spent() {
    const { spent, since } = this.get();
    return spent + (since ? Date.now() - since : 0);
  }

  begin() {
    const { since, isStopped } = this.get();
    if (!since && !isStopped) this.put({ since: Date.now() });
    this.draw();
  }

  pause() {
    this.put({ spent: this.spent(), since: null });
  }

  toggle() {
    const { isStopped } = this.get();
    if (!isStopped) this.pause();
    this.put({ isStopped: !isStopped });
    this.begin();
  }

  anew() {
    this.put({ spent: 0, since: null });
    this.begin();
  }

  limit() {
    return this.all().limit || LIMIT.first;
  }

  allow(more) {
    const limit = Math.min(Math.max(this.limit() + more, LIMIT.least), LIMIT.most);
    this.write({ ...this.all(), limit });
  }

  draw() {
    const seconds = Math.floor(this.spent() / 1000);
    const pad = (number) => String(number).padStart(2, "0");
    this.face.textContent = `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
    this.face.setAttribute("aria-pressed", String(this.get().isStopped));
    this.box.querySelector("[data-limit]").textContent = this.box.dataset.sayOf.replace("MINUTES", this.limit());
    this.box.classList.toggle("over", seconds >= this.limit() * 60);
    this.box.classList.toggle("stopped", this.get().isStopped);
  }
}

const box = document.querySelector("[data-clock]");
const clock = box && new Clock(box);

// The number of a criterion, figure by figure; Enter opens it.
const typed = {
  said: document.querySelector("[data-typed]"),
  text: "",
  put(text) {
    clearTimeout(this.timer);
    this.text = text;
    if (!this.said) return;
    this.said.textContent = text ? this.said.dataset.typed.replace("NUMBER", text) : "";
    if (text) this.timer = setTimeout(() => this.put(""), NO_LONGER);
  },
  open() {
    const link = document.querySelector(`[data-cell="${this.text}"] a`);
    this.put("");
    if (link) link.click();
  },
};

function choose(letter) {
  const label = [...document.querySelectorAll("#decide [data-key]")].find(
    (one) => one.dataset.key.toLowerCase() === letter,
  );
  if (!label) return false;
  label.control.checked = true;
  document.querySelector("#decide button[type=submit]").focus();
  return true;
}

const CLOCK_KEYS = {
  t: () => clock.toggle(),
  r: () => clock.anew(),
  "+": () => clock.allow(1),
  "-": () => clock.allow(-1),
};

// Whether the key meant something here.
function pressed(key) {
  const link = WAYS[key] && document.querySelector(`a[rel="${WAYS[key]}"]`);
  if (key === "Escape" && typed.text) return typed.put(""), true;
  if (link) return link.click(), true;
  if (/^[0-9]$/.test(key) && typed.said) return typed.put((typed.text + key).slice(-2)), true;
  if (key === "Enter" && typed.text) return typed.open(), true;
  if (choose(key.toLowerCase().replace("đ", "d"))) return true;
  const help = document.querySelector(".scr-keys");
  if (key === "?" && help) return (help.open = !help.open), true;
  const act = clock && CLOCK_KEYS[key.toLowerCase()];
  if (act) act();
  return Boolean(act);
}

// The keys of a clicker are arrows too; where one types, keys are letters.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, select, textarea");
  if (field && (field.type !== "radio" || event.key.startsWith("Arrow"))) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (pressed(event.key)) event.preventDefault();
});
