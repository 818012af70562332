// The timeline: what had happened by a day, what was to come, how each instrument stood. Without it one list shows all.
"use strict";
(() => {
  function enhance(box) {
    const control = (name) => box.querySelector(`[name=${name}]`);
    const list = (name) => box.querySelector(`[data-list=${name}]`);
    // Latest first, as the page has them.
    const items = [...list("past").children];
    const dots = [...box.querySelectorAll("circle")];
    const now = box.querySelector(".kb-now");
    const count = box.querySelector(".kb-table-count");
    const first = control("on").value;
    const names = ["place", "kind"];
    const noun = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

    function restore() {
      const state = new URLSearchParams(window.location.hash.slice(1));
      control("on").value = /^\d{4}-\d{2}-\d{2}$/.test(state.get("on") || "") ? state.get("on") : first;
      for (const name of [...names, "words"]) control(name).value = state.get(name) || "";
    }

    function show() {
      const on = control("on").value || first;
      const words = control("words").value.toLowerCase().split(/\s+/).filter(Boolean);
      const placed = (element) => !control("place").value || element.dataset.place === control("place").value;
      const fits = (element) => placed(element) && (!control("kind").value || element.dataset.kind === control("kind").value);
      const named = (item) => words.every((word) => item.querySelector("a").textContent.toLowerCase().includes(word));
      const shown = { past: 0, coming: 0 };
      const past = [];
      const coming = [];
      for (const item of items) {
        // An event known by its month or year has begun to be past; its status counts from the end of it.
        const where = item.dataset.date <= on ? "past" : "coming";
        item.hidden = !(fits(item) && named(item));
        if (!item.hidden) shown[where] += 1;
        (where === "past" ? past : coming).push(item);
      }
      list("past").append(...past);
      list("coming").append(...coming.reverse());
      for (const dot of dots) {
        dot.classList.toggle("kb-off", !fits(dot));
        dot.classList.toggle("kb-later", dot.dataset.date > on);
      }
      const { begin, end, left, right } = now.dataset;
      const share = Math.min(Math.max((Date.parse(on) - Date.parse(begin)) / (Date.parse(end) - Date.parse(begin)), 0), 1);
      const x = Number(left) + share * (Number(right) - Number(left));
      now.setAttribute("x1", x);
      now.setAttribute("x2", x);
      // An instrument's status is that of the last of its events, in their own order, that is behind and sets one.
      const standing = new Map();
      for (const item of items) {
        if (!(placed(item) && named(item) && item.dataset.status && item.dataset.last <= on)) continue;
        const known = standing.get(item.dataset.instrument);
        if (!known || Number(item.dataset.order) > Number(known.dataset.order)) standing.set(item.dataset.instrument, item);
      }
      list("status").replaceChildren(...[...standing.values()].map((item) => {
        const line = document.createElement("li");
        line.dataset.instrument = item.dataset.instrument;
        line.append(item.querySelector("a").cloneNode(true), `: ${item.dataset.status} since ${item.querySelector("time").textContent}`);
        return line;
      }).sort((a, b) => a.textContent.localeCompare(b.textContent)));
      count.textContent = `On ${on}: ${noun(shown.past, "event")} behind, ${noun(shown.coming, "event")} to come`;
    }

    function keep() {
      const state = new URLSearchParams();
      if (control("on").value !== first) state.set("on", control("on").value);
      for (const name of [...names, "words"]) if (control(name).value) state.set(name, control(name).value);
      history.replaceState(null, "", `#${state}`);
    }
    box.addEventListener("input", () => { show(); keep(); });
    control("reset").addEventListener("click", () => { history.replaceState(null, "", "#"); restore(); show(); });
    window.addEventListener("hashchange", () => { restore(); show(); });
    restore();
    show();
  }
  document.querySelectorAll(".kb-timeline").forEach(enhance);
})();
