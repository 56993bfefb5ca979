"""The encoder as a torch network with the heads that teach it. Only `evaluation.finetune` uses this; nothing that runs does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from bot.encoder.onnx_graph import EPSILON, HEADS, LAYERS, WIDTH
from bot.sentences import split

MAX_TOKENS = 256
FROZEN = 2  # layers from below that stay as published: they are run once a message, not once an epoch
WIDEN = WIDTH**0.5  # heads read unit vectors at this length, so that their weights can stay small


@dataclass(frozen=True)
class Tokens:
    """A message for the network: windows of ids, and for each piece of each window its stretch (-1: a mark)."""

    windows: list[list[int]]
    stretches: list[list[int]]
    spans: list[tuple[int, int]]


@dataclass(frozen=True)
class Seen:
    """What the encoder makes of a batch: unit vectors of messages and stretches, and the message of each stretch."""

    whole: Tensor
    parts: Tensor
    owner: Tensor


def tokens(tokenizer: Tokenizer, text: str) -> Tokens:
    """As `bot.encoder` and `bot.features` read it."""
    encoding = tokenizer.encode(text)
    spans = split(text) or [(0, len(text))]
    own = np.full(len(encoding.ids), -1)
    for i, (start, end) in enumerate(spans):
        for piece, (a, b) in enumerate(encoding.offsets):
            if start <= a < b <= end:
                own[piece] = i
    body = len(encoding.ids) - 2
    count = max(1, -(-body // (MAX_TOKENS - 2)))
    edges = [1 + body * k // count for k in range(count + 1)]
    windows = [[encoding.ids[0], *encoding.ids[a:b], encoding.ids[-1]] for a, b in pairwise(edges)]
    return Tokens(windows, [[-1, *own[a:b].tolist(), -1] for a, b in pairwise(edges)], spans)


class Layer(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attended, self.attended_norm = nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH, EPSILON)
        self.wide, self.narrow, self.norm = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH), nn.LayerNorm(WIDTH, EPSILON)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = (part(x).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value))
        read = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.attended_norm(x + self.drop(self.attended(read.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.norm(x + self.drop(self.narrow(F.gelu(self.wide(x)))))


# Published names of a layer's parts, and ours.
PARTS = {
    "attention.self.query": "query", "attention.self.key": "key", "attention.self.value": "value",
    "attention.output.dense": "attended", "attention.output.LayerNorm": "attended_norm",
    "intermediate.dense": "wide", "output.dense": "narrow", "output.LayerNorm": "norm",
}  # fmt: skip


class Encoder(nn.Module):
    """Embeddings and the lowest layers stay as published; the layers above learn."""

    def __init__(self, published: dict[str, np.ndarray], dropout: float) -> None:
        super().__init__()
        take = {name: torch.tensor(value) for name, value in published.items()}
        self.words, self.places = take["embeddings.word_embeddings.weight"], take["embeddings.position_embeddings.weight"]
        self.segment = take["embeddings.token_type_embeddings.weight"][0]
        self.norm = (take["embeddings.LayerNorm.weight"], take["embeddings.LayerNorm.bias"])
        self.drop = nn.Dropout(dropout)
        self.lower = nn.ModuleList(Layer(0.0) for _ in range(FROZEN)).requires_grad_(False)
        self.upper = nn.ModuleList(Layer(dropout) for _ in range(FROZEN, LAYERS))
        with torch.no_grad():
            for name, parameter in [*_named(self.lower, 0), *self.named_published()]:
                parameter.copy_(take[name])

    def named_published(self) -> list[tuple[str, Tensor]]:
        """Every tensor that learns, under its published name."""
        return _named(self.upper, FROZEN)

    @torch.no_grad()
    def below(self, one: Tokens) -> list[Tensor]:
        """What the frozen part makes of each window: [pieces, 384]."""
        return [self._below(torch.tensor([window]))[0] for window in one.windows]

    def _below(self, ids: Tensor) -> Tensor:
        x = F.layer_norm(self.words[ids] + self.places[: ids.shape[1]] + self.segment, (WIDTH,), *self.norm, EPSILON)
        for layer in self.lower:
            x = layer(x, None)
        return x

    def forward(self, batch: Sequence[Tokens], below: Sequence[list[Tensor]]) -> Seen:
        windows = [(m, x, s) for m, one in enumerate(batch) for x, s in zip(below[m], one.stretches, strict=True)]
        first = np.cumsum([0] + [len(one.spans) for one in batch])
        longest = max(len(s) for _, _, s in windows)
        x = torch.zeros(len(windows), longest, WIDTH)
        message = torch.full((len(windows), longest), -1)
        part = torch.full((len(windows), longest), -1)
        for row, (m, own, s) in enumerate(windows):
            x[row, : len(s)] = own
            message[row, : len(s)] = m
            part[row, : len(s)] = torch.tensor([first[m] + i if i >= 0 else -1 for i in s])
        x = self.drop(x)
        present = message >= 0
        for layer in self.upper:
            x = layer(x, present[:, None, None, :])
        owner = torch.tensor([m for m, one in enumerate(batch) for _ in one.spans])
        return Seen(_means(x, message, len(batch)), _means(x, part, int(first[-1])), owner)


def _named(layers: nn.ModuleList, first: int) -> list[tuple[str, Tensor]]:
    return [
        (f"encoder.layer.{first + i}.{theirs}.{kind}", getattr(getattr(layer, ours), kind))
        for i, layer in enumerate(layers)
        for theirs, ours in PARTS.items()
        for kind in ("weight", "bias")
    ]


def _means(x: Tensor, group: Tensor, count: int) -> Tensor:
    inside = group >= 0
    total = torch.zeros(count, x.shape[-1]).index_add(0, group[inside], x[inside])
    return F.normalize(total, dim=-1)


class Network(nn.Module):
    """Encoder and one linear layer for each set of heads; `pooled` is the smooth maximum over a message's rows."""

    def __init__(self, encoder: Encoder, whole: int, danger: int, matters: int, dropout: float) -> None:
        super().__init__()
        self.encoder, self.drop = encoder, nn.Dropout(dropout)
        self.whole, self.danger, self.matters = (nn.Linear(WIDTH, width) for width in (whole, danger, matters))

    def forward(self, batch: Sequence[Tokens], below: Sequence[list[Tensor]]) -> dict[str, Tensor]:
        seen = self.encoder(batch, below)
        whole, parts = self.drop(WIDEN * seen.whole), self.drop(WIDEN * seen.parts)
        by_part = self.matters(parts)
        everywhere = torch.cat([self.danger(whole), self.danger(parts)])
        owner = torch.cat([torch.arange(len(batch)), seen.owner])
        return {
            "whole": self.whole(whole),
            "danger": pooled(everywhere, owner, len(batch)),
            "matters": pooled(by_part, seen.owner, len(batch)),
            "parts": by_part,
        }


def pooled(logits: Tensor, owner: Tensor, count: int) -> Tensor:
    index = owner[:, None].expand_as(logits)
    top = torch.full((count, logits.shape[1]), -1e4).scatter_reduce(0, index, logits.detach(), "amax")
    total = torch.zeros(count, logits.shape[1]).index_add(0, owner, (logits - top[owner]).exp())
    return top + total.clamp_min(1e-9).log()
