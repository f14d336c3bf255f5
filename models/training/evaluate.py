#!/usr/bin/env python3
"""Measure models (checkpoints or GGUF files) on a token file in single precision.

Loss, perplexity and, with --reference, how near each one's next-token distribution is to the reference model's.
One JSON line a model.
"""

import argparse
import json
import math

import torch

from measures import evaluate
from model_files import load_model
from token_files import read_passages


def main():
    options = parse_arguments()
    torch.set_num_threads(options.threads)
    passages = read_passages(options.tokens)
    reference = load_model(options.reference) if options.reference else None
    for path in options.models:
        figures = evaluate(load_model(path), passages, reference)
        figures["perplexity"] = math.exp(figures["loss"])
        print(json.dumps({"model": path, **rounded(figures)}), flush=True)


def rounded(figures):
    return {name: round(figure, 6) if isinstance(figure, float) else figure for name, figure in figures.items()}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help=".pt or .gguf")
    parser.add_argument("--tokens", default="data/val.bin")
    parser.add_argument("--reference", help="model to compare with, .pt or .gguf")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()


if __name__ == "__main__":
    main()
