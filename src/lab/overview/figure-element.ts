import { type Html, html } from "../report/html.ts";
import { dataUri, descriptionElement } from "../report/page.ts";

/** A figure that lies at a path without its ending, with whence it comes and what it says below. */
export function figureElement(path: string, pictureAt: (path: string) => string, whence: Html): Html {
  const { title, description } = JSON.parse(pictureAt(`${path}.vl.json`)) as SpecificationHead;
  const words = [title.text].flat().join(" ");
  return html`<figure>
<div class="scroll picture" role="region" tabindex="0" aria-label="${words}"><img src="${dataUri(pictureAt(`${path}.svg`))}" alt="${words}"></div>
<figcaption>${whence}. ${descriptionElement(description)}</figcaption>
</figure>`;
}

interface SpecificationHead {
  readonly title: { readonly text: string | readonly string[] };
  readonly description: string;
}
