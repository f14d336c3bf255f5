"""Text sampled from a model, many texts side by side, for distillation."""

import torch

from token_files import BOS, EOS

TEXTS_AT_ONCE = 256
LONGEST_TEXT_TOKENS = 336
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.7, 1.0
FREE_SHARE = 0.25
OPENING_TOKENS = (4, 32)


@torch.no_grad()
def write_texts(model, corpus, token_budget, seed):
    """Texts of about `token_budget` tokens in all, each BOS ... EOS (a text cut at LONGEST_TEXT_TOKENS has no EOS).

    A quarter begins from BOS alone, the rest from the first 4 to 32 tokens of a corpus passage; each text has its own
    temperature, uniform between the two bounds.
    """
    draw = torch.Generator().manual_seed(seed)
    texts, tokens_written = [], 0
    while tokens_written < token_budget:
        openings = [choose_opening(corpus, draw) for _ in range(TEXTS_AT_ONCE)]
        group = write_group(model, openings, draw)
        texts += group
        tokens_written += sum(map(len, group))
        print(f"written: {len(texts)} texts, {tokens_written} tokens", flush=True)
    return texts


def choose_opening(corpus, draw):
    if torch.rand(1, generator=draw).item() < FREE_SHARE:
        return [BOS]
    passage = corpus[integer_below(len(corpus), draw)]
    shortest, longest = OPENING_TOKENS
    length = shortest + integer_below(longest - shortest + 1, draw)
    return passage[: min(length, len(passage) - 1)].tolist()


def write_group(model, openings, draw):
    """Continue every opening until its end token; all texts advance one position a step, and finished ones leave."""
    texts = [list(opening) for opening in openings]
    unfinished = torch.arange(len(texts))
    temperatures = LOWEST_TEMPERATURE + (HIGHEST_TEMPERATURE - LOWEST_TEMPERATURE) * torch.rand(
        len(texts), generator=draw
    )
    cache = model.empty_cache()
    for position in range(LONGEST_TEXT_TOKENS - 1):
        latest = torch.tensor([[texts[index][position]] for index in unfinished.tolist()])
        logits = model(latest, cache)[:, -1].float()
        sampled = sample(logits / temperatures[unfinished, None], draw)
        for index, token in zip(unfinished.tolist(), sampled.tolist()):
            if len(texts[index]) == position + 1:  # else the next token is still given by the opening
                texts[index].append(token)
        going_on = torch.tensor([texts[index][position + 1] != EOS for index in unfinished.tolist()])
        if not going_on.any():
            break
        unfinished = unfinished[going_on]
        cache = [(keys[going_on], values[going_on]) for keys, values in cache]
    return texts


def sample(logits, draw):
    probabilities = torch.softmax(logits, dim=-1)
    return torch.multinomial(probabilities, num_samples=1, generator=draw)[:, 0]


def integer_below(bound, draw):
    return int(torch.randint(bound, (1,), generator=draw).item())
