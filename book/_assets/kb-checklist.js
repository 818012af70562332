// The checklist: shows what fits the chosen release and role. Without this script it shows everything.
"use strict";
(() => {
  const words = (level, verdict) => (level === "gone" ? (verdict === "fails" ? "fails" : verdict === "not-applicable"
    ? "does not apply" : "needs what does not hold") : verdict === "degrades" ? `${level}, weakened` : level);
  function enhance(box) {
    const release = box.querySelector("[name=release]");
    const role = box.querySelector("[name=role]");
    const count = box.querySelector(".kb-table-count");
    const date = count.textContent;
    const gone = box.querySelector(".kb-gone");
    const items = [...box.querySelectorAll("li[data-stage]")];
    const home = new Map(items.map((item) => [item, item.parentElement]));
    const wanted = new URLSearchParams(window.location.search);
    for (const select of [release, role]) {
      if ([...select.options].some((option) => option.value === wanted.get(select.name))) select.value = wanted.get(select.name);
    }

    function show() {
      const shown = { core: 0, consider: 0, gone: 0 };
      for (const item of items) {
        const [level, verdict] = item.getAttribute(`data-${release.value}`).split(" ");
        item.hidden = !item.dataset.roles.split(" ").includes(role.value);
        if (!item.hidden) shown[level] += 1;
        const label = item.querySelector(".kb-level");
        label.textContent = words(level, verdict);
        label.className = `kb-level kb-chip kb-level-${level === "core" && verdict === "degrades" ? "weakened" : level}`;
        item.querySelector("input").disabled = level === "gone";
        (level === "gone" ? gone.querySelector("ul") : home.get(item)).append(item);
      }
      for (const section of box.querySelectorAll("section")) section.hidden = !section.querySelector("li[data-stage]:not([hidden])");
      count.textContent = `${shown.core} core and ${shown.consider} to consider; ${shown.gone} not to rely on. ${date}`;
      for (const link of box.querySelectorAll("[data-file]")) {
        link.href = `${link.getAttribute("href").replace(/[^/]*$/, "")}${release.value}-${role.value}.${link.dataset.file}`;
      }
    }
    for (const select of [release, role]) select.addEventListener("change", () => {
      show();
      // The address holds the choice, so that it can be shared; pages opened as files refuse it, which does no harm.
      try { history.replaceState(null, "", `?release=${release.value}&role=${role.value}${window.location.hash}`); } catch { /* as files */ }
    });
    box.querySelector("[name=print]").addEventListener("click", () => window.print());
    show();
  }
  document.querySelectorAll(".kb-checklist").forEach(enhance);
})();
