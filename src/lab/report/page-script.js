// Runs in the report page: puts the interactive figures in place of the pictures that stand there without scripts.
(() => {
  const figures = JSON.parse(document.getElementById("figure-specs").textContent);
  const narrow = matchMedia("(max-width: 42rem)");
  const options = {
    renderer: "svg",
    actions: { export: true, source: false, compiled: false, editor: false },
    downloadFileName: "figure",
  };
  const drawAll = async () => {
    for (const [i, { name, wide, small }] of figures.entries()) {
      const place = document.querySelector(`[data-figure="${i}"]`);
      const drawing = document.createElement("div");
      await vegaEmbed(drawing, narrow.matches ? small : wide, { ...options, downloadFileName: name });
      drawing.querySelector("summary")?.setAttribute("aria-label", `Save figure ${name}`);
      place.replaceChildren(drawing);
    }
    document.body.dataset.figures = "interactive";
  };
  let work = Promise.resolve();
  const redraw = () => {
    work = work.then(drawAll).catch((error) => {
      document.body.dataset.figures = `pictures: ${error}`;
    });
  };
  narrow.addEventListener("change", redraw);
  redraw();
})();
