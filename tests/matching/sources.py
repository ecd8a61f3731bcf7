"""A catalogue in memory, for tests of the index."""

from collections.abc import Iterable, Mapping, Sequence

from service.catalog.views import ListedGroup


class Catalogue:
    """A catalogue in memory that counts what is read of it."""

    def __init__(self, groups: Iterable[ListedGroup]) -> None:
        self.groups = {str(found.id): found for found in groups}
        self.number = 1
        self.changed: dict[str, int] = {}
        self.read_whole = 0

    def sequence(self) -> int:
        return self.number

    def everything(self) -> Iterable[ListedGroup]:
        self.read_whole += 1
        return list(self.groups.values())

    def changed_since(self, sequence: int) -> tuple[Mapping[str, int], Sequence[ListedGroup]]:
        numbers = {key: number for key, number in self.changed.items() if number > sequence}
        return numbers, [self.groups[key] for key in numbers if key in self.groups]

    def listed(self) -> frozenset[str]:
        return frozenset(self.groups)

    def put(self, *found: ListedGroup) -> None:
        self.number += 1
        for one in found:
            self.groups[str(one.id)] = one
            self.changed[str(one.id)] = self.number

    def drop(self, key: str) -> None:
        self.number += 1
        self.groups.pop(key)
        self.changed[key] = self.number
