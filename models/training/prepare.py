#!/usr/bin/env python3
"""Turn a mirror of the works into training data: passages, tokenizer, token files.

MIRROR holds one git repository a work, bare or with a working tree, at MIRROR/GITenberg+REPOSITORY/repo.
Writes into DATA: passages_train.jsonl, passages_val.jsonl (one JSON string a line), tokenizer.model, train.bin, val.bin
(uint16 tokens, each passage BOS ... EOS).
"""

import argparse
import csv
import hashlib
import json
import os
import random
import re
import subprocess
from dataclasses import dataclass

import sentencepiece

from cleaning import body_of_book, passages_of, sections_of
from token_files import BOS, EOS, write_passages

REPEATABLE_CHARACTERS = 80  # a paragraph up to this length may occur again; a longer one is kept once
FRONT_MATTER_PARAGRAPHS = 3


@dataclass(frozen=True)
class Work:
    number: str
    author: str
    title: str
    repository: str


def main():
    options = parse_arguments()
    os.makedirs(options.data, exist_ok=True)
    works = read_works(options.works)
    training, held_out = collect_passages(works, options.mirror, options.hold_out, random.Random(options.seed))
    save_passages(f"{options.data}/passages_train.jsonl", training)
    save_passages(f"{options.data}/passages_val.jsonl", held_out)
    tokenizer = train_tokenizer(training, options.data, options.vocabulary)
    write_token_file(f"{options.data}/train.bin", training, tokenizer)
    write_token_file(f"{options.data}/val.bin", held_out, tokenizer)


def read_works(path):
    """The table's rows: Gutenberg number, author, title, repository, separated by tabs; lines with # are comments."""
    with open(path, newline="") as file:
        rows = list(
            csv.reader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        )
    for row in rows:
        if len(row) != 4:
            raise SystemExit(f"{path}: expected 4 tab-separated fields (number, author, title, repository), got: {row}")
    return [Work(*row) for row in rows]


def collect_passages(works, mirror, hold_out, draw):
    """(training passages, held-out passages), each shuffled. One section in `hold_out` is held out whole."""
    training, held_out, seen = [], [], set()
    for work in works:
        count = 0
        for index, section in enumerate(sections_of(body_of_book(read_work(mirror, work)))):
            if index == 0 and len(section) < FRONT_MATTER_PARAGRAPHS:
                continue  # a title page
            passages = passages_of(first_occurrences(section, seen), draw)
            (held_out if is_held_out(work, index, hold_out) else training).extend(passages)
            count += len(passages)
        print(f"{work.author}: {work.title}: {count} passages")
    draw.shuffle(training)
    draw.shuffle(held_out)
    return training, held_out


def read_work(mirror, work):
    """The work's plain text: UTF-8 where the repository has it, else Windows-1252."""
    names = git(mirror, work, "ls-tree", "-r", "--name-only", "HEAD").decode().split("\n")
    usual = [f"{work.number}{suffix}" for suffix in ("-0.txt", "-8.txt", ".txt")]
    other = [name for name in names if re.fullmatch(rf"(old/)?(\d+-)?{work.number}(-\w+)?\.txt", name)]
    found = [name for name in usual if name in names] or other
    if not found:
        raise SystemExit(
            f"{repository_path(mirror, work)}: no plain text (expected {usual[0]}, {usual[1]} or {usual[2]})"
        )
    raw = git(mirror, work, "show", f"HEAD:{found[0]}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def git(mirror, work, *command):
    path = repository_path(mirror, work)
    if not os.path.isdir(path):
        raise SystemExit(f"{path}: no such repository; clone the work there (see README.md) or take it out of the list")
    return subprocess.run(["git", f"--git-dir={path}", *command], stdout=subprocess.PIPE, check=True).stdout


def repository_path(mirror, work):
    path = f"{mirror}/GITenberg+{work.repository}/repo"
    return f"{path}/.git" if os.path.isdir(f"{path}/.git") else path


def first_occurrences(section, seen):
    """The paragraphs that no earlier work or section had; short ones, such as "Yes," said he, may repeat."""
    fresh = []
    for paragraph in section:
        letters = re.sub(r"\W+", "", paragraph.lower())
        if len(paragraph) <= REPEATABLE_CHARACTERS or letters not in seen:
            fresh.append(paragraph)
        seen.add(letters)
    return fresh


def is_held_out(work, section_index, hold_out):
    """By a hash, so that adding a work changes nothing for the others."""
    digest = hashlib.md5(f"{work.repository}/{section_index}".encode()).hexdigest()
    return int(digest, 16) % hold_out == 0


def save_passages(path, passages):
    with open(path, "w") as file:
        file.writelines(json.dumps(passage) + "\n" for passage in passages)
    print(f"{path}: {len(passages)} passages, {sum(map(len, passages)):,} characters")


def train_tokenizer(passages, data, vocabulary):
    """A byte-pair encoding learned from the training paragraphs; unknown characters fall back to bytes."""
    text_path = f"{data}/tokenizer_input.txt"
    with open(text_path, "w") as file:
        file.writelines(paragraph + "\n" for passage in passages for paragraph in passage.split("\n"))
    sentencepiece.SentencePieceTrainer.train(
        input=text_path,
        model_prefix=f"{data}/tokenizer",
        model_type="bpe",
        vocab_size=vocabulary,
        character_coverage=1.0,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=False,
        allow_whitespace_only_pieces=False,
        unk_id=0,
        bos_id=BOS,
        eos_id=EOS,
        pad_id=-1,
        input_sentence_size=150_000,
        shuffle_input_sentence=True,
        max_sentence_length=20_000,
        num_threads=2,
        minloglevel=1,
    )
    return sentencepiece.SentencePieceProcessor(model_file=f"{data}/tokenizer.model")


def write_token_file(path, passages, tokenizer):
    encoded = [[BOS, *ids, EOS] for ids in tokenizer.encode(passages)]
    if not encoded:
        raise SystemExit(f"{path}: no passages; the mirror is too small for one section in --hold-out to be held out")
    write_passages(path, encoded)
    print(f"{path}: {sum(map(len, encoded)):,} tokens")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", default="mirror")
    parser.add_argument("--works", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "works.txt"))
    parser.add_argument("--data", default="data")
    parser.add_argument("--vocabulary", type=int, default=4096, help="number of tokens")
    parser.add_argument("--hold-out", type=int, default=40, help="one section in this many is for validation")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
