/** Small GGUF files of other architectures, and llama models with odd metadata, vocabularies or weights: random weights, F32. */
import { writeFileSync } from "node:fs";
import seedrandom from "seedrandom";
import { alignUp, defaultAlignment, tensorType } from "../../src/inference/gguf/format.ts";
import { sentencePieceVocabulary } from "../../src/inference/gguf/vocabulary.ts";
import { encodeHeader, type MetadataEntry } from "../../src/inference/gguf/write-header.ts";

const width = 64;
const inner = 128;
const tokens = 512;

interface CraftedTensor {
  readonly name: string;
  /** Innermost first. */
  readonly dimensions: readonly number[];
  readonly data: Float32Array;
}

export interface CraftedModel {
  metadata: MetadataEntry[];
  tensors: CraftedTensor[];
}

/** A model with some entries of its metadata replaced or added. */
export function stating({ metadata, tensors }: CraftedModel, ...entries: MetadataEntry[]): CraftedModel {
  const keys = new Set(entries.map(([key]) => key));
  return { metadata: [...metadata.filter(([key]) => !keys.has(key)), ...entries], tensors };
}

/** A model whose tensor of this name holds other numbers. */
export function weighing(
  { metadata, tensors }: CraftedModel,
  name: string,
  weight: (i: number, old: number) => number,
): CraftedModel {
  const changed = (tensor: CraftedTensor) => ({ ...tensor, data: tensor.data.map((old, i) => weight(i, old)) });
  return { metadata, tensors: tensors.map((tensor) => (tensor.name === name ? changed(tensor) : tensor)) };
}

/** A model whose tokens have other texts. */
export function spelling(model: CraftedModel, text: (old: string, token: number) => string): CraftedModel {
  const key = "tokenizer.ggml.tokens";
  const old = model.metadata.find(([name]) => name === key)![2] as readonly string[];
  return stating(model, [key, "strings", old.map(text)]);
}

/** A model whose vocabulary has letters and the line break for tokens, and no bytes: what is not in it cannot be spelled. */
export function withoutBytes(model: CraftedModel): CraftedModel {
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return spelling(model, (old, token) => {
    if (token === firstByte + 10 || token < firstByte) return old;
    if (token < firstByte + 256) return `<b${token}>`;
    return letters[token - firstLetter] ?? old;
  });
}

const firstByte = 3;
export const firstLetter = 400;

/** The same tensors as another architecture, for which they serve as well. */
export function under(architecture: string, { metadata, tensors }: CraftedModel): CraftedModel {
  const [[, , old]] = metadata as [[string, "string", string]];
  const renamed = metadata.map(
    ([key, ...rest]) => [key.replace(`${old}.`, `${architecture}.`), ...rest] as unknown as MetadataEntry,
  );
  return stating({ metadata: renamed, tensors }, ["general.architecture", "string", architecture]);
}

export function writeModel(path: string, { metadata, tensors }: CraftedModel): string {
  const plans = tensors.map(({ name, dimensions }) => ({ name, dimensions, type: tensorType.F32 }));
  const parts: Uint8Array[] = [encodeHeader(metadata, plans)];
  for (const { data } of tensors) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    parts.push(bytes, new Uint8Array(alignUp(bytes.length, defaultAlignment) - bytes.length));
  }
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

const draw = seedrandom.alea("crafted models");

/** A tensor of random weights, small enough that nothing overflows. */
function random(name: string, ...dimensions: number[]): CraftedTensor {
  const size = dimensions.reduce((a, b) => a * b, 1);
  return { name, dimensions, data: Float32Array.from({ length: size }, () => (draw() - 0.5) * 0.35) };
}

function ones(name: string, ...dimensions: number[]): CraftedTensor {
  return { name, dimensions, data: new Float32Array(dimensions.reduce((a, b) => a * b, 1)).fill(1) };
}

function head(architecture: string, layers: number, ...more: MetadataEntry[]): MetadataEntry[] {
  return [
    ["general.architecture", "string", architecture],
    ["general.name", "string", `random weights, ${architecture}`],
    [`${architecture}.context_length`, "uint32", 512],
    [`${architecture}.embedding_length`, "uint32", width],
    [`${architecture}.block_count`, "uint32", layers],
    [`${architecture}.feed_forward_length`, "uint32", inner],
    [`${architecture}.vocab_size`, "uint32", tokens],
    ...more,
    ...sentencePieceVocabulary(tokens),
  ];
}

export function llama(): CraftedModel {
  return {
    metadata: head(
      "llama",
      2,
      ["llama.attention.head_count", "uint32", 2],
      ["llama.attention.layer_norm_rms_epsilon", "float32", 1e-5],
      ["llama.rope.dimension_count", "uint32", width / 2],
    ),
    tensors: [
      random("token_embd.weight", width, tokens),
      ones("output_norm.weight", width),
      random("output.weight", width, tokens),
      ...[0, 1].flatMap((i) => [
        ones(`blk.${i}.attn_norm.weight`, width),
        ...["attn_q", "attn_k", "attn_v", "attn_output"].map((name) => random(`blk.${i}.${name}.weight`, width, width)),
        ones(`blk.${i}.ffn_norm.weight`, width),
        random(`blk.${i}.ffn_gate.weight`, width, inner),
        random(`blk.${i}.ffn_up.weight`, width, inner),
        random(`blk.${i}.ffn_down.weight`, inner, width),
      ]),
    ],
  };
}

/** An embedding model: attention to both sides, no output. */
export function bert(): CraftedModel {
  return {
    metadata: head(
      "bert",
      2,
      ["bert.attention.head_count", "uint32", 2],
      ["bert.attention.layer_norm_epsilon", "float32", 1e-12],
      ["bert.attention.causal", "bool", false],
      ["bert.pooling_type", "uint32", 1],
      ["tokenizer.ggml.token_type_count", "uint32", 2],
    ),
    tensors: [
      random("token_embd.weight", width, tokens),
      random("position_embd.weight", width, 512),
      random("token_types.weight", width, 2),
      ones("token_embd_norm.weight", width),
      random("token_embd_norm.bias", width),
      ...[0, 1].flatMap((i) => [
        ...["attn_q", "attn_k", "attn_v", "attn_output"].flatMap((name) => [
          random(`blk.${i}.${name}.weight`, width, width),
          random(`blk.${i}.${name}.bias`, width),
        ]),
        ...["attn_output_norm", "layer_output_norm"].flatMap((name) => [
          ones(`blk.${i}.${name}.weight`, width),
          random(`blk.${i}.${name}.bias`, width),
        ]),
        random(`blk.${i}.ffn_up.weight`, width, inner),
        random(`blk.${i}.ffn_up.bias`, inner),
        random(`blk.${i}.ffn_down.weight`, inner, width),
        random(`blk.${i}.ffn_down.bias`, width),
      ]),
    ],
  };
}

/** An encoder and a decoder that looks at it. */
export function t5(): CraftedModel {
  const half = (side: "enc" | "dec"): CraftedTensor[] => [
    ones(`${side}.output_norm.weight`, width),
    random(`${side}.blk.0.attn_rel_b.weight`, 2, 32),
    ...[0, 1].flatMap((i) => [
      ...(side === "enc" ? ["attn"] : ["attn", "cross_attn"]).flatMap((block) => [
        ones(`${side}.blk.${i}.${block}_norm.weight`, width),
        ...["q", "k", "v", "o"].map((name) => random(`${side}.blk.${i}.${block}_${name}.weight`, width, width)),
      ]),
      ones(`${side}.blk.${i}.ffn_norm.weight`, width),
      random(`${side}.blk.${i}.ffn_up.weight`, width, inner),
      random(`${side}.blk.${i}.ffn_down.weight`, inner, width),
    ]),
  ];
  return {
    metadata: head(
      "t5",
      2,
      ["t5.attention.head_count", "uint32", 2],
      ["t5.attention.key_length", "uint32", 32],
      ["t5.attention.value_length", "uint32", 32],
      ["t5.attention.layer_norm_epsilon", "float32", 1e-6],
      ["t5.attention.layer_norm_rms_epsilon", "float32", 1e-6],
      ["t5.attention.relative_buckets_count", "uint32", 32],
      ["t5.decoder_start_token_id", "uint32", 0],
    ),
    tensors: [
      random("token_embd.weight", width, tokens),
      random("output.weight", width, tokens),
      ...half("enc"),
      ...half("dec"),
    ],
  };
}

/** A recurrent model; converters write 0 heads for it. */
export function mamba(): CraftedModel {
  const [inside, state, convolution, rank] = [2 * width, 16, 4, 4];
  const decay = Float32Array.from({ length: inside * state }, (_, i) => -(1 + (i % state)));
  return {
    metadata: head(
      "mamba",
      2,
      ["mamba.attention.head_count", "uint32", 0],
      ["mamba.attention.layer_norm_rms_epsilon", "float32", 1e-5],
      ["mamba.ssm.conv_kernel", "uint32", convolution],
      ["mamba.ssm.inner_size", "uint32", inside],
      ["mamba.ssm.state_size", "uint32", state],
      ["mamba.ssm.time_step_rank", "uint32", rank],
    ),
    tensors: [
      random("token_embd.weight", width, tokens),
      ones("output_norm.weight", width),
      ...[0, 1].flatMap((i) => [
        ones(`blk.${i}.attn_norm.weight`, width),
        random(`blk.${i}.ssm_in.weight`, width, 2 * inside),
        random(`blk.${i}.ssm_conv1d.weight`, convolution, inside),
        random(`blk.${i}.ssm_conv1d.bias`, inside),
        random(`blk.${i}.ssm_x.weight`, inside, rank + 2 * state),
        random(`blk.${i}.ssm_dt.weight`, rank, inside),
        random(`blk.${i}.ssm_dt.bias`, inside),
        { name: `blk.${i}.ssm_a`, dimensions: [state, inside], data: decay },
        ones(`blk.${i}.ssm_d`, inside),
        random(`blk.${i}.ssm_out.weight`, inside, width),
      ]),
    ],
  };
}

/** A hybrid (LFM2): convolutions and attention in turn. */
export function hybrid(): CraftedModel {
  return {
    metadata: head(
      "lfm2",
      2,
      ["lfm2.attention.head_count", "uint32", 2],
      ["lfm2.attention.head_count_kv", "ints", [0, 1]],
      ["lfm2.attention.layer_norm_rms_epsilon", "float32", 1e-5],
      ["lfm2.shortconv.l_cache", "uint32", 3],
      ["lfm2.rope.freq_base", "float32", 10000],
    ),
    tensors: [
      random("token_embd.weight", width, tokens),
      ones("token_embd_norm.weight", width),
      ...[0, 1].flatMap((i) => [
        ones(`blk.${i}.attn_norm.weight`, width),
        ones(`blk.${i}.ffn_norm.weight`, width),
        random(`blk.${i}.ffn_gate.weight`, width, inner),
        random(`blk.${i}.ffn_up.weight`, width, inner),
        random(`blk.${i}.ffn_down.weight`, inner, width),
      ]),
      random("blk.0.shortconv.conv.weight", 3, width),
      random("blk.0.shortconv.in_proj.weight", width, 3 * width),
      random("blk.0.shortconv.out_proj.weight", width, width),
      ones("blk.1.attn_q_norm.weight", width / 2),
      ones("blk.1.attn_k_norm.weight", width / 2),
      random("blk.1.attn_q.weight", width, width),
      random("blk.1.attn_k.weight", width, width / 2),
      random("blk.1.attn_v.weight", width, width / 2),
      random("blk.1.attn_output.weight", width, width),
    ],
  };
}
