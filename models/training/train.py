#!/usr/bin/env python3
"""Train one model of the family on a token file, from random weights or on from a checkpoint.

Writes OUTPUT/MODEL.pt and OUTPUT/log.jsonl.
"""

import argparse
import itertools
import os
import random

import torch

from measures import evaluate
from model import SHAPES, Llama
from model_files import load_checkpoint, save_checkpoint
from optimisation import Budget, Optimisers, RunLog, add_training_arguments, mixed_precision
from token_files import epoch, read_passages, target_count

LOG_EVERY_SECONDS = 20
QUICK_CHECK_TOKENS = 40_000


def main():
    options = parse_arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    os.makedirs(options.output, exist_ok=True)
    model, past = starting_point(options)
    train(model, past, options)


def starting_point(options):
    """A new model, or a checkpoint's weights; the optimisers' moments always start afresh."""
    if options.start is None:
        return Llama(SHAPES[options.model]), {"steps": 0, "tokens": 0}
    model, past = load_checkpoint(options.start)
    if model.shape != SHAPES[options.model]:
        raise SystemExit(f"{options.start}: has {model.shape}, but --model {options.model} is {SHAPES[options.model]}")
    return model, past


def train(model, past, options):
    training = read_passages(f"{options.data}/train.bin")
    held_out = read_passages(f"{options.data}/val.bin")
    log = RunLog(f"{options.output}/log.jsonl")
    parameters = sum(weight.numel() for weight in model.parameters())
    log.write(event="start", parameters=parameters, corpus_tokens=sum(map(len, training)), **vars(options))

    optimisers = Optimisers(model, options.muon_rate, options.adamw_rate)
    batches = endless_batches(training, options)
    budget = Budget(options.minutes, options.tokens)
    last_log = last_check = steps = 0
    while budget.share_spent() < 1:
        inputs, targets = next(batches)
        with mixed_precision(options):
            loss = model.loss(inputs, targets)
        loss.backward()
        optimisers.step(budget.rate_factor(steps))
        steps += 1
        budget.tokens_spent += target_count(targets)

        seconds = budget.elapsed_seconds()
        if seconds - last_log > LOG_EVERY_SECONDS:
            last_log = seconds
            log.write(steps=steps, seconds=seconds, tokens=budget.tokens_spent, loss=loss.item())
        if seconds - last_check > options.evaluate_every:
            with mixed_precision(options):
                check = evaluate(model, held_out, limit=QUICK_CHECK_TOKENS)
            log.write(event="check", steps=steps, tokens=budget.tokens_spent, **check)
            last_check = budget.elapsed_seconds()

    final = evaluate(model, held_out)
    log.write(event="end", steps=steps, seconds=budget.elapsed_seconds(), tokens=budget.tokens_spent, **final)
    path = f"{options.output}/{options.model}.pt"
    save_checkpoint(path, model, options.model, past["steps"] + steps, past["tokens"] + budget.tokens_spent)


def endless_batches(passages, options):
    draw = random.Random(options.seed)
    for _ in itertools.count():
        yield from epoch(passages, options.batch, options.packed_share, draw)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=SHAPES, required=True)
    parser.add_argument("--start", metavar="CHECKPOINT", help="go on from these weights, with a new schedule")
    parser.add_argument("--adamw-rate", type=float, default=3e-3, help="peak learning rate of embedding and norms")
    parser.add_argument("--packed-share", type=float, default=0.12, help="share of the passages laid end to end")
    add_training_arguments(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
