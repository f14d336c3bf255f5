import { SimulationError } from "../errors.ts";
import { Link, type LinkModel } from "./links.ts";
import type { NodeId } from "./message.ts";

const NO_GROUP = -1;

/** Who is connected to whom, who is up, and which side of a partition everybody is on. */
export class Topology {
  readonly #model: LinkModel;
  readonly #links: Link[][] = [];
  readonly #up: boolean[] = [];
  #group: number[] | undefined;

  constructor(model: LinkModel) {
    this.#model = model;
  }

  get size(): number {
    return this.#links.length;
  }

  addNode(): NodeId {
    this.#links.push([]);
    this.#up.push(true);
    return this.#links.length - 1;
  }

  /** Links that leave a node, in the order of connecting, whether they work or not. */
  linksFrom(node: NodeId): readonly Link[] {
    return this.#links[node]!;
  }

  linkBetween(from: NodeId, to: NodeId): Link | undefined {
    return this.#links[from]!.find((link) => link.to === to);
  }

  /** False if they are connected already. */
  connect(one: NodeId, other: NodeId): boolean {
    this.check(one);
    this.check(other);
    if (one === other) throw new SimulationError("bad-argument", `connect: node ${one} to itself`);
    if (this.linkBetween(one, other) !== undefined) return false;
    this.#links[one]!.push(new Link(one, other, this.#model(one, other)));
    this.#links[other]!.push(new Link(other, one, this.#model(other, one)));
    return true;
  }

  /** False if they are not connected. */
  disconnect(one: NodeId, other: NodeId): boolean {
    const links = [this.linkBetween(one, other), this.linkBetween(other, one)];
    if (links[0] === undefined) return false;
    for (const link of links) link!.isOpen = false;
    this.#links[one] = this.#links[one]!.filter(({ to }) => to !== other);
    this.#links[other] = this.#links[other]!.filter(({ to }) => to !== one);
    return true;
  }

  isUp(node: NodeId): boolean {
    return this.#up[node]!;
  }

  setUp(node: NodeId, up: boolean): void {
    this.check(node);
    this.#up[node] = up;
  }

  /** Cuts every link between different groups; nodes in no group form one of their own. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.#group = new Array<number>(this.size).fill(NO_GROUP);
    for (const [index, group] of groups.entries()) for (const node of group) this.#group[node] = index;
  }

  heal(): void {
    this.#group = undefined;
  }

  /** Whether a message can pass: the link exists, both ends are up, no partition lies between. */
  works(link: Link): boolean {
    if (!this.#up[link.from] || !this.#up[link.to]) return false;
    return this.#group === undefined || (this.#group[link.from] ?? NO_GROUP) === (this.#group[link.to] ?? NO_GROUP);
  }

  /** Whether a message sent over this link some time ago still comes out of it. */
  stillWorks(link: Link): boolean {
    return link.isOpen && this.works(link);
  }

  check(node: NodeId): void {
    if (!(Number.isInteger(node) && node >= 0 && node < this.size)) {
      throw new SimulationError("bad-argument", `node: expected 0 to ${this.size - 1}, got ${node}`);
    }
  }
}
