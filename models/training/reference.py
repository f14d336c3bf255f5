#!/usr/bin/env python3
"""Write what this PyTorch model says about held-out passages, for comparison with llama.cpp (compare_with_llama.ts).

For each passage: its tokens, the arg max after each prefix, and the log probability of the token that follows.
Single precision, one thread. Given a GGUF file, the weights are those of the file, so what differs in llama.cpp is its
arithmetic and not the rounding of the weights.
"""

import argparse
import json

import torch

from model_files import load_model
from token_files import read_passages


def main():
    options = parse_arguments()
    torch.set_num_threads(1)
    model = load_model(options.model)
    passages = read_passages(options.tokens)[: options.count]
    answers = [score(model, passage) for passage in passages]
    with open(options.output, "w") as file:
        json.dump(answers, file)
    positions = sum(len(answer["argMax"]) for answer in answers)
    loss = -sum(sum(answer["logProbability"]) for answer in answers) / positions
    print(f"{options.output}: {len(answers)} passages, {positions} positions, loss {loss:.4f}")


@torch.no_grad()
def score(model, passage):
    tokens = torch.from_numpy(passage)
    log_probabilities = torch.log_softmax(model(tokens[None, :-1])[0], dim=-1)
    following = log_probabilities.gather(1, tokens[1:, None])[:, 0]
    return {
        "tokens": passage.tolist(),
        "argMax": log_probabilities.argmax(-1).tolist(),
        "logProbability": [round(value, 6) for value in following.tolist()],
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help=".pt or .gguf")
    parser.add_argument("output", help="JSON file to write")
    parser.add_argument("--tokens", default="data/val.bin")
    parser.add_argument("--count", type=int, default=4, help="how many passages")
    return parser.parse_args()


if __name__ == "__main__":
    main()
