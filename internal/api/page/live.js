"use strict";
// The live view: what the server tells of its requests, drawn as lanes.
//
// Bars are drawn at their times on a sheet, and the sheet slides to the left behind a window. The window's right edge is a
// little behind the server's clock, so an end is known before it comes into sight: no bar grows past its end and shrinks back.
// A bar whose end is not known goes on beyond the edge, and so it grows without being drawn again.
(() => {
  const lag = 250;         // ms behind the server's clock; it tells what changed every 100
  const silence = 5000;    // ms without a word from the server, which speaks each second, until it counts as gone
  const calm = 500;        // ms with nothing in flight that end a burst
  const settled = 300;     // ms that a burst takes to arrive, before it is told of
  const often = 4000;      // ms from one such word to the next, at least
  const mostLanes = 2000;  // that are kept
  const mostGaps = 20;
  const longest = 30000;   // ms that the widest window shows
  const forever = 120000;  // ms that a bar without an end reaches beyond now: it is drawn again before that is over
  const redrawn = 50;      // ms from one drawing of the bars to the next, at least
  const shortest = .00809; // ms: the server counts what took up to 8 µs as one
  const tooThin = 2;       // px that a bar takes, however short
  const tail = 180;        // px that the words behind a bar may take
  const folds = [1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 40, 50, 75, 100, 200, 250, 500, 1000, 2500, 5000, 10000, 100000, 1000000];

  const element = (id) => document.getElementById(id);
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // ---- Words ----

  // say writes text where it has changed.
  function say(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  const count = (n) => n.toLocaleString("en");
  const requests = (n) => count(n) + (n === 1 ? " request" : " requests");

  // human writes a duration as the program does: in three digits.
  function human(ms) {
    if (ms >= 59950) return Math.floor(ms / 60000) + "m" + Math.round(ms % 60000 / 1000) + "s";
    if (ms >= 999.5) return digits(ms / 1000) + " s";
    if (ms >= 0.9995) return digits(ms) + " ms";
    return digits(ms * 1000) + " µs";
  }

  // roughly writes a duration in two digits: the server counts in classes and is 1 % off at most.
  const roughly = (ms) => ms < shortest ? "< 8 µs" : human(Number(ms.toPrecision(2))).replace(/(\.\d)0 /, "$1 ");

  const digits = (x) => x.toFixed(x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2);

  const modeWords = {
    "concurrent": () => "each request in a goroutine of its own",
    "one-at-a-time": () => "one request at a time: the others queue",
    "limited": (limit) => requests(limit) + " at once: the others queue",
  };

  // ---- What is known ----

  const lanes = [];            // by number, the smallest first
  const byNumber = new Map();
  let gaps = [];               // times of which not all was seen
  let last = null;             // the latest frame

  // endOf is when a lane ended, as far as that is known, or Infinity.
  const endOf = (lane) => lane.ended ?? lane.unseen ?? Infinity;
  const inFlight = (lane) => endOf(lane) === Infinity;

  // note takes in what the server tells of a lane.
  function note(told) {
    const known = byNumber.get(told.n);
    if (known) {
      delete known.unseen;
      return Object.assign(known, told);
    }
    let i = lanes.length;
    while (i > 0 && lanes[i - 1].n > told.n) i--;
    lanes.splice(i, 0, told);
    byNumber.set(told.n, told);
    return told;
  }

  // endUnseen ends the lanes that are in flight no more, as the present shows, at the last moment they were known to be. Where
  // the present has no room for all that are, nothing is known of those behind its last.
  function endUnseen(present) {
    const there = new Set(present.lanes.map((lane) => lane.n));
    const told = present.more > 0 ? Math.max(...there) : Infinity;
    for (const lane of lanes) {
      if (inFlight(lane) && !there.has(lane.n) && lane.n <= told) lane.unseen = Math.max(last.now, lane.arrived);
    }
  }

  // endedSince is how many requests ended from one frame to the next, by the server's count of each second.
  function endedSince(before, frame) {
    const seconds = Math.floor(frame.now / 1000) - Math.floor(before.now / 1000);
    if (seconds > 59) return Infinity;
    return frame.per_second.slice(59 - seconds).reduce((sum, n) => sum + n) - before.per_second[59];
  }

  // missed notes that not all was seen from one moment to another.
  function missed(from, to) {
    const before = gaps[gaps.length - 1];
    if (before && from <= before.to) before.to = to;
    else gaps.push({ from, to });
    gaps = gaps.slice(-mostGaps);
    if (burst) burst.dropped = true;
  }

  // forget drops what no window shows any more. What is in flight stays, as far as there is room.
  function forget(now) {
    const old = now - longest - lag - tail / scale;
    gaps = gaps.filter((gap) => gap.to > old);
    let excess = lanes.length - mostLanes, kept = 0;
    for (const lane of lanes) {
      if (!inFlight(lane) && (excess > 0 || endOf(lane) < old)) {
        excess--;
        byNumber.delete(lane.n);
      } else {
        lanes[kept++] = lane;
      }
    }
    for (let i = mostLanes; i < kept; i++) byNumber.delete(lanes[i].n);
    lanes.length = Math.min(kept, mostLanes);
  }

  // forgetAll begins anew: another server has other requests with the same numbers.
  function forgetAll() {
    lanes.length = 0;
    byNumber.clear();
    gaps = [];
    burst = null;
    last = null;
    shownTo = -Infinity;
    say(element("sum"), "");
  }

  // ---- The clock ----

  // difference is between the page's clock and the server's, what frames take to arrive included. A late frame puts it up at
  // once, and it comes down slowly, so that the picture waits for what is late. shownTo is the right edge.
  let difference = 0, shownTo = -Infinity;

  function setClock(frame, anew) {
    const seen = performance.now() - frame.now;
    if (anew || difference - seen > 2000) difference = seen; // after a standstill of this machine, late frames say little
    else difference = Math.max(seen, difference - (difference - seen) / 20);
  }

  // edge is the server's time at the right edge. It does not go back, and not on where nothing has been heard.
  function edge() {
    if (paused || away || !last) return shownTo;
    const now = Math.min(performance.now() - difference - lag, last.now + 1000);
    return shownTo = Math.max(shownTo, now);
  }

  // ---- The picture ----

  const svg = element("lanes"), chart = element("chart"), view = element("view"), sheet = element("sheet");
  const rows = [];             // pairs of a label and its bars, used again and again
  let width = 0, height = 0, rem = 16, gutter = 0; // in pixels, of the window for the bars
  let span = 10000;            // ms that the window shows
  let scale = 0.1;             // px a ms
  let base = 0;                // the time at the sheet's left edge: from the server's start on it would be too many pixels
  let fold = 1, firstShown = 0, slide = 0;
  let letter = 7;              // px that a letter of a label takes
  let drawnAt = -Infinity, drawAgain = 0; // when the bars were drawn, and the time from which on they no longer hold
  let scheduled = false, paused = false, away = true;

  function make(name, attributes, parent) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (parent) parent.append(made);
    return made;
  }

  const px = (x) => x.toFixed(1);
  const at = (time) => (time - base) * scale;

  // measure fits the picture into its place.
  function measure() {
    rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const box = chart.getBoundingClientRect();
    const axis = 1.4 * rem;
    gutter = box.width < 560 ? 3.2 * rem : 16 * rem;
    width = Math.max(50, box.width - gutter);
    height = Math.max(50, box.height - axis);
    scale = width / span;
    for (const part of [view, element("gutter")]) {
      part.setAttribute("y", px(axis));
      part.setAttribute("height", px(height));
    }
    view.setAttribute("x", px(gutter));
    view.setAttribute("width", px(width));
    element("gutter").setAttribute("width", px(gutter));
    drawAxis(axis);
    changed();
  }

  // drawAxis writes how long ago what is below a line was.
  function drawAxis(top) {
    const axis = element("axis"), step = span / (width < 30 * rem ? 2 : 5);
    axis.replaceChildren();
    for (let ago = span; ago >= 0; ago -= step) {
      const x = px(gutter + width - ago * scale);
      make("line", { class: ago ? "grid" : "now", x1: x, x2: x, y1: px(top - 3), y2: px(top + height) }, axis);
      const text = make("text", { class: "tick" + (ago ? ago === span ? " first" : "" : " last"), x, y: px(top / 2) }, axis);
      text.textContent = ago === span ? ago / 1000 + " s ago" : ago / 1000 + " s";
    }
  }

  // schedule has the picture drawn soon, as long as something in it moves and somebody sees it.
  function schedule() {
    if (scheduled || document.hidden || !last) return;
    scheduled = true;
    if (still.matches) setTimeout(draw, 250);
    else requestAnimationFrame(draw);
  }

  // changed has the bars drawn again.
  function changed() {
    drawAgain = -Infinity;
    schedule();
  }

  function draw() {
    scheduled = false;
    const now = edge();
    say(element("axis").lastChild, paused ? "paused" : away ? "lost" : "now");
    if (now >= drawAgain && (performance.now() - drawnAt >= redrawn || drawAgain === -Infinity)) drawBars(now);
    sheet.setAttribute("transform", `translate(${(width - at(now)).toFixed(2)} 0)`);
    slide = still.matches || Math.abs(slide) < 0.5 ? 0 : slide * 0.85;
    const moved = `translate(0 ${px(slide)})`;
    element("bars").setAttribute("transform", moved);
    element("labels").setAttribute("transform", moved);
    if (!paused && !away && drawAgain < Infinity) schedule();
  }

  // inWindow tells whether anything of a lane, or the words behind it, is in sight.
  const inWindow = (lane, now) => lane.arrived <= now && endOf(lane) > now - span - tail / scale;

  // drawBars draws all that is in sight, and what comes into it before the bars are drawn again.
  function drawBars(now) {
    drawnAt = performance.now();
    base = Math.floor(now / forever) * forever;
    const seen = lanes.filter((lane) => inWindow(lane, now));
    drawGaps(now);
    fold = chooseFold(seen);
    const groups = grouped(seen, fold), pitch = choosePitch(groups.length, fold);
    slideUp(seen, pitch);
    svg.classList.toggle("dense", pitch < 0.8 * rem);
    svg.classList.toggle("roomy", isRoomy(pitch));
    letter = (isRoomy(pitch) ? 0.58 : 0.44) * rem;
    for (let i = 0; i < Math.max(groups.length, rows.length); i++) drawRow(i, groups[i], pitch, now);
    drawAgain = nextChange(now);
    element("rest").hidden = seen.length > 0 || away || gaps.some((gap) => gap.to > now - span);
    tellMore();
  }

  // nextChange is when the bars no longer hold: something begins, ends or goes out of sight.
  function nextChange(now) {
    let next = Infinity;
    for (const lane of lanes) {
      if (!inWindow(lane, now) && lane.arrived <= now) continue;
      for (const time of [lane.arrived, lane.began, endOf(lane), endOf(lane) + span + tail / scale]) {
        if (time > now && time < next) next = time;
      }
      next = Math.min(next, now + forever / 2);
    }
    return gaps.some((gap) => gap.to > now - span) ? Math.min(next, now + forever / 2) : next;
  }

  // slideUp lets rows glide to their new places when those above have gone.
  function slideUp(seen, pitch) {
    const first = seen.length > 0 ? seen[0].n : 0;
    if (fold === 1 && first > firstShown && firstShown > 0) {
      const gone = rows.findIndex((row) => row.first === first);
      if (gone > 0) slide = Math.min(slide + gone * pitch, height);
    }
    firstShown = first;
  }

  // grouped makes rows of lanes: of those whose numbers are in the same run of fold numbers.
  function grouped(seen, fold) {
    const groups = [];
    for (const lane of seen) {
      const first = Math.floor((lane.n - 1) / fold) * fold + 1;
      let group = groups[groups.length - 1];
      if (!group || group.first !== first) groups.push(group = { first, last: first + fold - 1, lanes: [] });
      group.lanes.push(lane);
    }
    return groups;
  }

  // usualPitch fills the screen with two dozen rows, which a burst is, as long as they are neither tiny nor huge.
  const usualPitch = () => Math.min(1.75 * rem, Math.max(1.125 * rem, height / 24));

  // chooseFold is how many numbers share a row, so that all rows fit.
  function chooseFold(seen) {
    const fits = (k, room) => grouped(seen, k).length <= room;
    if (fits(1, height / (0.625 * rem))) return 1;
    return folds.find((k) => k > 1 && fits(k, height / usualPitch())) ?? folds[folds.length - 1];
  }

  // choosePitch is from one row to the next.
  function choosePitch(n, fold) {
    const pitches = fold > 1 ? [usualPitch()] : [usualPitch(), 0.875 * rem];
    return pitches.find((pitch) => n * pitch <= height) ?? 0.625 * rem;
  }

  const isRoomy = (pitch) => pitch > 1.4 * rem;

  // drawRow draws a row, or hides one that is not needed.
  function drawRow(i, group, pitch, now) {
    const row = rows[i] ?? (rows[i] = newRow());
    row.first = group ? group.first : 0;
    row.bars.style.display = row.label.style.display = group ? "" : "none";
    if (!group) return tag(row.bars, {});
    const top = i * pitch, thick = Math.round(pitch * 0.78);
    row.bars.setAttribute("transform", `translate(0 ${px(top)})`);
    row.label.setAttribute("transform", `translate(0 ${px(top + thick / 2)})`);
    row.took.setAttribute("y", px(thick / 2));
    if (fold > 1) drawGroup(row, group, thick, now);
    else drawLane(row, group.lanes[0], thick, now);
  }

  function newRow() {
    const label = make("g", { class: "label" }, element("labels"));
    const bars = make("g", { class: "lane" }, element("bars"));
    const title = make("title", {}, label);
    const name = make("text", { x: 0 }, label), what = make("text", { class: "what" }, label);
    return {
      first: 0, label, bars, title, name, what,
      queued: make("path", { class: "queued" }, bars), flight: make("path", { class: "flight" }, bars),
      took: make("text", { class: "took" }, bars),
    };
  }

  // drawLane draws a request by itself.
  function drawLane(row, lane, thick, now) {
    const end = inFlight(lane) ? now + forever : endOf(lane), turn = Math.min(lane.began ?? end, end);
    row.bars.setAttribute("class", lane.ended > 0 && lane.status !== 200 ? "lane failed" : "lane");
    row.queued.setAttribute("d", turn > lane.arrived ? bar(lane.arrived, turn, thick, now) : "");
    row.flight.setAttribute("d", lane.began !== undefined ? bar(lane.began, end, thick, now) : "");
    tag(row.bars, { n: lane.n, arrived: lane.arrived, began: lane.began, ended: lane.ended, status: lane.status });
    drawTook(row.took, lane);
    label(row, "#" + lane.n, lane.what, `#${lane.n} ${lane.what}`);
  }

  // label names a row, as far as there is room beside it. The pointer is told all.
  function label(row, name, what, all) {
    const room = hasGutter() ? Math.floor(gutter / letter) - name.length - 3 : 0;
    say(row.name, name);
    say(row.what, what.length > room ? what.slice(0, Math.max(0, room - 1)) + (room > 0 ? "…" : "") : what);
    say(row.title, all);
    row.what.setAttribute("x", px((name.length + 1) * letter));
  }

  const hasGutter = () => gutter > 6 * rem;

  // bar is a rectangle from one time to another. What is far out of sight is cut off: numbers stay small.
  function bar(from, to, thick, now) {
    const left = Math.max(at(from), at(now) - 2 * width);
    return `M${px(left)} 0H${px(Math.max(at(to), left + tooThin))}V${thick}H${px(left)}Z`;
  }

  // drawTook writes behind a bar how long it was, and how it ended where that was not well.
  function drawTook(text, lane) {
    text.setAttribute("x", px(Math.max(at(endOf(lane) < Infinity ? endOf(lane) : 0), at(lane.arrived) + tooThin) + 0.4 * rem));
    text.classList.toggle("bad", lane.ended !== undefined && lane.status !== 200);
    say(text, took(lane));
  }

  function took(lane) {
    if (lane.unseen !== undefined) return "its end was not seen";
    if (lane.ended === undefined) return "";
    const queued = queuedFor(lane);
    return human(lane.ended - lane.arrived) + (queued >= 1 ? `, ${human(queued)} queued` : "") +
      (lane.status === 200 ? "" : " ✕ " + (lane.status ?? "no status"));
  }

  // queuedFor is how long a lane that has ended had queued.
  const queuedFor = (lane) => Math.min(lane.began ?? Infinity, endOf(lane)) - lane.arrived;

  // drawGroup draws how many requests of a group are queued and in flight over time, one area on top of the other.
  function drawGroup(row, group, thick, now) {
    const steps = columnsOf(group.lanes, now);
    const tall = (n) => n > 0 ? Math.max(1.5, n / fold * thick) : 0; // what is not none can be seen
    const flightTop = (step) => thick - tall(step.flight), top = (step) => Math.max(0, flightTop(step) - tall(step.queued));
    row.bars.setAttribute("class", "lane folded");
    row.flight.setAttribute("d", area(steps, () => thick, flightTop));
    row.queued.setAttribute("d", area(steps, flightTop, top));
    labelGroup(row, group, now);
  }

  // labelGroup tells the numbers of a group, what of it is in flight now, and how many have not ended well.
  function labelGroup(row, group, now) {
    const there = group.lanes.filter((lane) => endOf(lane) > now);
    const flight = there.filter((lane) => lane.began <= now).length, queued = there.length - flight;
    const failed = group.lanes.filter((lane) => lane.ended <= now && lane.status !== 200).length;
    tag(row.bars, { first: group.first, last: group.last, count: group.lanes.length, queued, flight });
    label(row, `#${group.first}` + (hasGutter() ? `–${group.last}` : ""),
      [flight && count(flight) + " in flight", queued && count(queued) + " queued"].filter(Boolean).join(", "),
      `${requests(group.lanes.length)} of #${group.first} to #${group.last}`);
    row.took.setAttribute("x", px(at(Math.min(Math.max(...group.lanes.map(endOf)), now + forever)) + 0.4 * rem));
    row.took.classList.toggle("bad", failed > 0);
    say(row.took, failed > 0 ? "✕ " + count(failed) : "");
  }

  // changesOf lists when lanes begin and cease to be queued and in flight: a time, and by how much each count changes then.
  function changesOf(lanes, from, to) {
    const changes = [];
    for (const lane of lanes) {
      const end = Math.min(endOf(lane), to), turn = Math.min(lane.began ?? end, end);
      if (turn > lane.arrived) changes.push([Math.max(lane.arrived, from), 1, 0], [Math.max(turn, from), -1, 0]);
      if (end > turn) changes.push([Math.max(turn, from), 0, 1], [Math.max(end, from), 0, -1]);
    }
    return changes.sort((a, b) => a[0] - b[0]);
  }

  // columnsOf divides time into columns that do not move with the window, and counts at most how many lanes are queued and in
  // flight in each: changes closer to each other than a column cannot be told apart.
  function columnsOf(lanes, now) {
    const width = tooThin / scale, changes = changesOf(lanes, now - span - 2 * width, now + forever), steps = [];
    let queued = 0, flight = 0;
    for (let i = 0; i < changes.length;) {
      const column = Math.floor(changes[i][0] / width), most = { time: column * width, queued, flight };
      for (; i < changes.length && Math.floor(changes[i][0] / width) === column; i++) {
        queued += changes[i][1];
        flight += changes[i][2];
        if (queued + flight >= most.queued + most.flight) Object.assign(most, { queued, flight });
      }
      steps.push(most, { time: (column + 1) * width, queued, flight });
    }
    return steps;
  }

  // area draws what is between two heights over time: there along the upper one, and back along the lower one.
  function area(steps, low, high) {
    if (steps.length === 0) return "";
    let path = `M${px(at(steps[0].time))} ${px(low(steps[0]))}`;
    for (let i = 0; i < steps.length - 1; i++) path += `V${px(high(steps[i]))}H${px(at(steps[i + 1].time))}`;
    for (let i = steps.length - 2; i >= 0; i--) path += `V${px(low(steps[i]))}H${px(at(steps[i].time))}`;
    return path + "Z";
  }

  // tag writes what a row shows as data, for who reads the page by a program.
  function tag(node, values) {
    for (const key of ["n", "arrived", "began", "ended", "status", "first", "last", "count", "queued", "flight"]) {
      if (values[key] === undefined) delete node.dataset[key];
      else if (node.dataset[key] !== String(values[key])) node.dataset[key] = values[key];
    }
  }

  // drawGaps marks the times of which not all was seen.
  function drawGaps(now) {
    const seen = gaps.filter((gap) => gap.to > now - span);
    element("gaps").replaceChildren(...seen.map((gap) => make("rect", {
      class: "gap", x: px(Math.max(at(gap.from), -2 * width)), y: 0,
      width: px(Math.max(1, at(gap.to) - Math.max(at(gap.from), -2 * width))), height: px(height),
    })));
  }

  // tellMore says what is in flight and not drawn.
  function tellMore() {
    const drawn = lanes.filter(inFlight).length, rest = last ? Math.max(0, last.in_flight - drawn) : 0;
    say(element("more"), [
      rest > 0 && !away ? `${count(rest)} more in flight are not drawn.` : "",
      gaps.some((gap) => gap.to > shownTo - span) ? "Grey: not all that happened then was seen." : "",
      fold > 1 ? `Each row stands for ${count(fold)} numbers; its height says how many requests of them are queued or in flight.` : "",
    ].filter(Boolean).join(" "));
  }

  // ---- In numbers ----

  function showNumbers(frame) {
    say(element("in-flight"), count(frame.in_flight - frame.queued));
    say(element("queued"), count(frame.queued));
    say(element("rate"), count(frame.per_second.reduce((sum, n) => sum + n)));
    const any = frame.per_second.some((n) => n > 0);
    say(element("median"), any ? roughly(frame.median) : "–");
    say(element("p99"), any ? roughly(frame.p99) : "–");
    const most = Math.max(1, ...frame.per_second);
    element("rates").firstElementChild.setAttribute("d", frame.per_second.map((n, second) =>
      n > 0 ? `M${second}.1 24v-${(Math.max(0.04, n / most) * 24).toFixed(1)}h.8V24Z` : "").join(""));
    element("rates").setAttribute("aria-label", `Requests that ended in each of the last 60 seconds: at most ${count(Math.max(...frame.per_second))}`);
  }

  function showMode(present) {
    mode = present.mode;
    tellBefore();
    say(element("mode"), present.mode);
    say(element("mode-words"), (modeWords[present.mode] ?? (() => ""))(present.limit));
  }

  // ---- In words ----

  // A burst is what comes between two calms. It is summed up from the lanes that were seen, and from nothing else.
  let burst = null, calmed = 0, saidAt = -Infinity, refused = 0, mode = "";
  const sums = new Map(); // the latest sum by mode: kept when a server in another mode takes over, to compare the two

  // tellBefore repeats what other modes made of their latest burst.
  function tellBefore() {
    const lines = [...sums].filter(([other]) => other !== mode).map(([other, words]) => {
      const line = document.createElement("p");
      line.textContent = `Before, ${other}: ${words}`;
      return line;
    });
    element("before").replaceChildren(...lines);
    measure();
  }

  function follow(frame, told) {
    clearTimeout(calmed);
    if (frame.in_flight > 0 || told.length > 0) burst ??= { began: frame.now, lanes: new Set(), dropped: false, refusedBefore: refused };
    if (!burst) return;
    for (const lane of told) {
      if (burst.lanes.size < mostLanes) burst.lanes.add(lane);
      else if (!burst.lanes.has(lane)) burst.dropped = true;
    }
    burst.refused = frame.refused - burst.refusedBefore;
    if (frame.in_flight === 0) calmed = setTimeout(sumUp, calm);
    const flood = burst.dropped; // one in which a frame may come when nothing is in flight
    if ((frame.in_flight > 0 || flood) && frame.now - burst.began > settled) tell(progress(frame), often);
  }

  function progress(frame) {
    return count(frame.in_flight - frame.queued) + " in flight" +
      (frame.queued > 0 ? `, ${count(frame.queued)} queued for a slot` : "") + " …";
  }

  // tell writes a line about what is seen, and has a screen reader read it out where it has not read one for a while.
  function tell(words, pause) {
    say(element("sum"), words);
    if (performance.now() - saidAt < pause) return;
    saidAt = performance.now();
    say(element("said"), words);
    svg.setAttribute("aria-label", "Requests over time: " + words);
    showLatest();
  }

  function sumUp() {
    if (burst) {
      const words = inWords(burst);
      tell(words, 0);
      sums.set(mode, words);
    }
    burst = null;
    saidAt = -Infinity; // what comes next is told at once
  }

  function inWords(burst) {
    const seen = [...burst.lanes], whole = seen.filter((lane) => lane.began !== undefined && lane.ended !== undefined);
    if (burst.dropped || whole.length === 0 || seen.some((lane) => lane.ended === undefined)) {
      return `Not all was seen: ${requests(seen.length)} at least.`;
    }
    return sentence(facts(seen, whole)) + failures(seen) +
      (burst.refused > 0 ? ` ${requests(burst.refused)} more found no room: 503.` : "");
  }

  // facts are what the lanes of a burst have in common.
  function facts(seen, whole) {
    const times = whole.map((lane) => lane.ended - lane.began).sort((a, b) => a - b);
    const slowest = whole.reduce((a, b) => b.ended - b.began > a.ended - a.began ? b : a);
    const others = whole.filter((lane) => lane !== slowest);
    return {
      n: seen.length,
      all: Math.max(...seen.map((lane) => lane.ended)) - Math.min(...seen.map((lane) => lane.arrived)),
      least: times[0], median: times[Math.floor(times.length / 2)], most: times[times.length - 1],
      peak: mostAtOnce(whole),
      queued: seen.filter((lane) => queuedFor(lane) >= 1).length,
      waited: seen.every((lane) => lane.what.startsWith("GET /slow")), // of others it is not known whether they wait or compute
      passed: others.filter((lane) => lane.began < slowest.ended && lane.ended > slowest.began && lane.ended < slowest.ended).length,
      held: others.filter((lane) => lane.arrived < slowest.ended && lane.began >= slowest.ended - 1).length,
    };
  }

  function mostAtOnce(whole) {
    const steps = whole.flatMap((lane) => [[lane.began, 1], [lane.ended, -1]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let now = 0, most = 0;
    for (const [, step] of steps) most = Math.max(most, now += step);
    return most;
  }

  function sentence(f) {
    if (f.n === 1) return `1 request took ${human(f.all)}${f.queued ? ", part of it queued for a slot" : ""}.`;
    const alike = f.most <= 1.25 * f.least;
    const which = requests(f.n) + (alike ? " of " + human(f.median) : ` of ${human(f.least)} to ${human(f.most)}`);
    const oneSlow = f.n > 2 && f.most > 3 * f.median;
    if (f.peak === 1) {
      return `${which} took ${human(f.all)}, ${f.queued ? "one at a time" : "one after the other"}: ` +
        (oneSlow && f.held > f.n / 2 ? `while the slowest was in flight for ${human(f.most)}, ${count(f.held)} queued behind it.`
          : f.queued ? "while one was in flight, the others queued." : "each came when the one before had ended.");
    }
    if (oneSlow && f.passed) return `${which} in ${human(f.all)}: while the slowest was in flight for ${human(f.most)}, ${count(f.passed)} others ended.`;
    if (f.peak === f.n) {
      return `${which} in ${human(f.all)}: ` + (f.waited ? "while one waited, the others went on." : "all in flight at once.");
    }
    return `${which} in ${human(f.all)}, at most ${count(f.peak)} in flight at once` +
      (f.queued ? `: ${count(f.queued)} queued for a slot.` : ".");
  }

  function failures(seen) {
    const failed = seen.filter((lane) => lane.status !== 200).length;
    return failed ? ` ${count(failed)} ended with another status than 200.` : "";
  }

  // showLatest fills the table, where it is open.
  function showLatest() {
    if (!element("latest").open) return;
    element("rows").replaceChildren(...lanes.slice(-25).reverse().map((lane) => {
      const row = document.createElement("tr"), ended = lane.ended !== undefined;
      const flight = ended && lane.began !== undefined ? human(lane.ended - lane.began) : inFlight(lane) && lane.began ? "…" : "–";
      for (const text of [lane.n, lane.what, lane.began || ended ? human(queuedFor(lane)) : "…", flight, ended ? lane.status ?? "–" : ""]) {
        row.append(document.createElement("td"));
        row.lastChild.textContent = text;
      }
      return row;
    }));
  }

  // ---- From the server ----

  let source = null, watch = 0, opened = false;

  function connect() {
    opened = false;
    source = new EventSource("/live/events");
    source.addEventListener("open", () => { opened = true; });
    source.addEventListener("present", (event) => hear(JSON.parse(event.data), true));
    source.addEventListener("change", (event) => hear(JSON.parse(event.data), false));
    source.addEventListener("error", lost);
    listen();
  }

  // listen takes a long silence for a loss, and tries anew: a network that has gone says nothing, and where a server answers that
  // it cannot, the browser tries no more.
  function listen() {
    clearTimeout(watch);
    watch = setTimeout(() => {
      lost();
      source.close();
      connect();
    }, silence);
  }

  // lost says so. The browser tries again by itself, mostly.
  function lost() {
    away = true;
    opened = false;
    clearTimeout(calmed);
    document.body.dataset.away = "";
    schedule();
    const refused = source.readyState === EventSource.CLOSED;
    showLink("away", refused ? "The server has no room for this view; trying again…" : "The server is gone; trying again…");
  }

  function showLink(state, words) {
    element("link").dataset.state = state;
    say(element("link"), words);
  }

  function hear(frame, present) {
    const anew = present && (opened || !last);
    if (anew) meet(frame);
    if (present) {
      endUnseen(frame);
      if (last !== frame && endedSince(last, frame) > 0) missed(last.now, frame.now);
      showMode(frame);
    }
    setClock(frame, anew);
    const told = frame.lanes.map(note);
    last = frame;
    forget(paused ? shownTo : frame.now);
    setTimeout(showNumbers, lag, frame); // when the picture is as far
    setTimeout(() => {
      follow(frame, told);
      refused = frame.refused;
    }, lag);
    listen();
    if (!paused && (told.length > 0 || present)) changed();
  }

  // meet takes up with a server, for the first time or again. Another one than before is known by its start, which is later on
  // the page's clock. Where a frame is only late, or a machine slept, it does no harm to begin anew.
  function meet(frame) {
    const moved = performance.now() - frame.now - difference;
    if (!last || frame.now < last.now || moved > 500 || moved < -2000) {
      forgetAll();
      last = frame;
      if (frame.per_second.slice(-longest / 1000).some((n) => n > 0)) missed(frame.now - longest, frame.now);
    }
    opened = away = false;
    delete document.body.dataset.away;
    showLink("live", "live");
  }

  // ---- From people ----

  // send asks the server to send, and says so where it does not.
  async function send(name) {
    try {
      const answer = await fetch("/live/send?burst=" + name, { method: "POST" });
      complain(answer.ok ? "" : (await answer.json()).detail);
    } catch {
      complain("the server does not answer");
    }
  }

  let complained = 0;

  function complain(words) {
    clearTimeout(complained);
    say(element("trouble"), words);
    if (words) complained = setTimeout(complain, 10000, "");
  }

  function pause() {
    paused = !paused;
    element("pause").setAttribute("aria-pressed", paused);
    element("pause").lastChild.textContent = paused ? " go on" : " pause";
    changed();
  }

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return;
    if (event.target !== document.body && !event.target.closest(".stage") || event.target.closest("select")) return;
    const key = event.key.toLowerCase(), keyed = document.querySelectorAll("[aria-keyshortcuts]");
    [...keyed].find((button) => button.getAttribute("aria-keyshortcuts") === key)?.click();
  }

  for (const button of document.querySelectorAll("[data-burst]")) {
    button.addEventListener("click", () => send(button.dataset.burst));
  }
  element("pause").addEventListener("click", pause);
  element("window").addEventListener("change", (event) => {
    span = Number(event.target.value);
    measure();
  });
  element("latest").addEventListener("toggle", showLatest);
  document.addEventListener("keydown", press);
  document.addEventListener("visibilitychange", () => { if (!paused) changed(); });
  element("try").textContent = `curl '${location.origin}/slow?delay=1s'`;
  new ResizeObserver(measure).observe(chart);
  connect();
})();
