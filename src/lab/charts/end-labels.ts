export interface LineEnd {
  readonly series: string;
  /** Where the line ends on a logarithmic axis. */
  readonly value: number;
}

/**
 * Where to write each line's name at its end, so that no two names touch: in the order of the ends, at least `gapPx` apart,
 * each as near its own end as that allows.
 *
 * @returns by series, the value on the axis at which its name goes
 */
export function placeEndLabels(
  ends: readonly LineEnd[],
  axis: { readonly domain: readonly [number, number]; readonly heightPx: number },
  gapPx: number,
): Map<string, number> {
  const [low, high] = axis.domain.map(Math.log) as [number, number];
  const toPx = (value: number) => ((Math.log(value) - low) / (high - low)) * axis.heightPx;
  const toValue = (px: number) => Math.exp(low + (px / axis.heightPx) * (high - low));

  // Neighbours that would touch form a block, which stands centred on the mean of its members' ends; blocks that then touch merge.
  interface Block {
    members: LineEnd[];
    centrePx: number;
  }
  const extent = (block: Block) => ((block.members.length - 1) * gapPx) / 2;
  const blocks: Block[] = [];
  for (const end of [...ends].sort((a, b) => a.value - b.value)) {
    let block: Block = { members: [end], centrePx: toPx(end.value) };
    for (let below = blocks.at(-1); below !== undefined; below = blocks.at(-1)) {
      if (block.centrePx - extent(block) - (below.centrePx + extent(below)) >= gapPx) break;
      blocks.pop();
      const members = [...below.members, ...block.members];
      block = { members, centrePx: members.reduce((sum, { value }) => sum + toPx(value), 0) / members.length };
    }
    blocks.push(block);
  }
  return new Map(
    blocks.flatMap((block) =>
      block.members.map(({ series }, i) => [series, toValue(block.centrePx - extent(block) + i * gapPx)]),
    ),
  );
}
