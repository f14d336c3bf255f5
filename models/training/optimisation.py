"""What train.py and distil.py share: the budget, the learning-rate schedule, and the two optimisers.

Muon (momentum, then an approximate orthogonalisation of each update) trains the matrices inside the layers; AdamW
trains the embedding and the norms.
"""

import json
import math
import time

import torch

WARM_UP_STEPS = 100
FINAL_RATE_SHARE = 0.02
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


class Budget:
    """How much training is wanted, in minutes of wall clock or in tokens.

    The schedule follows the share that is spent, so every run ends annealed. With minutes it fits any machine; with
    tokens the same seed repeats the same run on the same machine.
    """

    def __init__(self, minutes=None, tokens=None):
        self.seconds = None if minutes is None else 60 * minutes
        self.tokens = tokens
        self.started = time.monotonic()
        self.tokens_spent = 0

    def elapsed_seconds(self):
        return time.monotonic() - self.started

    def share_spent(self):
        if self.tokens is not None:
            return min(1.0, self.tokens_spent / self.tokens)
        return min(1.0, self.elapsed_seconds() / self.seconds)

    def rate_factor(self, steps_done):
        """Learning rate as a share of its peak: linear warm-up times a cosine that ends at FINAL_RATE_SHARE."""
        warm_up = min(1.0, (steps_done + 1) / WARM_UP_STEPS)
        cosine = 0.5 * (1 + math.cos(math.pi * self.share_spent()))
        return warm_up * (FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * cosine)


class Optimisers:
    """Both optimisers of one model, stepped together at the same share of their peak rates."""

    def __init__(self, model, muon_rate, adamw_rate):
        self.rest = model.embedding_and_norms()
        embedding = [weight for weight in self.rest if weight.ndim == 2]
        norms = [weight for weight in self.rest if weight.ndim == 1]
        self.peak_rates = (muon_rate, adamw_rate)
        self.muon = Muon(model.matrices(), rate=muon_rate)
        self.adamw = torch.optim.AdamW(
            [{"params": embedding, "weight_decay": 0.01}, {"params": norms, "weight_decay": 0.0}],
            lr=adamw_rate,
            betas=(0.9, 0.95),
            eps=1e-10,
        )

    def step(self, rate_factor):
        """Use and clear the gradients. Only those of AdamW are clipped: Muon's updates have a fixed size anyway."""
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        for optimiser, peak_rate in zip((self.muon, self.adamw), self.peak_rates):
            for group in optimiser.param_groups:
                group["lr"] = peak_rate * rate_factor
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)


class Muon(torch.optim.Optimizer):
    def __init__(self, matrices, rate, momentum=0.95, weight_decay=0.1):
        super().__init__(matrices, {"lr": rate, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                self.update(weight, group["lr"], group["momentum"], group["weight_decay"])

    def update(self, weight, rate, momentum, weight_decay):
        average = self.state[weight].setdefault("average", torch.zeros_like(weight))
        average.lerp_(weight.grad, 1 - momentum)
        looking_ahead = torch.lerp(weight.grad, average, momentum)
        rows, columns = weight.shape
        size = max(1.0, rows / columns) ** 0.5
        weight.mul_(1 - rate * weight_decay).add_(orthogonalised(looking_ahead), alpha=-rate * size)


def orthogonalised(update, iterations=5):
    """The matrix with the same singular vectors and all singular values near 1, by Newton-Schulz steps in bfloat16."""
    linear, cubic, quintic = NEWTON_SCHULZ
    tall = update.shape[0] > update.shape[1]
    x = (update.T if tall else update) / (update.norm() + 1e-7)
    x = x.bfloat16()
    for _ in range(iterations):
        gram = x @ x.T
        x = linear * x + (cubic * gram + quintic * (gram @ gram)) @ x
    return (x.T if tall else x).float()


class RunLog:
    """One JSON line an event in a file, and the same on the screen."""

    def __init__(self, path):
        self.file = open(path, "w")

    def write(self, **facts):
        facts = {name: float(f"{fact:.9g}") if isinstance(fact, float) else fact for name, fact in facts.items()}
        self.file.write(json.dumps(facts) + "\n")
        self.file.flush()
        print(" ".join(f"{name} {fact}" for name, fact in facts.items()), flush=True)


def add_training_arguments(parser):
    """Arguments that training and distillation have in common."""
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="wall-clock budget")
    budget.add_argument("--tokens", type=float, help="budget in training tokens, e.g. 28e6")
    parser.add_argument("--data", default="data", help="folder written by prepare.py")
    parser.add_argument("--output", required=True, help="folder for the checkpoint and log.jsonl")
    parser.add_argument("--batch", type=int, default=8192, help="tokens a step")
    parser.add_argument("--muon-rate", type=float, default=0.02, help="peak learning rate of the matrices")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--evaluate-every", type=float, default=150, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--full-precision", action="store_true", help="no bfloat16 in the matrix products")


def mixed_precision(options):
    """bfloat16 matrix products over float32 weights and a float32 residual stream."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=not options.full_precision)
