"""Token files (little-endian uint16, passage after passage, each BOS ... EOS) and the batches made of them."""

import numpy as np
import torch

from model import CONTEXT_TOKENS

BOS, EOS = 1, 2
IGNORED = -1
LENGTH_STEP = 16


def write_passages(path, passages):
    """Write token ids, one sequence for each passage."""
    np.concatenate([np.asarray(passage, dtype="<u2") for passage in passages]).tofile(path)


def read_passages(path):
    """The passages of a token file, each a vector of ids that begins with BOS; the last of a text may lack its EOS."""
    tokens = np.fromfile(path, dtype="<u2").astype(np.int64)
    if len(tokens) == 0 or tokens[0] != BOS:
        raise SystemExit(
            f"{path}: not a token file (expected uint16 ids, the first of them {BOS}); make it with prepare.py"
        )
    return np.split(tokens, np.flatnonzero(tokens == BOS)[1:])


def epoch(passages, tokens_per_batch, packed_share, draw):
    """Every passage once, as shuffled batches (inputs, targets) of about `tokens_per_batch` tokens.

    Most passages are trained alone, beside others of like length, so that little is padding. A `packed_share` of them
    is laid end to end in rows of the full context, so that the late positions are learned too.
    """
    order = draw.sample(range(len(passages)), len(passages))
    packed_count = int(len(passages) * packed_share)
    packed = [passages[index] for index in order[:packed_count]]
    alone = [passages[index] for index in order[packed_count:]]
    batches = packed_batches(packed, tokens_per_batch) + padded_batches(alone, tokens_per_batch, draw)
    draw.shuffle(batches)
    return batches


def packed_batches(passages, tokens_per_batch):
    """Rows of the full context; what follows the end of a passage is not a target."""
    if not passages:
        return []
    tokens = np.concatenate(passages)
    rows = (len(tokens) - 1) // CONTEXT_TOKENS
    inputs = tokens[: rows * CONTEXT_TOKENS].reshape(rows, CONTEXT_TOKENS)
    targets = tokens[1 : rows * CONTEXT_TOKENS + 1].reshape(rows, CONTEXT_TOKENS)
    targets = np.where(targets == BOS, IGNORED, targets)
    rows_per_batch = max(1, tokens_per_batch // CONTEXT_TOKENS)
    return [
        as_tensors(inputs[first : first + rows_per_batch], targets[first : first + rows_per_batch])
        for first in range(0, rows, rows_per_batch)
    ]


def padded_batches(passages, tokens_per_batch, draw):
    """One passage a row, neighbours in length together, padded to a common multiple of LENGTH_STEP."""
    by_length = sorted(passages, key=lambda passage: len(passage) + 8 * draw.random())
    batches, rows, width = [], [], 0
    for passage in by_length:
        wider = max(width, padded_length(passage))
        if rows and (len(rows) + 1) * wider > tokens_per_batch:
            batches.append(pad(rows, width))
            rows, wider = [], padded_length(passage)
        rows.append(passage)
        width = wider
    if rows:
        batches.append(pad(rows, width))
    return batches


def padded_length(passage):
    """Inputs are all tokens but the last, at most a full context."""
    return min(CONTEXT_TOKENS, -(-(len(passage) - 1) // LENGTH_STEP) * LENGTH_STEP)


def pad(rows, width):
    inputs = np.full((len(rows), width), EOS, dtype=np.int64)
    targets = np.full((len(rows), width), IGNORED, dtype=np.int64)
    for row, passage in enumerate(rows):
        kept = passage[: width + 1]
        inputs[row, : len(kept) - 1] = kept[:-1]
        targets[row, : len(kept) - 1] = kept[1:]
    return as_tensors(inputs, targets)


def as_tensors(inputs, targets):
    return torch.from_numpy(np.ascontiguousarray(inputs)), torch.from_numpy(np.ascontiguousarray(targets))


def target_count(targets):
    return int((targets != IGNORED).sum())
