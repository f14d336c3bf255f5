"""How good a model is on held-out text, and how near one model's next-token distribution is to another's."""

import random

import torch

from token_files import IGNORED, padded_batches, target_count


@torch.no_grad()
def evaluate(model, passages, reference=None, tokens_per_batch=4096, limit=None):
    """Means over all positions (or about `limit` of them) of `passages`.

    `loss`: cross-entropy in nats a token. With a `reference` model also, at temperature 1,
    `divergence`: KL(reference || model) in nats; `same_arg_max`: share of positions; `overlap`: sum over tokens of the
    smaller probability; and `reference_loss`.
    """
    sums, positions = {}, 0
    for inputs, targets in padded_batches(passages, tokens_per_batch, random.Random(0)):
        if limit is not None and positions >= limit:
            break
        for name, total in batch_sums(model, reference, inputs, targets).items():
            sums[name] = sums.get(name, 0.0) + total
        positions += target_count(targets)
    return {"positions": positions, **{name: total / positions for name, total in sums.items()}}


def batch_sums(model, reference, inputs, targets):
    counted = (targets != IGNORED).flatten()
    claimed = targets.flatten()[counted, None]
    own = log_probabilities(model, inputs, counted)
    sums = {"loss": -own.gather(1, claimed).sum().item()}
    if reference is None:
        return sums
    theirs = log_probabilities(reference, inputs, counted)
    sums["reference_loss"] = -theirs.gather(1, claimed).sum().item()
    sums["divergence"] = (theirs.exp() * (theirs - own)).sum().item()
    sums["same_arg_max"] = (theirs.argmax(-1) == own.argmax(-1)).sum().item()
    sums["overlap"] = torch.minimum(theirs.exp(), own.exp()).sum().item()
    return sums


def log_probabilities(model, inputs, counted):
    """[counted positions, vocabulary]"""
    return torch.log_softmax(model(inputs).float().flatten(0, 1)[counted], dim=-1)
