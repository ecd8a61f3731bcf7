// Leaving in a hurry: at once, from this tab's history too. Without it the button is a plain link.
(() => {
  "use strict";
  const link = document.querySelector("[data-leave]");
  if (!link) return;
  const PRESSES = 3;
  const WITHIN = 5000; // milliseconds
  const MARK = "left";
  const leave = (event) => {
    if (event) event.preventDefault();
    document.documentElement.hidden = true;
    document.title = "…";
    try {
      sessionStorage.setItem(MARK, "1"); // of this tab alone: its other pages do not come back either
      navigator.sendBeacon(link.dataset.leave); // answered by "clear what you kept of us"; nobody waits for it
    } catch {
      // A browser that keeps nothing has nothing to clear.
    }
    window.location.replace(link.href);
  };
  const left = () => {
    try {
      return sessionStorage.getItem(MARK) === "1";
    } catch {
      return false;
    }
  };
  const cameBack = () => {
    const [how] = performance.getEntriesByType("navigation");
    return how && how.type === "back_forward";
  };
  if (left()) {
    if (cameBack()) leave();
    else sessionStorage.removeItem(MARK); // somebody came here anew
  }
  // Going back through the browser's memory must not show a page that was left, nor the one before it.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && left()) leave();
  });
  link.addEventListener("click", leave);
  let presses = [];
  let alone = false; // Shift that makes a capital letter is not pressed to leave
  document.addEventListener("keydown", (event) => {
    alone = event.key === "Shift";
    if (!alone) presses = [];
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    presses = presses.filter((at) => event.timeStamp - at < WITHIN).concat(event.timeStamp);
    if (presses.length === PRESSES) leave();
  });
})();
