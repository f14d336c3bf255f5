/**
 * The structs that llama.cpp takes by value (include/llama.h of the release). A call with another layout would not fail, it would
 * compute something else, so a release counts as known only after its header was compared with these.
 */
export const knownReleases: readonly string[] = ["v0.5.0"];

export const modelParameters = {
  devices: "void*",
  tensor_buft_overrides: "void*",
  n_gpu_layers: "int32_t",
  split_mode: "int32_t",
  load_mode: "int32_t",
  lazy_mode: "int32_t",
  main_gpu: "int32_t",
  tensor_split: "void*",
  progress_callback: "void*",
  progress_callback_user_data: "void*",
  kv_overrides: "void*",
  vocab_only: "bool",
  check_tensors: "bool",
  use_extra_bufts: "bool",
  no_host: "bool",
  no_alloc: "bool",
  load_mtp: "bool",
};

export const contextParameters = {
  n_ctx: "uint32_t",
  n_batch: "uint32_t",
  n_ubatch: "uint32_t",
  n_seq_max: "uint32_t",
  n_rs_seq: "uint32_t",
  n_outputs_max: "uint32_t",
  n_outputs_max_per_seq: "uint32_t",
  n_threads: "int32_t",
  n_threads_batch: "int32_t",
  ctx_type: "int32_t",
  rope_scaling_type: "int32_t",
  pooling_type: "int32_t",
  attention_type: "int32_t",
  flash_attn_type: "int32_t",
  rope_freq_base: "float",
  rope_freq_scale: "float",
  yarn_ext_factor: "float",
  yarn_attn_factor: "float",
  yarn_beta_fast: "float",
  yarn_beta_slow: "float",
  yarn_orig_ctx: "uint32_t",
  defrag_thold: "float",
  cb_eval: "void*",
  cb_eval_user_data: "void*",
  type_k: "int32_t",
  type_v: "int32_t",
  abort_callback: "void*",
  abort_callback_data: "void*",
  embeddings: "bool",
  offload_kqv: "bool",
  no_perf: "bool",
  op_offload: "bool",
  swa_full: "bool",
  kv_unified: "bool",
  samplers: "void*",
  n_samplers: "size_t",
  ctx_other: "void*",
};

export const batch = {
  n_tokens: "int32_t",
  token: "void*",
  embd: "void*",
  pos: "void*",
  n_seq_id: "void*",
  seq_id: "void*",
  logits: "void*",
};

/** ggml's numbers of the types that a KV cache may have. */
export const ggmlType = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 8 } as const;

/**
 * What llama.cpp's own defaults must read like through these layouts: a second lock beside the name of the release, over the first
 * and the last fields of each struct.
 */
export const expectedDefaults = {
  model: { devices: null, split_mode: 1, main_gpu: 0, vocab_only: false, use_extra_bufts: true, no_alloc: false },
  context: { n_ctx: 512, n_batch: 2048, n_ubatch: 512, n_seq_max: 1, type_k: 1, type_v: 1, op_offload: true },
} as const;
