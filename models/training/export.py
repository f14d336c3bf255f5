#!/usr/bin/env python3
"""Write a trained checkpoint as GGUF files for llama.cpp: STEM-f16.gguf, STEM-q8_0.gguf, STEM-q4_0.gguf."""

import argparse
import os

from model_files import FILE_TYPE_CODES, export_gguf, load_checkpoint

DESCRIPTION = "Small English story model trained from scratch on public-domain tales (Project Gutenberg via GITenberg)"


def main():
    options = parse_arguments()
    model, facts = load_checkpoint(options.checkpoint)
    name = options.name or f"tales-{facts['name']}"
    for form in options.formats:
        path = f"{options.stem}-{form}.gguf"
        export_gguf(path, model, options.tokenizer, name, options.description, form)
        print(f"{path}: {os.path.getsize(path):,} bytes")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", help="written by train.py or distil.py")
    parser.add_argument("stem", help="path of the new files, without format and suffix")
    parser.add_argument("--formats", nargs="+", choices=FILE_TYPE_CODES, default=["f16", "q8_0", "q4_0"])
    parser.add_argument("--tokenizer", default="data/tokenizer.model")
    parser.add_argument("--name", help="general.name in the file (default: tales- and the checkpoint's name)")
    parser.add_argument("--description", default=DESCRIPTION)
    return parser.parse_args()


if __name__ == "__main__":
    main()
