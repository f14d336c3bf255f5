// Runs in the page of `camelid watch`: takes the lines of one cell's playback as they come, and shows the snapshot under the playhead.
// Every number shown is one that was recorded; nothing is interpolated.
(() => {
  const byId = (id) => document.getElementById(id);
  const colours = JSON.parse(byId("colours").textContent);
  const palette = [colours.blue, colours.vermilion, colours.green, colours.purple, colours.black, colours.grey];
  const AUTO = "";
  const WHOLE_RUN_S = [120, 60, 30, 10];
  const DEFAULT_S = 30;
  const RATE_WINDOW_MS = 3000;
  /** A cell that has ended is looked at so long before the page goes on to one that runs. */
  const LINGER_MS = 2500;
  const QUIET_MS = 5000;
  const MOST_UNITS = 40;
  const MOST_NEWS = 200;

  let run;
  let source;
  let wanted = decodeURIComponent(location.hash.replace(/^#cell=/, "")) || AUTO; // AUTO: whichever runs
  let cell; // as below
  let switching;

  function emptyCell(id) {
    return { id, header: undefined, snapshots: [], news: [], asked: undefined, ended: false, problem: "" };
  }

  // --- Where the playhead is -------------------------------------------------------------------------------------------------
  let mode = "live"; // "live": the newest snapshot, always; "playing"; "paused"
  let index = 0;
  let playUs = 0;
  let frameAtMs;

  function last() {
    return cell.snapshots.length - 1;
  }

  function goTo(to, next = "paused") {
    mode = next;
    index = Math.max(0, Math.min(last(), to));
    playUs = cell.snapshots[index]?.atUs ?? 0;
    show();
  }

  function play() {
    if (cell === undefined || last() < 0) return;
    if (mode === "playing") return goTo(index);
    // From the end there is nowhere to go but the beginning.
    goTo(index >= last() ? 0 : index, "playing");
    frameAtMs = undefined;
    requestAnimationFrame(frame);
  }

  function frame(nowMs) {
    if (mode !== "playing") return;
    const seconds = Number(byId("speed").value);
    playUs += ((nowMs - (frameAtMs ?? nowMs)) / 1000) * (cell.header.endUs / seconds);
    frameAtMs = nowMs;
    const before = index;
    while (index < last() && cell.snapshots[index + 1].atUs <= playUs) index++;
    if (index === last()) {
      // What is not recorded yet cannot be played: a run that goes on is followed from here.
      goTo(index, cell.ended ? "paused" : "live");
      return;
    }
    if (index !== before) show();
    requestAnimationFrame(frame);
  }

  // --- What comes from the server --------------------------------------------------------------------------------------------
  function connect() {
    source?.close();
    source = new EventSource(cell === undefined ? "/events" : `/events?cell=${encodeURIComponent(cell.id)}`);
    source.addEventListener("run", ({ data }) => {
      run = JSON.parse(data);
      chooseCell();
      showRun();
    });
    source.addEventListener("restart", () => {
      cell = emptyCell(cell.id);
      goTo(0, "live");
    });
    source.addEventListener("problem", ({ data }) => {
      cell.problem = JSON.parse(data).message;
      showState();
    });
    source.addEventListener("lines", ({ data }) => {
      const { fresh, lines } = JSON.parse(data);
      for (const line of lines) take(line);
      if (fresh) measureRate();
      if (mode === "live") {
        index = Math.max(0, last());
        // A cell that was over when it was opened is there to be replayed.
        if (cell.ended && !fresh) mode = "paused";
      }
      show();
    });
    source.onerror = showState;
    source.onopen = showState;
  }

  function take(line) {
    if ("format" in line) cell.header = line;
    else if ("end" in line) cell.ended = true;
    else if (line.event === "inference") cell.asked = { texts: line.texts, sinceMs: performance.now() };
    else if ("event" in line) cell.news.push(line);
    else {
      const before = cell.snapshots.at(-1);
      cell.snapshots.push({ ...line, groups: line.groups.map((row, i) => row ?? before.groups[i]) });
      cell.asked = undefined;
    }
  }

  function chooseCell() {
    const ids = run.cells.map(({ id }) => id);
    if (wanted !== AUTO && !ids.includes(wanted) && run.finished) wanted = AUTO;
    const running = run.cells.filter(({ ended }) => !ended).map(({ id }) => id);
    if (wanted !== AUTO) open(wanted);
    else if (cell === undefined) open(running.at(-1) ?? ids[0]);
    else if (mode === "live" && running.length > 0 && !running.includes(cell.id) && switching === undefined)
      switching = setTimeout(() => {
        switching = undefined;
        if (wanted === AUTO) open(run.cells.findLast(({ ended }) => !ended)?.id);
      }, LINGER_MS);
  }

  function open(id) {
    if (id === undefined || id === cell?.id) return;
    cell = emptyCell(id);
    rates.length = 0;
    mode = "live";
    index = 0;
    connect();
  }

  // Wall-clock time enters here and nowhere else: when snapshots arrived, and how many events the run had then.
  const rates = [];
  function measureRate() {
    const snapshot = cell.snapshots.at(-1);
    if (snapshot === undefined) return;
    const nowMs = performance.now();
    rates.push({ atMs: nowMs, events: snapshot.events, atUs: snapshot.atUs });
    while (rates.length > 2 && rates[1].atMs < nowMs - RATE_WINDOW_MS) rates.shift();
  }

  function rate() {
    const [first, newest] = [rates[0], rates.at(-1)];
    if (mode !== "live" || cell.ended || first === undefined || newest.atMs < performance.now() - QUIET_MS)
      return undefined;
    const seconds = (newest.atMs - first.atMs) / 1000;
    if (seconds < 0.3) return undefined;
    return { events: (newest.events - first.events) / seconds, times: (newest.atUs - first.atUs) / 1e6 / seconds };
  }

  // --- What is shown ---------------------------------------------------------------------------------------------------------
  const count = (value) => value.toLocaleString("en-US");
  const NO_BREAK = "\u00a0";

  function clock(us) {
    const s = Math.floor(us / 1e6);
    return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60]
      .map((n, i) => String(n).padStart(i ? 2 : 1, "0"))
      .join(":");
  }

  function scaled(value) {
    const size = Math.abs(value);
    for (const [unit, one] of [
      ["T", 1e12],
      ["G", 1e9],
      ["M", 1e6],
      ["k", 1e3],
    ])
      if (size >= one * 0.9995) return `${Number((value / one).toPrecision(3))}${NO_BREAK}${unit}`;
    return String(Number(value.toPrecision(3)));
  }

  function coins(units) {
    const value = units / cell.header.unitsPerCoin;
    return value.toLocaleString("en-US", { maximumFractionDigits: 4 });
  }

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function plural(n, one) {
    return `${count(n)} ${n === 1 ? one : `${one}s`}`;
  }

  function showRun() {
    byId("experiment").textContent = run.experiment;
    document.title = `${run.experiment}: Camelid watch`;
    const select = byId("cell");
    const cells = run.cells.map(({ id, ended, progress }) => ({
      value: id,
      text: ended ? id : `${id} (${Math.floor(100 * progress)}${NO_BREAK}%)`,
    }));
    const options = run.finished ? cells : [{ value: AUTO, text: "whichever runs" }, ...cells];
    if (select.options.length !== options.length) select.replaceChildren(...options.map(() => element("option", {})));
    for (const [i, { value, text }] of options.entries()) {
      const option = select.options[i];
      if (option.value !== value || option.getAttribute("value") === null) option.value = value;
      if (option.text !== text) option.text = text;
    }
    select.value = wanted === AUTO && run.finished ? (cell?.id ?? "") : wanted;
    showState();
  }

  function showState() {
    const state = byId("state");
    const [kind, text] = stateOf();
    state.dataset.state = kind;
    if (state.textContent !== text) state.textContent = text;
  }

  function stateOf() {
    if (source?.readyState !== EventSource.OPEN && run !== undefined)
      return ["lost", "Connection lost: is camelid watch still running?"];
    if (run === undefined) return ["waiting", "Connecting"];
    if (cell === undefined) return ["waiting", "No cell has begun yet"];
    if (cell.problem !== "") return ["lost", cell.problem];
    if (run.finished) return ["finished", `Finished run, ${plural(run.cells.length, "cell")}`];
    const running = run.cells.filter(({ ended }) => !ended).length;
    const cells = `${plural(running, "cell")} under way, ${count(run.cells.length - running)} done`;
    if (cell.ended) return [running > 0 ? "live" : "waiting", `This cell is done; ${cells}`];
    if (cell.asked !== undefined)
      return ["live", `The language model writes ${plural(cell.asked.texts, "text")}; ${cells}`];
    if (rates.length > 0 && rates.at(-1).atMs < performance.now() - QUIET_MS)
      return ["waiting", `No news for ${Math.round((performance.now() - rates.at(-1).atMs) / 1000)} s; ${cells}`];
    return ["live", `Running: ${cells}`];
  }

  let drawn;
  function show() {
    const known = cell !== undefined && cell.header !== undefined && last() >= 0;
    for (const id of ["play", "scrub"]) byId(id).disabled = !known;
    byId("live").disabled = !known || cell.ended;
    byId("live").setAttribute("aria-pressed", String(mode === "live" && known && !cell.ended));
    byId("play").textContent = mode === "playing" ? "Pause" : "Play";
    showState();
    if (!known) return;
    const snapshot = cell.snapshots[index];
    document.body.dataset.atUs = snapshot.atUs;
    document.body.dataset.mode = mode;
    const scrub = byId("scrub");
    scrub.max = cell.header.steps;
    scrub.value = index;
    scrub.setAttribute("aria-valuetext", clock(snapshot.atUs));
    byId("clock").textContent = `${clock(snapshot.atUs)} of ${clock(cell.header.endUs)}`;
    showSpeeds();
    showTiles(snapshot);
    if (drawn !== cell)
      for (const id of ["groups", "stage-bars", "table-head", "table-body"]) byId(id).replaceChildren();
    drawn = cell;
    showGroups(snapshot);
    showStages(snapshot);
    showCharts();
    showNews(snapshot);
    showTable(snapshot);
  }

  let speedsFor;
  function showSpeeds() {
    if (speedsFor === cell.header.endUs) return;
    speedsFor = cell.header.endUs;
    const select = byId("speed");
    const chosen = select.value || String(DEFAULT_S);
    select.replaceChildren(
      ...WHOLE_RUN_S.map((seconds) =>
        element(
          "option",
          { value: seconds },
          `${seconds} s (${count(Math.round(cell.header.endUs / 1e6 / seconds))}×)`,
        ),
      ),
    );
    select.value = chosen;
  }

  function column(row, group, name) {
    const at = cell.header.columns[group.party].indexOf(name);
    return at < 0 ? undefined : row[at];
  }

  function total(snapshot, party, name) {
    return cell.header.groups.reduce(
      (sum, group, i) => (group.party === party ? sum + column(snapshot.groups[i], group, name) : sum),
      0,
    );
  }

  function showTiles(snapshot) {
    const { stages } = cell.header;
    const inStage = (name) => snapshot.stages[stages.indexOf(name)];
    const speed = rate();
    const jobs = total(snapshot, "client", "jobs");
    const tiles = [
      ["Jobs posted", count(jobs), `${count(total(snapshot, "client", "paid"))} paid`],
      ["Queue", count(snapshot.waiting), `no node yet; ${count(snapshot.open)} open`],
      ["Settled", count(inStage("settled")), jobs > 0 ? `${count(inStage("voided"))} void` : ""],
      ["Stakes slashed", count(total(snapshot, "node", "slashed")), `${count(inStage("disputed"))} in dispute`],
      ["Blocks", count(snapshot.blocks), `${count(snapshot.staleBlocks)} stale`],
      ["Messages", scaled(snapshot.messages), `${scaled(snapshot.bytes)}B on the links`],
      ["Events", scaled(snapshot.events), "of the simulation"],
      [
        "Events per second",
        speed === undefined ? "–" : scaled(speed.events),
        speed === undefined ? "wall clock, live only" : `wall clock; ${scaled(speed.times)}× real time`,
      ],
    ];
    const place = byId("tiles");
    if (place.children.length === 0)
      place.append(
        ...tiles.map(([name]) =>
          element(
            "div",
            {},
            element("dt", {}, name),
            element("dd", { "data-tile": name }, element("span", {}), element("small", {})),
          ),
        ),
      );
    for (const [i, [, value, note]] of tiles.entries()) {
      const [number, small] = place.children[i].querySelectorAll("span, small");
      number.textContent = value;
      small.textContent = note;
    }
  }

  // States of parties, in the order drawn; whoever is in none of them is idle.
  const states = {
    node: ["generating", "starved", "bankrupt"],
    client: ["verifying"],
    verifier: ["verifying"],
    miner: [],
  };
  const words = {
    generating: "generating",
    verifying: "verifying",
    starved: "out of free stake",
    bankrupt: "bankrupt",
    idle: "idle",
  };
  const begun = {
    node: (n) => `${plural(n, "job")} begun`,
    client: (n) => `${plural(n, "job")} posted`,
    verifier: (n) => `${plural(n, "question")} answered`,
  };
  const parties = { node: "Compute nodes", client: "Clients", verifier: "Verifiers", miner: "Miners" };

  byId("states").append(
    ...Object.entries(words).map(([state, word]) =>
      element("span", {}, element("span", { class: `unit ${state}`, "aria-hidden": "true" }), word),
    ),
  );

  function showGroups(snapshot) {
    const place = byId("groups");
    const { groups } = cell.header;
    if (place.children.length === 0) {
      for (const [i, group] of groups.entries()) {
        if (group.party === "miner" || group.members === 0) continue;
        if (group.party !== groups[i - 1]?.party) place.append(element("h3", { class: "party" }, parties[group.party]));
        const note = group.honest === false ? element("small", {}, "breaks the protocol") : "";
        place.append(
          element(
            "div",
            { class: "group", "data-group": i },
            element("div", { class: "name" }, group.kind, note),
            element("div", { class: "units", "aria-hidden": "true" }),
            element("div", { class: "doing" }),
          ),
        );
      }
    }
    const before = (cell.snapshots[index - 1] ?? snapshot).groups;
    for (const row of place.querySelectorAll(".group")) {
      const group = groups[Number(row.dataset.group)];
      const values = snapshot.groups[Number(row.dataset.group)];
      const busy = states[group.party].map((state) => [state, column(values, group, state)]);
      const idle = group.members - busy.reduce((sum, [, n]) => sum + n, 0);
      const all = [...busy, ["idle", idle]].filter(([, n]) => n > 0);
      // Between two snapshots much can begin and end.
      const since = column(values, group, "jobs") - column(before[Number(row.dataset.group)], group, "jobs");
      const text = `${all.map(([state, n]) => `${count(n)} ${words[state]}`).join(", ")}${since > 0 ? `; ${begun[group.party](since)} since the last snapshot` : ""}`;
      const doing = row.querySelector(".doing");
      if (doing.textContent === text) continue;
      doing.textContent = text;
      const units = row.querySelector(".units");
      units.classList.toggle("many", group.members > MOST_UNITS);
      units.replaceChildren(
        ...all.flatMap(([state, n]) =>
          group.members > MOST_UNITS
            ? [withMembers(element("span", { class: `unit ${state}` }), n)]
            : Array.from({ length: n }, () => element("span", { class: `unit ${state}` })),
        ),
      );
    }
  }

  function withMembers(unit, members) {
    unit.style.setProperty("--members", members);
    return unit;
  }

  function showStages(snapshot) {
    const place = byId("stage-bars");
    const { stages } = cell.header;
    const most = Math.max(1, ...snapshot.stages);
    if (place.children.length === 0)
      place.append(
        ...stages.map((stage) =>
          element(
            "div",
            { class: "bar", "data-stage": stage },
            element("span", {}, stage),
            element("div", { class: "track", "aria-hidden": "true" }, element("div", { class: "fill" })),
            element("span", { class: "count" }),
          ),
        ),
      );
    for (const [i, bar] of [...place.children].entries()) {
      bar.querySelector(".fill").style.width = `${(100 * snapshot.stages[i]) / most}%`;
      bar.querySelector(".count").textContent = count(snapshot.stages[i]);
    }
  }

  function showCharts() {
    const measure = byId("measure").value;
    const { groups, unitsPerCoin } = cell.header;
    let [solid, dashed] = [0, 0];
    const series = [];
    for (const [i, group] of groups.entries()) {
      const name = measure === "spendable" ? "spendableUnits" : "earnedUnits";
      if (group.members === 0 || !cell.header.columns[group.party].includes(name)) continue;
      // Verifiers hold no coins; lines at zero would only be in the way.
      if (measure === "spendable" && group.party === "verifier") continue;
      const share = (measure === "earned-each" ? group.members : 1) * unitsPerCoin;
      const broken = group.honest === false || group.party !== "node";
      series.push({
        name: group.party === "node" || group.party === "miner" ? group.kind : `${group.party} ${group.kind}`,
        colour: palette[(broken ? dashed++ : solid++) % palette.length],
        dash: broken ? "5 3" : "none",
        values: cell.snapshots.map((snapshot) => column(snapshot.groups[i], group, name) / share),
      });
    }
    lineChart(byId("coins"), "Coins by kind over simulated time", series, "coins", 250);
    byId("coins-note").textContent =
      measure === "spendable"
        ? "What wallets can spend now, without stakes and payments under way. Solid: compute nodes that follow the protocol; dashed: all others."
        : "Rewards settled in blocks, less slashed stakes and fees. Solid: follow the protocol; dashed: break it.";
    lineChart(
      byId("jobs-open"),
      "Open jobs over simulated time",
      [
        { name: "open", colour: colours.blue, dash: "none", values: cell.snapshots.map(({ open }) => open) },
        { name: "queue", colour: colours.vermilion, dash: "5 3", values: cell.snapshots.map(({ waiting }) => waiting) },
      ],
      "jobs",
      170,
    );
    const perMinute = (snapshot, before) =>
      before === undefined ? 0 : (snapshot.messages - before.messages) / ((snapshot.atUs - before.atUs) / 6e7);
    lineChart(
      byId("traffic"),
      "Messages per minute of simulated time",
      [
        {
          name: "sent",
          colour: colours.blue,
          dash: "none",
          values: cell.snapshots.map((snapshot, i) => perMinute(snapshot, cell.snapshots[i - 1])),
        },
      ],
      "messages per simulated minute",
      170,
    );
  }

  const SVG = "http://www.w3.org/2000/svg";
  function svgElement(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Lines up to the playhead; both axes span what is known of the whole run, so that they do not jump while it is played. */
  function lineChart(place, title, series, unit, height) {
    const width = Math.max(280, place.clientWidth);
    const longest = Math.max(...series.map(({ name }) => name.length));
    const [left, right, top, bottom] = [44, Math.min(0.38 * width, 30 + 7 * longest), 26, 22];
    const all = series.flatMap(({ values }) => values);
    const ticks = niceTicks(Math.min(0, ...all), Math.max(0, ...all), Math.floor(height / 45));
    const [low, high] = [ticks[0], ticks.at(-1)];
    const x = (us) => left + ((width - left - right) * us) / cell.header.endUs;
    const y = (value) => height - bottom - ((height - top - bottom) * (value - low)) / (high - low);
    const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": title });
    svg.append(svgElement("text", { x: 0, y: 10, class: "quiet" }, unit));
    for (const tick of ticks) {
      const colour = tick === 0 ? "#8a8a8a" : "#e4e4e4";
      svg.append(svgElement("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), stroke: colour }));
      const label = Math.abs(tick) >= 1e4 ? scaled(tick) : String(tick);
      svg.append(svgElement("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end", class: "quiet" }, label));
    }
    for (const us of timeTicks(cell.header.endUs, (width - left - right) / 70))
      svg.append(svgElement("text", { x: x(us), y: height - 6, "text-anchor": "middle", class: "quiet" }, hours(us)));
    const labels = [];
    for (const { name, colour, dash, values } of series) {
      const points = values
        .slice(0, index + 1)
        .map((value, i) => `${x(cell.snapshots[i].atUs).toFixed(1)},${y(value).toFixed(1)}`);
      svg.append(
        svgElement("polyline", {
          points: points.join(" "),
          fill: "none",
          stroke: colour,
          "stroke-width": 2,
          "stroke-dasharray": dash,
        }),
      );
      labels.push({ name, colour, dash, at: y(values[index]), y: y(values[index]) });
    }
    spread(labels, 13, top, height - bottom + 4);
    const nowX = x(cell.snapshots[index].atUs);
    for (const { name, colour, dash, at, y: labelY } of labels) {
      svg.append(svgElement("circle", { cx: nowX, cy: at, r: 3, fill: colour }));
      const from = width - right + 6;
      const key = { x1: from, x2: from + 18, y1: labelY, y2: labelY, stroke: colour };
      svg.append(svgElement("line", { ...key, "stroke-width": 3, "stroke-dasharray": dash }));
      svg.append(svgElement("text", { x: from + 23, y: labelY + 4 }, name));
    }
    place.replaceChildren(svg);
  }

  /** Moves labels apart, in the order of their lines. */
  function spread(labels, distance, low, high) {
    const sorted = labels.toSorted((a, b) => a.y - b.y);
    for (let i = 1; i < sorted.length; i++) sorted[i].y = Math.max(sorted[i].y, sorted[i - 1].y + distance);
    let limit = high;
    for (const label of sorted.toReversed()) {
      label.y = Math.max(low - 8, Math.min(label.y, limit));
      limit = label.y - distance;
    }
  }

  function niceTicks(low, high, most) {
    const span = high - low || 1;
    const raw = span / most;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * ([1, 2, 5, 10].find((n) => n * power >= raw) ?? 10);
    const ticks = [];
    for (let i = Math.floor(low / step); i <= Math.ceil((low + span) / step); i++)
      ticks.push(Number((i * step).toPrecision(12)));
    return ticks;
  }

  function timeTicks(endUs, most) {
    const steps = [1, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * 6e7);
    const step = steps.find((us) => endUs / us <= most) ?? endUs;
    return Array.from({ length: Math.floor(endUs / step) + 1 }, (_, i) => i * step);
  }

  function hours(us) {
    return clock(us).replace(/:00$/, "");
  }

  // --- News ------------------------------------------------------------------------------------------------------------------
  const charges = {
    "invalid-output": "the output fails verification",
    "no-output": "paid, and no output came",
    unpaid: "the client does not pay",
  };
  const sentences = {
    "job.charged": ({ job, charge, by }) => [`${by} charges in job ${job}: ${charges[charge] ?? charge}`],
    "job.charge-refused": ({ job, code }) => [`A charge in job ${job} is refused (${code})`],
    "job.dispute-ended": ({ job, stage, slashed }) =>
      slashed !== null
        ? [element("span", { class: "slashed" }, `${slashed} is slashed`), ` for job ${job}`]
        : [stage === "voided" ? `Job ${job} is void; no stake is lost` : `The charge in job ${job} is dismissed`],
    "client.broke": ({ client }) => [`${client} has no coins for another job`],
    "block.refused": ({ miner }) => [`A block of ${miner} is refused`],
    "block.found": ({ miner, undone, height }) => [
      `Fork: ${plural(undone, "block")} undone by ${miner} at height ${height}`,
    ],
    more: ({ count: n }) => [`and ${count(n)} more like these`],
  };

  function showNews({ atUs }) {
    const items = cell.news
      .filter((event) => event.atUs <= atUs)
      .slice(-MOST_NEWS)
      .reverse();
    const place = byId("ticker");
    const key = `${cell.id} ${items.length} ${items[0]?.atUs} ${items[0]?.job ?? ""}`;
    if (place.dataset.key === key) return;
    place.dataset.key = key;
    place.replaceChildren(
      ...(items.length === 0
        ? [element("li", { class: "empty" }, "Nothing so far: no charge, no slashing, no fork")]
        : items.map((event) =>
            element(
              "li",
              {},
              element("time", {}, clock(event.atUs)),
              element("span", {}, ...(sentences[event.event]?.(event) ?? [event.event])),
            ),
          )),
    );
  }

  // --- Table -----------------------------------------------------------------------------------------------------------------
  const tableColumns = [
    ["members", (_, group) => count(group.members)],
    ["jobs", "jobs"],
    ["committed", "committed"],
    ["paid", "paid"],
    ["verified: passed", "passed"],
    ["failed", "failed"],
    ["settled", "settled"],
    ["slashed", "slashed"],
    ["bankrupt", "bankrupt"],
    ["earned coins", (row, group) => optional(column(row, group, "earnedUnits"), coins)],
    ["spendable coins", (row, group) => optional(column(row, group, "spendableUnits"), coins)],
    ["blocks", "blocks"],
  ];

  function optional(value, text) {
    return value === undefined ? "" : text(value);
  }

  function showTable(snapshot) {
    const [head, body] = [byId("table-head"), byId("table-body")];
    const { groups } = cell.header;
    if (head.children.length === 0) {
      const names = ["kind", ...tableColumns.map(([name]) => name)];
      head.append(element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name))));
      for (const { party, kind } of groups)
        body.append(
          element(
            "tr",
            { "data-row": `${party}/${kind}` },
            element("th", { scope: "row" }, party === kind ? kind : `${party} ${kind}`),
            ...tableColumns.map(([name]) => element("td", { "data-column": name })),
          ),
        );
    }
    for (const [i, row] of [...body.children].entries())
      for (const [c, [, of]] of tableColumns.entries()) {
        const value =
          typeof of === "function"
            ? of(snapshot.groups[i], groups[i])
            : optional(column(snapshot.groups[i], groups[i], of), count);
        row.children[c + 1].textContent = value;
      }
    byId("table-caption").textContent = `${cell.header.cell}: by kind, from the beginning to ${clock(snapshot.atUs)}`;
  }

  // --- Hands -----------------------------------------------------------------------------------------------------------------
  byId("play").addEventListener("click", play);
  byId("live").addEventListener("click", () => goTo(last(), "live"));
  byId("scrub").addEventListener("input", ({ target }) => goTo(Number(target.value)));
  byId("measure").addEventListener("change", show);
  byId("cell").addEventListener("change", ({ target }) => {
    wanted = target.value;
    history.replaceState(null, "", wanted === AUTO ? location.pathname : `#cell=${encodeURIComponent(wanted)}`);
    const running = run.cells.findLast(({ ended }) => !ended) ?? run.cells[0];
    open(wanted === AUTO ? running?.id : wanted);
  });
  addEventListener("keydown", (event) => {
    const busy = event.target instanceof Element && event.target.closest("select, input, button, .scroll, .ticker");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || cell === undefined || last() < 0) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.key === " ") play();
    else if (event.key in steps) goTo(index + steps[event.key]);
    else return;
    event.preventDefault();
  });
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) show();
    width = innerWidth;
  });
  // Rates and silences change without a message.
  setInterval(() => {
    if (cell?.header === undefined || last() < 0) return;
    showState();
    showTiles(cell.snapshots[index]);
  }, 1000);
  connect();
})();
