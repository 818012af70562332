// Which duties apply: evaluates the conditions of the law data in the reader's browser. Nothing is sent.
// Conditions are evaluated in Kleene's three values: true, false, and null where it depends on what is open.
"use strict";
(() => {
  const every = (truths) => (truths.includes(false) ? false : truths.includes(null) ? null : true);
  const not = (truth) => (truth === null ? null : !truth);
  const COMPARE = { gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b };

  function evaluate([operator, operand], profile) {
    if (operator === "all") return every(operand.map((part) => evaluate(part, profile)));
    if (operator === "any") return not(every(operand.map((part) => not(evaluate(part, profile)))));
    if (operator === "not") return not(evaluate(operand, profile));
    const value = profile[operator];
    if (value === undefined || value === null) return null;
    if (typeof operand === "boolean") return value === operand;
    if (Array.isArray(operand)) return operand.some((option) => value.includes(option));
    // Dates are compared as text: all are YYYY-MM-DD.
    return Object.entries(operand).every(([bound, limit]) => COMPARE[bound](value, limit));
  }

  function dependsOn(condition, profile) {
    if (evaluate(condition, profile) !== null) return [];
    const [operator, operand] = condition;
    if (operator === "not") return dependsOn(operand, profile);
    if (operator !== "all" && operator !== "any") return [operator];
    return [...new Set(operand.flatMap((part) => dependsOn(part, profile)))];
  }

  // Whoever offers in a part offers in the whole, and in each part where it is the whole that was named.
  function expand(profile, broader) {
    const wide = { ...profile };
    for (const field of ["market", "established_in"]) {
      if (profile[field]) wide[field] = [...new Set(profile[field].flatMap((place) => (broader[place] ? [place, broader[place]] : [place])))];
    }
    if (profile.market) {
      wide.market.push(...Object.keys(broader).filter((part) => profile.market.includes(broader[part]) && !wide.market.includes(part)));
    }
    return wide;
  }

  const standing = (provision, on) => provision.steps.reduce((now, [day, kind]) => (day <= on ? kind : now), "none");

  function answers(data, profile, on) {
    const wide = expand(profile, data.broader);
    return data.provisions.map((provision) => ({
      provision, answer: evaluate(provision.if, wide), open: dependsOn(provision.if, wide), standing: standing(provision, on) }));
  }
  window.kbDuties = { answers };

  const WORDS = { million: 1e6, billion: 1e9, bn: 1e9, m: 1e6, k: 1e3, trillion: 1e12 };
  function amount(text) {
    const clean = text.trim().toLowerCase().replace(/[,_\s]/g, "").replace(/(?:×|x|\*)10\^?(\d+)$/, "e$1").replace(/^10\^(\d+)$/, "1e$1");
    const match = clean.match(/^(\d*\.?\d+(?:e\+?\d+)?)(%|million|billion|trillion|bn|m|k)?$/);
    return match ? Number(match[1]) * (match[2] === "%" ? 0.01 : WORDS[match[2]] || 1) : null;
  }

  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  }

  const LIVE = ["binding", "contract", "scheduled"];
  const GROUPS = [
    ["Binding on you on this day", (x) => x.answer && x.standing === "binding" && x.own, true],
    ["Terms of the licence", (x) => x.answer && x.standing === "contract" && x.own, true],
    ["Made already, and applying later", (x) => x.answer && x.standing === "scheduled" && x.own, true],
    ["It depends on what you left open", (x) => x.answer === null && LIVE.includes(x.standing) && x.own, true],
    ["Scope rules, exemptions and powers that bear on you", (x) => x.answer && LIVE.includes(x.standing) && !x.own, false],
    ["Codes, standards and guidance: voluntary", (x) => x.answer && x.standing === "voluntary", false],
    ["Would apply if it became law", (x) => x.answer && x.standing === "proposed", false],
    ["Ended or suspended: would have applied", (x) => x.answer && ["ended", "suspended"].includes(x.standing), false],
    ["Does not apply, and why", (x) => x.answer === false && LIVE.includes(x.standing) && x.own && !x.elsewhere, false],
  ];
  const MARK = new Map([[true, ["✓", "holds"]], [false, ["✗", "does not hold"]], [null, ["?", "open"]]]);

  function explain(condition, profile, data) {
    const truth = evaluate(condition, profile);
    const [sign, words] = MARK.get(truth);
    const mark = make("span", { className: `kb-mark kb-mark-${truth}`, title: words }, sign);
    const [operator, operand, text] = condition;
    if (operator === "not") return make("li", {}, mark, " not: ", make("ul", {}, explain(operand, profile, data)));
    if (operator === "all" || operator === "any") {
      return make("li", {}, mark, operator === "all" ? " all of these:" : " at least one of these:",
        make("ul", {}, ...operand.map((part) => explain(part, profile, data))));
    }
    const value = profile[operator];
    const said = value === undefined || value === null ? "you left this open"
      : typeof value === "boolean" ? `you said ${value ? "yes" : "no"}`
        : Array.isArray(value) ? (value.length ? "" : "you said none of these") : `you said ${typeof value === "number" && value >= 1e15 ? value.toExponential().replace("+", "") : value}`;
    return make("li", {}, mark, ` ${text}`, said ? make("span", { className: "kb-muted" }, ` (${said})`) : "");
  }

  function card({ provision, answer, open, standing: now }, profile, data, root) {
    const link = make("a", { href: `${root}catalogue/instruments/${provision.instrument}.html#${provision.provision}` }, `${provision.name}, ${provision.ref}`);
    const facts = make("dl", {});
    const fact = (name, ...value) => facts.append(make("dt", {}, name), make("dd", {}, ...value));
    const chip = make("span", { className: `kb-badge kb-t-${provision.treatment}` }, provision.treatment);
    fact("Open models", chip, ` ${provision.condition || ""}`);
    if (provision.duty) fact("Duty of", provision.duty.map(([, title]) => title).join(", "));
    const dates = [provision.from && `from ${provision.from}`, provision.until && `until ${provision.until}`].filter(Boolean).join(", ");
    const begins = provision.steps.find(([, kind]) => ["binding", "contract", "voluntary"].includes(kind));
    if (dates || begins) fact("Dates", dates || `from ${begins[0]}`);
    if (provision.deadline) fact("Time limit", provision.deadline);
    if (provision.requires) {
      fact("Asks for", ...provision.requires.flatMap(([id, title], i) => [i ? ", " : "", make("a", { href: `${root}catalogue/safeguards/${id}.html` }, title)]));
    }
    if (provision.penalty) fact("Breach", provision.penalty);
    if (open.length) fact("Depends on", open.map((name) => data.labels[name]).join("; "));
    fact("Sources", make("a", { href: link.href }, "with the provision"));
    const why = make("details", {}, make("summary", {}, "Why: the condition with your values"), make("ul", { className: "kb-why" }, explain(provision.if, profile, data)));
    const also = provision.unasked ? make("details", {}, make("summary", {}, `Turns also on what is not asked here: ${[...new Set(provision.unasked.map(([element]) => element))].join(", ")}`),
      make("ul", {}, ...provision.unasked.map(([element, what]) => make("li", {}, make("em", {}, `${element[0].toUpperCase()}${element.slice(1)}: `), what)))) : "";
    const unsettled = provision.open ? make("details", {}, make("summary", {}, `Unsettled: ${provision.open.length}`), make("ul", {}, ...provision.open.map((q) => make("li", {}, q)))) : "";
    return make("li", { className: "kb-duty" }, make("p", {}, make("strong", {}, provision.title), " ", make("span", { className: "kb-muted" }, `${provision.place} · `), link),
      make("p", {}, provision.summary), facts, why, also, unsettled);
  }

  function start(box) {
    const data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
    const form = box.querySelector("form");
    const root = box.dataset.root;
    const on = form.elements.on;
    const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10); };
    const controls = (name) => [...form.querySelectorAll(`[name="${name}"]`)];

    function read() {
      const profile = {};
      for (const [name, kind] of Object.entries(data.kinds)) {
        const found = controls(name);
        if (!found.length) continue;
        if (kind === "choice") {
          const chosen = found.filter((c) => c.checked);
          if (chosen.length) profile[name] = chosen.filter((c) => !("none" in c.dataset)).map((c) => c.value);
        } else if (kind === "flag") {
          if (found[0].value) profile[name] = found[0].value === "yes";
        } else if (found[0].value.trim()) {
          const value = kind === "number" ? amount(found[0].value) : found[0].value;
          found[0].toggleAttribute("aria-invalid", value === null);
          if (value !== null) profile[name] = value;
        } else found[0].removeAttribute("aria-invalid");
      }
      return profile;
    }

    function keep() {
      const state = new URLSearchParams();
      for (const name of Object.keys(data.kinds)) {
        const found = controls(name);
        if (!found.length) continue;
        if (found[0].type === "checkbox") {
          const chosen = found.filter((c) => c.checked);
          if (chosen.length) state.set(name, chosen.filter((c) => c.value).map((c) => c.value).join(","));
        } else if (found[0].value.trim()) state.set(name, found[0].value.trim());
      }
      state.set("on", on.value);
      // After the "#": what stands there is not sent to any server.
      history.replaceState(null, "", `#${state.toString().replace(/%2C/g, ",")}`);
    }

    function restore() {
      const state = new URLSearchParams(window.location.hash.slice(1));
      form.reset();
      on.value = /^\d{4}-\d{2}-\d{2}$/.test(state.get("on") || "") ? state.get("on") : today();
      for (const name of Object.keys(data.kinds)) {
        if (!state.has(name)) continue;
        const found = controls(name);
        const wanted = state.get(name).split(",");
        if (found.length && found[0].type === "checkbox") {
          for (const c of found) c.checked = c.value ? wanted.includes(c.value) : state.get(name) === "";
        } else if (found.length) found[0].value = state.get(name);
        const group = found.length && found[0].closest("details");
        if (group) group.open = true;
      }
      show();
    }

    function show() {
      const profile = read();
      const wide = expand(profile, data.broader);
      const nowhere = { ...wide, market: null, established_in: null };
      const day = on.value || today();
      const found = answers(data, profile, day);
      for (const item of found) {
        item.elsewhere = item.answer === false && evaluate(item.provision.if, nowhere) !== false;
        // A duty of an authority is none of yours, though it bears on you.
        item.own = (item.provision.duty || []).some(([actor]) => !profile.role || profile.role.includes(actor));
      }
      const target = box.querySelector(".kb-duties-answer");
      const count = box.querySelector(".kb-duties-count");
      const decide = box.querySelector(".kb-duties-decide");
      target.replaceChildren();
      decide.replaceChildren();
      if (!profile.role || !profile.market) {
        count.textContent = `Say what you do with the model and in which markets; ${data.provisions.length} provisions are then held against your answers.`;
        return;
      }
      // Shown in print, where the form is not.
      box.querySelector(".kb-duties-said").textContent = `${[...form.querySelectorAll("[data-field]")].flatMap((field) => {
        const ticked = [...field.querySelectorAll("input:checked")].map((c) => c.parentElement.textContent.trim());
        const typed = field.querySelector("select, input:not([type=checkbox])");
        const answer = ticked.join(", ") || (typed && (typed.selectedOptions ? typed.value && typed.selectedOptions[0].textContent : typed.value));
        return answer ? [`${data.labels[field.dataset.field]}: ${answer}`] : [];
      }).join("; ")}. Day: ${day}.`;
      const groups = GROUPS.map(([title, fits, open]) => [title, found.filter(fits), open]);
      const number = (i) => groups[i][1].length;
      const elsewhere = found.filter((x) => x.elsewhere).length;
      const more = groups[0][1].filter((x) => x.provision.unasked).length;
      count.textContent = `On ${day}: ${number(0)} binding${more ? ` (${more} of them turn also on points that the form does not ask)` : ""}, ${number(1)} by licence, ${number(2)} to come, ${number(3)} depend on what you left open, `
        + `${number(8)} do not apply; ${elsewhere} more belong to places that you did not name. As the data have it; no legal advice.`;
      const wanted = new Map();
      for (const item of groups[3][1]) for (const name of item.open) wanted.set(name, (wanted.get(name) || 0) + 1);
      const top = [...wanted].sort((a, b) => b[1] - a[1]).slice(0, 6);
      if (top.length) {
        decide.append(make("p", {}, "These would decide most: ", ...top.flatMap(([name, times], i) => {
          const button = make("button", { type: "button" }, `${data.labels[name]} (${times})`);
          button.addEventListener("click", () => {
            const field = form.querySelector(`[data-field="${name}"]`);
            field.closest("details").open = true;
            field.scrollIntoView({ block: "center" });
            (field.querySelector("select, input") || field).focus();
          });
          return [i ? " " : "", button];
        })));
      }
      for (const [title, items, open] of groups) {
        if (!items.length) continue;
        const cards = items.sort((a, b) => a.provision.place.localeCompare(b.provision.place)).map((item) => card(item, wide, data, root));
        target.append(make("details", { open, className: "kb-duties-group" }, make("summary", {}, `${title} (${items.length})`), make("ul", {}, ...cards)));
      }
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      const box = event.target;
      if (box.type === "checkbox" && box.checked) {
        // "None of these" and the others exclude each other.
        for (const other of controls(box.name)) if (("none" in other.dataset) !== ("none" in box.dataset)) other.checked = false;
      }
      show();
      keep();
    });
    form.querySelector("[name=again]").addEventListener("click", () => { history.replaceState(null, "", "#"); restore(); });
    form.querySelector("[name=print]").addEventListener("click", () => window.print());
    form.querySelector("[name=share]").addEventListener("click", async (event) => {
      keep();
      try {
        await navigator.clipboard.writeText(window.location.href);
        event.target.textContent = "Copied";
      } catch { event.target.textContent = "Copy the address of this page"; }
    });
    window.addEventListener("hashchange", restore);
    restore();
    box.dataset.ready = "true";
  }
  document.querySelectorAll(".kb-duties").forEach(start);
})();
