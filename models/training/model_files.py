"""Models on disk: checkpoints (full-precision weights, to train on) and GGUF files (what llama.cpp runs)."""

import dataclasses
import os
import re

import sentencepiece
import torch

from gguf import ARRAY, BOOL, FLOAT32, INT32, STRING, UINT32, Value, read_gguf, write_gguf
from model import CONTEXT_TOKENS, NORM_EPSILON, ROTARY_BASE, Llama, Shape

FILE_TYPE_CODES = {"f32": 0, "f16": 1, "q4_0": 2, "q8_0": 7}
QUANTISATION_VERSION = 2
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6

GGUF_NAMES = {
    "token_embedding": "token_embd",
    "output_norm": "output_norm",
    "attention_norm": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "attention_output": "attn_output",
    "feed_forward_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def save_checkpoint(path, model, name, steps, tokens):
    """Write weights, shape and what was spent on them; the file appears whole or not at all."""
    weights, shape = model.state_dict(), dataclasses.asdict(model.shape)
    torch.save({"name": name, "shape": shape, "weights": weights, "steps": steps, "tokens": tokens}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path):
    """(model, the checkpoint's other facts: name, steps, tokens)."""
    checkpoint = torch.load(path, map_location="cpu")
    model = Llama(Shape(**checkpoint["shape"]))
    model.load_state_dict(checkpoint["weights"])
    return model, {key: checkpoint[key] for key in ("name", "steps", "tokens")}


def load_model(path):
    """The model in a checkpoint, or in a GGUF file with its weights as that file rounds them."""
    return load_gguf(path) if path.endswith(".gguf") else load_checkpoint(path)[0]


def load_gguf(path):
    metadata, tensors, _ = read_gguf(path)
    model = Llama(
        Shape(
            width=metadata["llama.embedding_length"],
            layers=metadata["llama.block_count"],
            heads=metadata["llama.attention.head_count"],
            key_value_heads=metadata["llama.attention.head_count_kv"],
            feed_forward=metadata["llama.feed_forward_length"],
            vocabulary=metadata["llama.vocab_size"],
        )
    )
    model.load_state_dict({name: torch.tensor(tensors[gguf_name(name)]) for name in model.state_dict()})
    return model


def export_gguf(path, model, tokenizer_path, name, description, form):
    """Write `model` for llama.cpp in weight format `form` (f32, f16, q8_0 or q4_0)."""
    tensors = []
    for parameter_name, weight in model.state_dict().items():
        own_form = tensor_format(parameter_name, weight, form)
        tensors.append((gguf_name(parameter_name), weight.float().numpy(), own_form))
    metadata = {
        **model_metadata(model.shape, name, description, form),
        **tokenizer_metadata(tokenizer_path, model.shape.vocabulary),
    }
    write_gguf(path, metadata, tensors)


def tensor_format(parameter_name, weight, form):
    """Norms stay F32, as llama.cpp expects. A four-bit file keeps its embedding, also its output layer, at Q8_0."""
    if weight.ndim == 1:
        return "f32"
    if form == "q4_0" and parameter_name == "token_embedding.weight":
        return "q8_0"
    return form


def gguf_name(parameter_name):
    """layers.3.query.weight -> blk.3.attn_q.weight"""
    layer, part = re.fullmatch(r"(?:layers\.(\d+)\.)?(\w+)\.weight", parameter_name).groups()
    return f"{'' if layer is None else f'blk.{layer}.'}{GGUF_NAMES[part]}.weight"


def model_metadata(shape, name, description, form):
    return {
        "general.architecture": Value(STRING, "llama"),
        "general.name": Value(STRING, name),
        "general.description": Value(STRING, description),
        "general.file_type": Value(UINT32, FILE_TYPE_CODES[form]),
        "general.quantization_version": Value(UINT32, QUANTISATION_VERSION),
        "llama.context_length": Value(UINT32, CONTEXT_TOKENS),
        "llama.embedding_length": Value(UINT32, shape.width),
        "llama.block_count": Value(UINT32, shape.layers),
        "llama.feed_forward_length": Value(UINT32, shape.feed_forward),
        "llama.attention.head_count": Value(UINT32, shape.heads),
        "llama.attention.head_count_kv": Value(UINT32, shape.key_value_heads),
        "llama.attention.layer_norm_rms_epsilon": Value(FLOAT32, NORM_EPSILON),
        "llama.rope.dimension_count": Value(UINT32, shape.head_width),
        "llama.rope.freq_base": Value(FLOAT32, ROTARY_BASE),
        "llama.vocab_size": Value(UINT32, shape.vocabulary),
    }


def tokenizer_metadata(tokenizer_path, vocabulary):
    """The SentencePiece model as llama.cpp wants it: pieces, scores and kinds, and how to treat the text's ends."""
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=tokenizer_path)
    if tokenizer.get_piece_size() != vocabulary:
        raise SystemExit(
            f"{tokenizer_path}: {tokenizer.get_piece_size()} pieces, but the model has {vocabulary} tokens"
        )
    tokens = range(vocabulary)
    return {
        "tokenizer.ggml.model": Value(STRING, "llama"),
        "tokenizer.ggml.pre": Value(STRING, "default"),
        "tokenizer.ggml.tokens": Value(ARRAY, [tokenizer.id_to_piece(token) for token in tokens], STRING),
        "tokenizer.ggml.scores": Value(ARRAY, [tokenizer.get_score(token) for token in tokens], FLOAT32),
        "tokenizer.ggml.token_type": Value(ARRAY, [piece_kind(tokenizer, token) for token in tokens], INT32),
        "tokenizer.ggml.bos_token_id": Value(UINT32, tokenizer.bos_id()),
        "tokenizer.ggml.eos_token_id": Value(UINT32, tokenizer.eos_id()),
        "tokenizer.ggml.unknown_token_id": Value(UINT32, tokenizer.unk_id()),
        "tokenizer.ggml.add_bos_token": Value(BOOL, True),
        "tokenizer.ggml.add_eos_token": Value(BOOL, False),
        "tokenizer.ggml.add_space_prefix": Value(BOOL, False),
    }


def piece_kind(tokenizer, token):
    if tokenizer.is_unknown(token):
        return UNKNOWN
    if tokenizer.is_control(token):
        return CONTROL
    return BYTE if tokenizer.is_byte(token) else NORMAL
