"""The language model of the tales family: a small llama-architecture transformer in plain PyTorch.

Root-mean-square norms before each half of a layer, rotary positions, grouped-query attention, SwiGLU feed-forward,
and one embedding matrix used at both ends. llama.cpp runs the same arithmetic under the architecture name `llama`.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import nn

CONTEXT_TOKENS = 512
NORM_EPSILON = 1e-5
ROTARY_BASE = 10000.0


@dataclass(frozen=True)
class Shape:
    """The sizes of one model; all are counts of numbers, heads, layers or tokens."""

    width: int
    layers: int
    heads: int
    key_value_heads: int
    feed_forward: int
    vocabulary: int = 4096

    @property
    def head_width(self):
        return self.width // self.heads


SHAPES = {
    "target": Shape(width=256, layers=6, heads=4, key_value_heads=2, feed_forward=768),
    "draft": Shape(width=128, layers=2, heads=2, key_value_heads=1, feed_forward=384),
}


class Llama(nn.Module):
    """Token ids in, next-token logits out.

    The modules are declared in the order in which the GGUF file lists their tensors.
    """

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.token_embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.output_norm = RootMeanSquareNorm(shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        cosines, sines = rotation_table(shape.head_width)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)

    def forward(self, tokens, cache=None):
        """Logits [texts, tokens, vocabulary] for ids [texts, tokens].

        `cache` holds, for each layer, the keys and values of the tokens already read (None at first); it is extended in
        place, so that a text can be continued one token at a time.
        """
        already_read = 0 if cache is None or cache[0] is None else cache[0][0].shape[2]
        rows = slice(already_read, already_read + tokens.shape[1])
        rotation = self.cosines[rows], self.sines[rows]
        stream = self.token_embedding(tokens)
        for index, layer in enumerate(self.layers):
            past = None if cache is None else cache[index]
            stream, keys_and_values = layer(stream, rotation, past)
            if cache is not None:
                cache[index] = keys_and_values
        return functional.linear(self.output_norm(stream), self.token_embedding.weight)

    def empty_cache(self):
        return [None] * self.shape.layers

    def loss(self, tokens, targets):
        """Mean cross-entropy in nats a token; targets below 0 do not count."""
        logits = self(tokens).float()
        return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)

    def matrices(self):
        """The weight matrices inside the layers: what Muon trains."""
        return [weight for weight in self.layers.parameters() if weight.ndim == 2]

    def embedding_and_norms(self):
        """Everything else: what AdamW trains."""
        return [
            weight for name, weight in self.named_parameters() if weight.ndim == 1 or not name.startswith("layers.")
        ]


class Layer(nn.Module):
    """Attention, then feed-forward, each added to the residual stream."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        width, inner = shape.width, shape.feed_forward
        key_value_width = shape.key_value_heads * shape.head_width
        into_stream = 1 / math.sqrt(2 * shape.layers)
        self.attention_norm = RootMeanSquareNorm(width)
        self.query = matrix(width, width)
        self.key = matrix(width, key_value_width)
        self.value = matrix(width, key_value_width)
        self.attention_output = matrix(width, width, scale=into_stream)
        self.feed_forward_norm = RootMeanSquareNorm(width)
        self.gate = matrix(width, inner)
        self.up = matrix(width, inner)
        self.down = matrix(inner, width, scale=into_stream)

    def forward(self, stream, rotation, past):
        mixed, keys_and_values = self.attend(self.attention_norm(stream), rotation, past)
        stream = stream + self.attention_output(mixed)
        inputs = self.feed_forward_norm(stream)
        stream = stream + self.down(functional.silu(self.gate(inputs)) * self.up(inputs))
        return stream, keys_and_values

    def attend(self, inputs, rotation, past):
        """Causal attention over the past and `inputs`; returns the mixed values and all keys and values so far."""
        queries = rotate(self.split_heads(self.query(inputs)), rotation)
        keys = rotate(self.split_heads(self.key(inputs)), rotation)
        values = self.split_heads(self.value(inputs))
        if past is not None:
            keys = torch.cat((past[0], keys), dim=2)
            values = torch.cat((past[1], values), dim=2)
        queries_per_key = self.shape.heads // self.shape.key_value_heads
        shared_keys = keys.repeat_interleave(queries_per_key, dim=1)
        shared_values = values.repeat_interleave(queries_per_key, dim=1)
        scores = queries @ shared_keys.transpose(-1, -2) / math.sqrt(self.shape.head_width)
        new, total = scores.shape[-2:]
        future = torch.ones(new, total, dtype=torch.bool).triu(1 + total - new)
        weights = torch.softmax(scores.float().masked_fill(future, -math.inf), dim=-1)
        mixed = weights.to(shared_values.dtype) @ shared_values
        return mixed.transpose(1, 2).flatten(2), (keys, values)

    def split_heads(self, projected):
        """[texts, tokens, heads * head width] -> [texts, heads, tokens, head width]."""
        return projected.unflatten(-1, (-1, self.shape.head_width)).transpose(1, 2)


class RootMeanSquareNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, stream):
        mean_square = stream.float().square().mean(-1, keepdim=True)
        return stream * torch.rsqrt(mean_square + NORM_EPSILON) * self.weight


def matrix(inputs, outputs, scale=1.0):
    """A linear map without bias; random weights of half the variance-preserving size, times `scale`."""
    linear = nn.Linear(inputs, outputs, bias=False)
    nn.init.normal_(linear.weight, std=0.5 * scale / math.sqrt(inputs))
    return linear


def rotation_table(head_width):
    """Cosines and sines [position, pair] of the rotary angles."""
    speeds = ROTARY_BASE ** (-torch.arange(0, head_width, 2).float() / head_width)
    angles = torch.arange(CONTEXT_TOKENS).float()[:, None] * speeds[None, :]
    return angles.cos(), angles.sin()


def rotate(heads, rotation):
    """Turn each neighbouring pair of numbers by its position's angle.

    Pairs are (0, 1), (2, 3), ... as in the first Llama release and llama.cpp's `llama` architecture, so the query and
    key matrices are exported without any permutation.
    """
    cosines, sines = rotation
    even, odd = heads.float()[..., 0::2], heads.float()[..., 1::2]
    turned = torch.stack((even * cosines - odd * sines, even * sines + odd * cosines), dim=-1)
    return turned.flatten(-2).to(heads.dtype)
