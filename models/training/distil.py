#!/usr/bin/env python3
"""Train a small student to imitate a teacher's next-token distribution: KL(teacher || student) at temperature 1, on the
corpus and on text that the teacher wrote itself.

Writes OUTPUT/written.bin (the teacher's text; an existing one is used as it is), OUTPUT/distilled.pt, OUTPUT/log.jsonl.
"""

import argparse
import os
import random

import torch

from measures import evaluate
from model_files import load_checkpoint, load_model, save_checkpoint
from optimisation import Budget, Optimisers, RunLog, add_training_arguments, mixed_precision
from sampling import write_texts
from token_files import IGNORED, padded_batches, read_passages, target_count, write_passages

LOG_EVERY_SECONDS = 20
QUICK_CHECK_TOKENS = 40_000
HELD_OUT_TEXTS = 250
BATCHES_PER_STEP = 2


def main():
    options = parse_arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    os.makedirs(options.output, exist_ok=True)
    teacher = load_model(options.teacher).requires_grad_(False)
    student, _ = load_checkpoint(options.student)
    corpus = read_passages(f"{options.data}/train.bin")
    written = teachers_text(teacher, corpus, options)
    distil(teacher, student, corpus, written, options)


def teachers_text(teacher, corpus, options):
    """Texts by the teacher, shuffled; written first where the file is not there yet."""
    path = f"{options.output}/written.bin"
    if not os.path.exists(path):
        with mixed_precision(options):
            write_passages(path, write_texts(teacher, corpus, options.write_tokens, options.seed))
    texts = read_passages(path)
    random.Random(options.seed).shuffle(texts)
    return texts


def distil(teacher, student, corpus, written, options):
    checks = {"corpus": read_passages(f"{options.data}/val.bin"), "written": written[:HELD_OUT_TEXTS]}
    log = RunLog(f"{options.output}/log.jsonl")
    log.write(
        event="start", corpus_tokens=sum(map(len, corpus)), written_tokens=sum(map(len, written)), **vars(options)
    )

    def check(steps, limit):
        for name, passages in checks.items():
            with mixed_precision(options):
                figures = evaluate(student, passages, teacher, limit=limit)
            log.write(event="check", text=name, steps=steps, **figures)

    optimisers = Optimisers(student, options.muon_rate, options.adamw_rate)
    mixture = Mixture(corpus, written[HELD_OUT_TEXTS:], options)
    check(0, QUICK_CHECK_TOKENS)
    budget = Budget(options.minutes, options.tokens)
    last_log = last_check = steps = 0
    while budget.share_spent() < 1:
        for _ in range(BATCHES_PER_STEP):
            inputs, targets = mixture.next_batch()
            with mixed_precision(options):
                divergence = mean_divergence(teacher, student, inputs, targets)
            (divergence / BATCHES_PER_STEP).backward()
            budget.tokens_spent += target_count(targets)
        optimisers.step(budget.rate_factor(steps))
        steps += 1

        seconds = budget.elapsed_seconds()
        if seconds - last_log > LOG_EVERY_SECONDS:
            last_log = seconds
            log.write(steps=steps, seconds=seconds, tokens=budget.tokens_spent, divergence=divergence.item())
        if seconds - last_check > options.evaluate_every:
            check(steps, QUICK_CHECK_TOKENS)
            last_check = budget.elapsed_seconds()

    log.write(event="end", steps=steps, seconds=budget.elapsed_seconds(), tokens=budget.tokens_spent)
    check(steps, None)
    save_checkpoint(f"{options.output}/distilled.pt", student, "distilled", steps, budget.tokens_spent)


def mean_divergence(teacher, student, inputs, targets):
    """KL(teacher || student) in nats, mean over the positions that have a target."""
    counted = (targets != IGNORED).flatten()
    with torch.no_grad():
        wanted = torch.log_softmax(teacher(inputs).float().flatten(0, 1)[counted], dim=-1)
    given = torch.log_softmax(student(inputs).float().flatten(0, 1)[counted], dim=-1)
    return (wanted.exp() * (wanted - given)).sum(-1).mean()


class Mixture:
    """Batches from two sources, so that `written_share` of the training tokens is the teacher's own text."""

    def __init__(self, corpus, written, options):
        self.sources = {"corpus": corpus, "written": written}
        self.waiting = {"corpus": [], "written": []}
        self.tokens = {"corpus": 0, "written": 0}
        self.written_share = options.written_share if written else 0.0
        self.tokens_per_batch = options.batch // BATCHES_PER_STEP
        self.draw = random.Random(options.seed)

    def next_batch(self):
        lagging = self.tokens["written"] < self.written_share * sum(self.tokens.values())
        source = "written" if lagging else "corpus"
        if not self.waiting[source]:
            self.waiting[source] = padded_batches(self.sources[source], self.tokens_per_batch, self.draw)
            self.draw.shuffle(self.waiting[source])
        inputs, targets = self.waiting[source].pop()
        self.tokens[source] += target_count(targets)
        return inputs, targets


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", required=True, help=".pt or .gguf")
    parser.add_argument("--student", required=True, help="checkpoint of the student to start from")
    parser.add_argument("--write-tokens", type=float, default=5.7e6, help="how much text the teacher writes first")
    parser.add_argument("--written-share", type=float, default=0.6, help="share of it among the training tokens")
    parser.add_argument("--adamw-rate", type=float, default=4e-3, help="peak learning rate of embedding and norms")
    add_training_arguments(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
