"""Positions of nodes in a two-column graph, by structure and so the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def barycentre_order(
    left: Sequence[str], right: Sequence[str], links: Sequence[tuple[str, str]], *,
    groups: Mapping[str, int] | None = None, rounds: int = 12,
) -> tuple[list[str], list[str]]:
    """Orders of two columns with few crossings between them.

    Each column in turn is sorted by the mean place of its neighbours in the other (the barycentre
    method of Sugiyama, Tagawa and Toda, IEEE Transactions on Systems, Man, and Cybernetics 11(2),
    1981). `links` are (left, right) pairs; `groups` keeps nodes of a column together, in the order of
    their numbers.
    """
    groups = groups or {}
    columns = [sorted(side, key=lambda n: (groups.get(n, 0), n)) for side in (left, right)]
    neighbours: dict[str, list[str]] = {node: [] for node in (*left, *right)}
    for a, b in links:
        neighbours[a].append(b)
        neighbours[b].append(a)
    for number in range(rounds):
        side = number % 2
        place = {node: index / max(len(columns[1 - side]), 1) for index, node in enumerate(columns[1 - side])}

        def key(node: str, place: dict[str, float] = place) -> tuple[int, float, str]:
            near = sorted(place[n] for n in neighbours[node])
            return groups.get(node, 0), sum(near) / len(near) if near else 1.0, node

        columns[side] = sorted(columns[side], key=key)
    return columns[0], columns[1]
