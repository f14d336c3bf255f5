/** Shows drawings below a notebook's cells. */

type Show = (svg: string) => void;
declare global {
  /** Set by whoever runs the cells under Node (scripts/notebook.ts). */
  var camelidNotebookShow: Show | undefined;
}

interface DenoJupyter {
  display(bundle: Readonly<Record<string, string>>, options: { readonly raw: true }): Promise<void>;
}

/** An SVG: in Jupyter by Deno's kernel, or by the runner of `npm run notebook`. */
export async function display(svg: string): Promise<void> {
  const deno = (globalThis as { Deno?: { readonly jupyter?: DenoJupyter } }).Deno;
  if (deno?.jupyter !== undefined) await deno.jupyter.display({ "image/svg+xml": svg }, { raw: true });
  else globalThis.camelidNotebookShow?.(svg);
}
