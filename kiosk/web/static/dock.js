// The dev dock: hands for the simulated devices. It exists in the demo only.
"use strict";
(() => {
  const act = (what, name) => fetch("/dock/do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ what, name: name || "" }),
  }).then(refresh);

  const refresh = async () => {
    const state = await (await fetch("/dock/state", { cache: "no-store" })).json();
    for (const [name, value] of Object.entries(state.shown)) {
      document.querySelector(`[data-show="${name}"]`).textContent = value;
    }
    for (const [name, mark] of Object.entries(state.papers)) {
      const image = document.querySelector(`[data-paper="${name}"]`);
      const source = mark ? `/dock/${name}.png?${mark}` : null;
      if (source && image.getAttribute("src") !== source) image.setAttribute("src", source);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) act(button.dataset.do, button.dataset.name);
  });
  setInterval(refresh, 700);
  refresh();
})();
