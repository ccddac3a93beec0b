"use strict";
// Numbers the lines of the editor's field and shows each fault at its line; without this file the list says the same.
{
  class Editor {
    constructor(field) {
      this.field = field;
      this.status = document.getElementById("at-fault");
      this.button = document.getElementById("next-fault");
      this.texts = []; // of the lines, as the sheet over the field has them
      this.checked = []; // the lines that the faults were found in
      this.found = []; // those faults, as [line counted from 0, words]
      this.faults = new Map(); // their words by the line where they stand now
      this.at = -1; // the cursor's line, where it was last looked at
      this.sheet = document.createElement("div");
      this.sheet.setAttribute("aria-hidden", "true");
      this.sheet.className = "sheet";
      this.sheet.append(document.createElement("div"));
      field.after(this.sheet);
      field.parentElement.classList.add("numbered");
      field.addEventListener("input", () => this.draw());
      field.addEventListener("scroll", () => this.scroll());
      for (const moved of ["keyup", "click", "focus", "select"]) field.addEventListener(moved, () => this.look());
      field.addEventListener("blur", () => this.show(-1));
      field.addEventListener("keydown", (event) => {
        if (event.key !== "F8" || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        this.next(event.shiftKey ? -1 : 1);
      });
      this.button.addEventListener("click", () => this.next(1));
      new ResizeObserver(() => { this.fit(); this.place(); }).observe(field);
      this.read(field.value);
    }
    get lines() { return this.sheet.firstChild; }
    // Takes the faults of the list beside the field, found in a text that may have changed since.
    read(text) {
      const seen = document.getElementById("seen");
      const all = [...seen.querySelectorAll("[data-fault]")];
      this.checked = text.split("\n");
      this.found = all.filter((one) => one.dataset.fault).map((one) => [Number(one.dataset.fault) - 1, words(one)]);
      this.draw();
      const first = all.find((one) => !one.dataset.fault) || all[0];
      const here = this.faults.get(this.cursor());
      const told = here ? this.named(this.cursor()) : first ? `${line(first)}${words(first)}` : "";
      if (all.length) this.say(`${seen.querySelector("h2").textContent}. ${told}`);
      else this.say(seen.querySelector("select[name=shown]") ? this.status.dataset.none : "");
      this.status.classList.toggle("faults", all.length > 0);
      this.field.setAttribute("aria-invalid", all.length ? "true" : "false");
    }
    // Lets the sheet have the lines of the field, and the faults stand where their lines are now.
    draw() {
      const texts = this.field.value.split("\n");
      const [before, after] = same(this.texts, texts);
      const old = [...this.lines.children].slice(before, this.texts.length - after);
      const next = this.lines.children[this.texts.length - after] || null;
      for (const text of texts.slice(before, texts.length - after)) this.lines.insertBefore(lineOf(text), next);
      for (const one of old) one.remove();
      this.texts = texts;
      this.move();
      this.fit();
      this.place();
      this.look();
    }
    move() {
      const [before, after] = same(this.checked, this.texts);
      const more = this.texts.length - this.checked.length;
      this.faults.clear();
      for (const [line, words] of this.found) {
        let now = line;
        if (line >= this.checked.length - after) now = line + more;
        else if (line >= before) now = Math.min(line, this.texts.length - after - 1);
        if (now < 0 || (line >= before && now < before)) continue; // its line is gone
        this.faults.set(now, [...(this.faults.get(now) || []), words]);
      }
      this.button.hidden = !this.faults.size;
      for (const one of this.lines.querySelectorAll(".faulty")) {
        one.className = "";
        one.querySelector("em").remove();
      }
      for (const [number, words] of this.faults) {
        const mark = document.createElement("em");
        mark.textContent = words.join(" · ");
        this.lines.children[number].className = "faulty";
        this.lines.children[number].append(mark);
      }
    }
    fit() {
      this.sheet.style.paddingRight = `${this.field.offsetWidth - this.field.clientWidth - 2}px`; // its scroll bar
      this.scroll();
    }
    scroll() { this.lines.style.transform = `translateY(${-this.field.scrollTop}px)`; }
    // Words stand behind their line where there is room, and else below it while the cursor is on it.
    place() {
      for (const number of this.faults.keys()) {
        const line = this.lines.children[number], mark = line.querySelector("em");
        mark.className = "";
        mark.style.maxWidth = "";
        const room = line.clientWidth - mark.offsetLeft - 8;
        const narrow = room < 160 || /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(this.texts[number]);
        if (!narrow) mark.style.maxWidth = `${room}px`;
        if (narrow || (number === this.at && mark.scrollWidth > mark.clientWidth)) {
          mark.className = number === this.at ? "below" : "away";
          mark.style.maxWidth = "";
        }
      }
    }
    cursor() { return this.field.value.slice(0, this.field.selectionStart).split("\n").length - 1; }
    look() {
      if (document.activeElement !== this.field) return;
      const at = this.cursor();
      if (at === this.at) return;
      this.show(at);
      if (this.faults.has(at)) this.say(this.named(at));
    }
    show(at) {
      this.at = at;
      this.place();
    }
    named(line) { return `${this.status.dataset.line.replace("0", line + 1)}: ${this.faults.get(line).join(" · ")}`; }
    say(words) { if (this.status.textContent !== words) this.status.textContent = words; }
    // Puts the cursor on the next line with a fault, or the one before; after the last comes the first.
    next(step) {
      const lines = [...this.faults.keys()].sort((one, other) => (one - other) * step), at = this.cursor();
      if (lines.length) this.go(lines.find((line) => (line - at) * step > 0) ?? lines[0]);
    }
    go(line) {
      const start = this.texts.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
      this.field.focus();
      this.field.setSelectionRange(start, start);
      const one = this.lines.children[line];
      if (!one) return;
      this.field.scrollTop = one.offsetTop - this.field.clientHeight / 3;
      this.scroll();
      this.look();
      const head = this.status.parentElement.getBoundingClientRect().bottom, at = one.getBoundingClientRect();
      if (at.top < head || at.bottom > window.innerHeight - 100) window.scrollBy(0, at.top - head - 20);
    }
  }
  function words(item) { return item.querySelector("[data-words]").textContent; }
  function line(item) { const told = item.querySelector("button"); return told ? `${told.textContent}: ` : ""; }
  function lineOf(text) {
    const shown = document.createElement("div"), inner = document.createElement("span");
    inner.textContent = text;
    shown.append(inner);
    return shown;
  }
  // Returns how many lines two texts have in common at their beginning, and after that at their end.
  function same(one, other) {
    const most = Math.min(one.length, other.length);
    let before = 0, after = 0;
    while (before < most && one[before] === other[before]) before++;
    while (after < most - before && one[one.length - 1 - after] === other[other.length - 1 - after]) after++;
    return [before, after];
  }
  let editor = null, asked = null;
  function begin() {
    const field = document.getElementById("document");
    if (field && (!editor || editor.field !== field)) editor = new Editor(field);
  }
  document.addEventListener("htmx:load", begin);
  window.addEventListener("pageshow", () => { begin(); if (editor) editor.draw(); }); // a browser may have put a text back
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.target && event.detail.target.id === "seen" && editor) asked = editor.field.value;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target && event.detail.target.id === "seen" && editor) editor.read(asked ?? editor.field.value);
  });
  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-line]");
    if (at && editor) editor.go(Number(at.dataset.line) - 1);
  });
}
