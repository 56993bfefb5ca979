"use strict";
// Leaves this page at once: by the link, or by Shift three times. Nothing is left on the screen or one step back.
(function () {
  const link = document.querySelector("[data-exit]");
  let presses = 0;
  let last = 0;

  function leave(event) {
    if (event) event.preventDefault();
    try {
      sessionStorage.clear();
    } catch { /* a browser that keeps nothing has nothing to clear */ }
    document.title = "…";
    document.body.replaceChildren();
    location.replace(link.href);
  }

  link.addEventListener("click", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = 0;
    } else if (!event.repeat) {
      presses = Date.now() - last < 2000 ? presses + 1 : 1;
      last = Date.now();
      if (presses === 3) leave();
    }
  });
})();
