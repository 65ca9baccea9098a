"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const PAGE = 50, SHOWN_AT_ONCE = 30, PRINTED = 20, MOST_SVG = 3000;

  // A row of data.rows by name; see nlp_kit/page/render.py.
  const row = (number) => {
    const [member, file, text, kind, issue, group, confidence, fate, state, second, share] = data.rows[number];
    return {
      number, text, confidence, share,
      member: data.members[member], file: data.files[file], kind: data.kinds[kind], kindNumber: kind,
      issue: data.issues[issue], group: group === null ? null : data.groups[group], groupNumber: group,
      fate: data.fates[fate], waits: fate === data.waitingFate, state: data.states[state], second: second === null ? "" : data.kinds[second],
    };
  };

  // ---- building elements: texts only ever become text nodes ----
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "onclick") element.addEventListener("click", value);
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  const marked = (text, words) => {
    const parts = [];
    let rest = text;
    while (words.length) {
      const low = rest.toLowerCase();
      let at = -1, found = "";
      for (const word of words) {
        const place = low.indexOf(word);
        if (place >= 0 && (at < 0 || place < at || (place === at && word.length > found.length))) { at = place; found = word; }
      }
      if (at < 0) break;
      parts.push(rest.slice(0, at), make("mark", {}, rest.slice(at, at + found.length)));
      rest = rest.slice(at + found.length);
    }
    return [...parts, rest];
  };

  const dot = (kindNumber) => make("span", { class: "dot" + (kindNumber < 4 ? " k" + kindNumber : ""), "aria-hidden": "true" });

  // Inside a group everything is of its kind and issue, so ``within`` leaves them out.
  const line = (number, words, within) => {
    const one = row(number);
    const meta = make("p", { class: "meta" });
    if (!within) {
      meta.append(dot(one.kindNumber), one.kind);
      if (one.group) {
        const only = () => showOnly({ group: String(one.groupNumber) });
        const name = one.group[0] + " " + one.group[1];
        meta.append("，", make("button", { type: "button", onclick: only, "aria-label": "只看问题组 " + name }, name));
      } else if (one.issue) meta.append("，" + one.issue);
      meta.append(" · ");
    }
    meta.append(one.member + " · " + one.file + " · 把握 " + one.confidence.toFixed(2));
    meta.append(" · ", one.waits ? make("b", {}, one.fate) : one.fate);
    if (one.state) meta.append(" · ", make("b", {}, one.state));
    if (one.second) meta.append(" · 也可能是" + one.second + " " + one.share.toFixed(2));
    return make("li", { "data-row": String(number) }, make("p", {}, ...marked(one.text, words || [])), meta);
  };

  const refill = (list, items) => { list.textContent = ""; list.append(...items); };

  const fill = (list, numbers, within) => {
    const lines = (start, end) => numbers.slice(start, end).map((number) => line(number, [], within));
    refill(list, lines(0, SHOWN_AT_ONCE));
    if (numbers.length > SHOWN_AT_ONCE) {
      const more = make("button", { type: "button" }, "再看其余 " + (numbers.length - SHOWN_AT_ONCE) + " 条");
      const item = make("li", {}, more);
      more.addEventListener("click", () => {
        const rest = lines(SHOWN_AT_ONCE);
        rest[0].setAttribute("tabindex", "-1");
        item.replaceWith(...rest);
        rest[0].focus();
      });
      list.append(item);
    }
  };

  // ---- appearance ----
  const THEMES = [["", "跟随系统"], ["light", "浅色"], ["dark", "深色"]];
  let theme = 0;
  byId("theme").addEventListener("click", () => {
    theme = (theme + 1) % THEMES.length;
    if (THEMES[theme][0]) root.dataset.theme = THEMES[theme][0]; else delete root.dataset.theme;
    byId("theme").textContent = "外观：" + THEMES[theme][1];
    recolour();
  });
  if (window.matchMedia) {
    const query = matchMedia("(prefers-color-scheme: dark)");
    if (query.addEventListener) query.addEventListener("change", () => recolour());
  }

  // ---- the draft: a sentence opens what proves it ----
  const open = (sentence) => {
    const id = sentence.dataset.sentence, proof = byId("proof-" + id);
    const wanted = proof.hidden;
    all(".sentence[aria-expanded=true]").forEach((other) => {
      other.setAttribute("aria-expanded", "false");
      byId("proof-" + other.dataset.sentence).hidden = true;
    });
    if (!wanted) return;
    sentence.setAttribute("aria-expanded", "true");
    proof.hidden = false;
    const list = proof.querySelector("ul.rows");
    if (list && !list.childElementCount) {
      fill(list, data.sentences[id], true);
    }
  };
  all(".sentence").forEach((sentence) => {
    sentence.addEventListener("click", () => open(sentence));
    sentence.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(sentence); }
      if (event.key === "Escape" && sentence.getAttribute("aria-expanded") === "true") open(sentence);
    });
  });

  // ---- groups ----
  const groups = all(".group");
  const filterGroups = () => {
    const asked = byId("group-search").value.toLowerCase().split(/\s+/).filter(Boolean), category = byId("group-category").value;
    let count = 0;
    groups.forEach((group) => {
      const shown = (!category || group.dataset.category === category) && asked.every((word) => group.dataset.label.toLowerCase().includes(word));
      group.hidden = !shown;
      if (shown) count += 1;
    });
    byId("group-count").textContent = count + " 个问题";
  };
  byId("group-search").addEventListener("input", filterGroups);
  byId("group-category").addEventListener("change", filterGroups);
  filterGroups();
  all("details.group").forEach((group) => {
    group.addEventListener("toggle", () => {
      const list = group.querySelector("ul.rows");
      if (group.open && !list.childElementCount) fill(list, data.groups[Number(group.dataset.group)][2], true);
    });
  });

  // ---- charts ----
  const drawn = new Map();
  const colours = () => {
    const style = getComputedStyle(root);
    return Object.fromEntries(["text", "soft", "line", "card"].map((name) => [name, style.getPropertyValue("--" + name).trim()]));
  };
  const dressed = (figure, look) => {
    const layout = Object.assign({}, figure.layout, { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true });
    layout.font = Object.assign({}, layout.font, { color: look.text });
    layout.hoverlabel = Object.assign({}, layout.hoverlabel, { bgcolor: look.card, bordercolor: look.line, font: { color: look.text } });
    layout.uirevision = "kept";
    if (!roomy()) layout.dragmode = false;
    layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: look.soft, activecolor: look.text };
    for (const axis of ["xaxis", "yaxis"]) {
      if (figure.layout[axis]) layout[axis] = Object.assign({}, figure.layout[axis], { gridcolor: look.line, linecolor: look.line, zerolinecolor: look.line });
    }
    return layout;
  };
  const roomy = () => !window.matchMedia || (matchMedia("(pointer: fine)").matches && matchMedia("(min-width: 44rem)").matches);
  const CONFIG = {
    responsive: true, displaylogo: false, locale: "zh-CN", showSendToCloud: false, plotlyServerURL: "",
    modeBarButtons: [["pan2d", "zoom2d", "select2d", "lasso2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]],
  };
  const withGl = () => {
    const canvas = document.createElement("canvas");
    return Boolean(window.WebGLRenderingContext && (canvas.getContext("webgl") || canvas.getContext("experimental-webgl")));
  };
  const draw = (name) => {
    const host = byId("chart-" + name);
    if (drawn.has(name) || !host || !window.Plotly) return;
    const figure = data.figures[name];
    drawn.set(name, figure);
    const traces = name === "map" ? mapTraces() : figure.data;
    const config = Object.assign({}, CONFIG, name === "map" ? { scrollZoom: false, displayModeBar: roomy() } : { displayModeBar: false });
    Plotly.newPlot(host, traces, dressed(figure, colours()), config);
    if (name === "map") listenToMap(host);
  };
  const recolour = () => {
    for (const [name, figure] of drawn) Plotly.update(byId("chart-" + name), {}, dressed(figure, colours()));
  };

  // ---- statements: one filter for the map and the list ----
  const secret = Boolean(data.rows);
  let matching = [], page = 0, chosen = null, second = null;
  const fields = { search: "search", kind: "f-kind", fate: "f-fate", state: "f-state", member: "f-member", group: "f-group" };

  const hover = (number) => {
    const one = row(number), lines = [];
    const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    for (let start = 0; start < one.text.length; start += 26) lines.push(escaped(one.text.slice(start, start + 26)));
    return lines.join("<br>") + "<br><i>" + escaped([one.member, one.issue].filter(Boolean).join("，")) + "</i>";
  };
  let mapKeeps = null;
  const mapTraces = () => {
    const total = data.figures.map.data.reduce((sum, trace) => sum + trace.x.length, 0);
    const type = total > MOST_SVG && withGl() ? "scattergl" : "scatter";
    return data.figures.map.data.map((trace) => {
      const places = trace.customdata.map((_, place) => place).filter((place) => !mapKeeps || mapKeeps.has(trace.customdata[place]));
      const numbers = places.map((place) => trace.customdata[place]);
      return Object.assign({}, trace, {
        type, x: places.map((place) => trace.x[place]), y: places.map((place) => trace.y[place]), customdata: numbers,
        text: numbers.map(hover), hovertemplate: "%{text}<extra></extra>",
      });
    });
  };
  const redrawMap = () => {
    if (drawn.has("map")) Plotly.react(byId("chart-map"), mapTraces(), dressed(data.figures.map, colours()));
  };
  const listenToMap = (host) => {
    host.on("plotly_click", (event) => { chosen = new Set(event.points.map((point) => point.customdata)); show(false); });
    host.on("plotly_selected", (event) => {
      if (!event || !event.points.length) return;
      chosen = new Set(event.points.map((point) => point.customdata));
      show(false);
    });
    host.on("plotly_deselect", () => { chosen = null; show(false); });
  };

  const words = () => byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const haystack = [];
  const filtered = () => {
    const wanted = {};
    for (const [name, id] of Object.entries(fields)) wanted[name] = byId(id).value;
    const asked = words();
    const found = [];
    data.rows.forEach((fields_, number) => {
      if (wanted.kind && data.kinds[fields_[3]] !== wanted.kind) return;
      if (wanted.fate && data.fates[fields_[7]] !== wanted.fate) return;
      if (wanted.state && data.states[fields_[8]] !== wanted.state) return;
      if (wanted.member && data.members[fields_[0]] !== wanted.member) return;
      if (wanted.group && String(fields_[5]) !== wanted.group) return;
      if (second && !(second.kinds.includes(data.kinds[fields_[3]]) && fields_[9] !== null && second.seconds.includes(data.kinds[fields_[9]]))) return;
      if (asked.length) {
        if (haystack[number] === undefined) {
          const one = row(number);
          const told = [one.text, one.member, one.file, one.kind, one.fate, one.state, ...(one.group ? one.group.slice(0, 2) : [one.issue])];
          haystack[number] = told.join("\n").toLowerCase();
        }
        if (!asked.every((word) => haystack[number].includes(word))) return;
      }
      found.push(number);
    });
    // Problems first, headings and signatures last; in the order of the texts otherwise.
    return found.sort((one, other) => data.rows[one][3] - data.rows[other][3] || one - other);
  };
  const renderList = () => {
    const pages = Math.max(1, Math.ceil(matching.length / PAGE));
    page = Math.min(page, pages - 1);
    const asked = words();
    refill(byId("list"), matching.slice(page * PAGE, (page + 1) * PAGE).map((number) => line(number, asked)));
    if (!matching.length) byId("list").append(make("li", {}, "没有找到。可以少写几个词，或者点“清除筛选”。"));
    const notes = [];
    if (chosen) notes.push("图上选中的");
    if (second) notes.push("判定为“" + second.told[0] + "”、也可能是“" + second.told[1] + "”的");
    byId("count").textContent = (notes.length ? notes.join("，") + " " : "") + matching.length + " 条语句";
    byId("page").textContent = "第 " + (page + 1) + " 页，共 " + pages + " 页";
    byId("previous").disabled = page === 0;
    byId("next").disabled = page >= pages - 1;
  };
  const show = (withMap) => {
    const found = filtered();
    matching = chosen ? found.filter((number) => chosen.has(number)) : found;
    page = 0;
    renderList();
    if (withMap) {
      mapKeeps = found.length === data.rows.length ? null : new Set(found);
      redrawMap();
    }
  };
  const clear = () => {
    for (const id of Object.values(fields)) byId(id).value = "";
    chosen = second = null;
  };
  const showOnly = (wanted) => {
    clear();
    for (const [name, value] of Object.entries(wanted)) {
      if (name === "second") second = value; else byId(fields[name]).value = value;
    }
    show(true);
    byId("h-statements").scrollIntoView();
    byId("count").setAttribute("tabindex", "-1");
    byId("count").focus({ preventScroll: true });
  };

  if (secret) {
    // Below this width the map stands over the list.
    if (window.matchMedia && !matchMedia("(min-width: 60rem)").matches) byId("map").open = false;
    byId("map").addEventListener("toggle", () => { if (byId("map").open) draw("map"); });
    data.members.forEach((name) => byId("f-member").append(make("option", {}, name)));
    data.groups.forEach((group, number) => byId("f-group").append(make("option", { value: String(number) }, group[0] + " " + group[1])));
    let pause = 0;
    byId("search").addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(() => { chosen = null; show(true); }, 150); });
    for (const [name, id] of Object.entries(fields)) {
      if (name !== "search") byId(id).addEventListener("change", () => { chosen = null; show(true); });
    }
    byId("clear").addEventListener("click", () => { clear(); show(true); });
    byId("previous").addEventListener("click", () => { page -= 1; renderList(); byId("count").scrollIntoView(); });
    byId("next").addEventListener("click", () => { page += 1; renderList(); byId("count").scrollIntoView(); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        byId("search").focus();
      }
    });
    const folded = (name) => (name === data.noProblem ? data.kinds.slice(data.doubtKinds) : [name]);
    all(".cell").forEach((cell) => cell.addEventListener("click", () => {
      const kind = cell.dataset.kind, other = cell.dataset.second;
      showOnly({ second: { told: [kind, other], kinds: folded(kind), seconds: folded(other) } });
    }));
    if (byId("waiting-list")) {
      fill(byId("waiting-list"), data.waiting.slice(0, SHOWN_AT_ONCE), false);
      byId("waiting-all").addEventListener("click", () => showOnly({ fate: data.fates[data.waitingFate] }));
    }
    show(false);
  }

  // ---- tables that are wider than the screen say so ----
  if (window.ResizeObserver) {
    const measured = new ResizeObserver((entries) => entries.forEach(({ target }) => {
      target.classList.toggle("wider", target.scrollWidth > target.clientWidth);
    }));
    all(".scroll").forEach((host) => measured.observe(host));
  }

  // ---- printing: pictures of the charts on white, as wide as the paper, and the sources of every sentence ----
  const PAPER = 640;
  const ON_PAPER = { text: "#000000", soft: "#444444", line: "#b8bec8", card: "#ffffff" };
  const pictured = new Map();
  const picture = (name) => {
    const host = byId("chart-" + name), figure = data.figures[name];
    if (!host || !window.Plotly || pictured.has(name)) return pictured.get(name);
    const made = Plotly.toImage(
      { data: figure.data, layout: Object.assign(dressed(figure, ON_PAPER), { autosize: false }) },
      { format: "svg", width: PAPER, height: Math.min(figure.layout.height || 320, 420) },
    ).then((source) => {
      host.after(make("img", { class: "print-only", src: source, alt: host.getAttribute("aria-label"), width: String(PAPER) }));
    });
    pictured.set(name, made);
    return made;
  };
  const points = (name) => data.figures[name].data.reduce((sum, trace) => sum + (trace.x ? trace.x.length : 0), 0);
  // A map of many thousand points is for the screen.
  const printed = Object.keys(data.figures).filter((name) => name !== "map" || points(name) <= MOST_SVG);
  const whenIdle = window.requestIdleCallback || ((work) => setTimeout(work, 500));
  const pictureNext = () => {
    const name = printed.find((one) => !pictured.has(one));
    if (name) Promise.resolve(picture(name)).then(() => whenIdle(pictureNext));
    else root.dataset.printable = "yes";
  };
  byId("print").addEventListener("click", () => Promise.all(printed.map(picture)).then(() => window.print()));
  const closed = [];
  window.addEventListener("afterprint", () => closed.splice(0).forEach((one) => { one.open = false; }));
  window.addEventListener("beforeprint", () => {
    all("details.member:not([open]), details.map:not([open])").forEach((one) => { one.open = true; closed.push(one); });
    byId("printed").textContent = "打印于 " + new Date().toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" });
    const host = byId("sources");
    if (!host || host.childElementCount) return;
    host.append(make("h2", {}, "各句的出处"));
    all(".sentence").forEach((sentence) => {
      const numbers = data.sentences[sentence.dataset.sentence];
      const list = make("ul", { class: "rows" });
      numbers.slice(0, PRINTED).forEach((number) => {
        const one = row(number);
        list.append(make("li", {}, one.text + "（" + one.member + "）"));
      });
      if (numbers.length > PRINTED) list.append(make("li", {}, "等 " + numbers.length + " 条"));
      host.append(make("h3", {}, sentence.textContent), list);
    });
  });

  // ---- charts are drawn when they come near ----
  if (window.Plotly) {
    Plotly.register({
      moduleType: "locale", name: "zh-CN",
      dictionary: {
        "Zoom": "框选放大", "Pan": "拖动", "Box Select": "框选", "Lasso Select": "套索选", "Zoom in": "放大", "Zoom out": "缩小",
        "Reset axes": "恢复原样", "Reset": "恢复原样", "Double-click to zoom back out": "双击恢复", "Double-click on legend to isolate one trace": "双击图例只看这一类",
      },
      format: {},
    });
  }
  if (window.IntersectionObserver) {
    const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (entry.isIntersecting) { seen.unobserve(entry.target); draw(entry.target.id.replace("chart-", "")); }
    }), { rootMargin: "400px" });
    all(".chart").forEach((host) => seen.observe(host));
  } else {
    Object.keys(data.figures).forEach(draw);
  }
  if (window.Plotly) setTimeout(() => whenIdle(pictureNext), 1000);
})();
