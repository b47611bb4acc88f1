"use strict";
// Shows what the pointer or the arrow keys are at. The page is whole without: then a browser shows the titles of the spans.
(() => {
  const detail = document.getElementById("detail");
  const said = document.getElementById("said");
  const titles = new WeakMap();
  let here = null;

  // A span's title moves here, or the browser would show it a second time.
  function words(span) {
    const title = span.querySelector("title");
    if (title) {
      titles.set(span, title.textContent);
      title.remove();
    }
    return titles.get(span);
  }

  function show(span) {
    hide();
    here = span;
    span.classList.add("here");
    detail.textContent = words(span).replaceAll(" · ", "\n");
    detail.hidden = false;
    const at = span.getBoundingClientRect(), room = detail.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - room.width - 8);
    const below = at.bottom + 8 + room.height < window.innerHeight;
    detail.style.left = Math.max(8, left) + window.scrollX + "px";
    detail.style.top = (below ? at.bottom + 8 : at.top - 8 - room.height) + window.scrollY + "px";
  }

  function hide() {
    if (here) here.classList.remove("here");
    here = null;
    detail.hidden = true;
  }

  const spansOf = (lane) => [...lane.querySelectorAll("rect:not(.track)")];
  const middle = (span) => { const at = span.getBoundingClientRect(); return (at.left + at.right) / 2; };

  // The span of a lane that is nearest to where we are.
  function nearest(lane) {
    const x = here ? middle(here) : -Infinity;
    return spansOf(lane).reduce((best, span) =>
      best && Math.abs(middle(best) - x) <= Math.abs(middle(span) - x) ? best : span, null);
  }

  function next(lane, key) {
    const spans = spansOf(lane), i = spans.indexOf(here);
    switch (key) {
      case "ArrowRight": return spans[Math.min(i + 1, spans.length - 1)];
      case "ArrowLeft": return spans[Math.max(i - 1, 0)];
      case "Home": return spans[0];
      case "End": return spans[spans.length - 1];
    }
  }

  function move(event) {
    const lane = event.target.closest(".lane");
    if (!lane || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") return hide();
    let to = lane;
    if (event.key === "ArrowDown") to = lane.nextElementSibling;
    if (event.key === "ArrowUp") to = lane.previousElementSibling;
    if (!to || !to.classList.contains("lane")) to = lane;
    const span = to === lane ? next(lane, event.key) : nearest(to);
    if (to === lane && !span) {
      if (event.key.startsWith("Arrow")) event.preventDefault();
      return;
    }
    event.preventDefault();
    if (to !== lane) {
      lane.setAttribute("tabindex", "-1");
      to.setAttribute("tabindex", "0");
      to.focus();
    }
    if (!span) return hide();
    show(span);
    said.textContent = words(span);
  }

  for (const lanes of document.querySelectorAll("svg.lanes")) {
    lanes.setAttribute("role", "application"); // so that a screen reader hands the arrow keys on
    lanes.addEventListener("keydown", move);
    lanes.addEventListener("focusout", hide);
    lanes.addEventListener("pointerover", (event) => {
      const span = event.target.closest(".lane rect:not(.track)");
      span ? show(span) : hide();
    });
    lanes.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
  }
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest("svg.lanes")) hide(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  for (const keys of document.querySelectorAll(".keys")) keys.hidden = false;
})();
