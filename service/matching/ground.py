"""Where groups lie: which of them can matter to somebody at a place, found without looking at the others. Pure.

Groups are kept in four blocks: those that can be anywhere, those for an area, those one may also join from home, and
those one must go to. In the last two they lie by map cell, row by row, so that all near a point are a few stretches.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.catalog.distance import EARTH_RADIUS_KM, km_from, unit_vectors
from service.matching.candidates import Candidates, everyone
from service.matching.columns import ANYWHERE, AREA, ONLINE, PHONE, PLACE, Columns
from service.matching.profile import Where

I64 = NDArray[np.int64]
EVERYWHERE, FOR_AREAS, HYBRID, PLACES = range(4)  # blocks
CELL_LATITUDE, CELL_LONGITUDE = 0.05, 0.1  # degrees; about 5.6 by 6.6 km in Great Britain
_WIDTH = 1 << 13  # cells in one row are numbered below this
_SLACK = 1e-9  # of a cosine: more than what rounding takes
_POLE = 88.0  # degrees from which, and across the date line, no cells are cut


@dataclass(frozen=True)
class Ground:
    """The map of one catalogue whose groups lie in the order of `ordering`.

    Attributes
    ----------
    blocks : ndarray, shape (5,)
        Where each block begins, and the end.
    cells : ndarray, shape (n_groups,)
        Cell of each group's first place; ascending within the last two blocks.
    more_cells, more_groups : ndarray
        Further places of groups of the last two blocks, by cell.
    """

    columns: Columns
    blocks: I64
    cells: NDArray[np.int32]
    more_cells: NDArray[np.int32]
    more_groups: NDArray[np.int32]

    @cached_property
    def _area_rows(self) -> slice:
        starts, blocks = self.columns.row_starts, self.blocks
        return slice(int(starts[blocks[FOR_AREAS]]), int(starts[blocks[HYBRID]]))

    def around(self, place: Where | None, km: float, *, remote: bool, also: I64) -> Candidates:
        """Return every group that has a row within so many km, is for an area there, or need not be gone to.

        `remote`: whether groups that one may join from home count wherever they are; `also`: groups to return in any
        case. More groups than that may be returned, never fewer.
        """
        blocks = [int(edge) for edge in self.blocks]
        if place is None or not np.isfinite(km):
            return everyone(blocks[-1])
        stretches = [(blocks[EVERYWHERE], blocks[FOR_AREAS])]
        others = [also, self._areas(place, km, remote=remote)]
        low, high = _cells_around(place, km)
        for block in (HYBRID, PLACES):
            begin, end = blocks[block], blocks[block + 1]
            if block == HYBRID and remote:
                stretches.append((begin, end))
                continue
            held = self.cells[begin:end]
            firsts, lasts = held.searchsorted(low) + begin, held.searchsorted(high) + begin
            stretches += zip(firsts.tolist(), lasts.tolist(), strict=True)
        if len(self.more_cells):
            edges = zip(self.more_cells.searchsorted(low), self.more_cells.searchsorted(high), strict=True)
            others += [self.more_groups[first:last].astype(np.int64) for first, last in edges]
        return Candidates.of(stretches, np.concatenate(others))

    @cached_property
    def _reach_of_areas(self) -> float:
        """Greatest radius of any area in km."""
        return float(np.nanmax(self.columns.radius_km[self._area_rows], initial=0.0))

    def _areas(self, place: Where, km: float, *, remote: bool) -> I64:
        """Groups for areas: those whose area may hold the place, or that meet near it, or may be joined from home.

        A group that is only for areas elsewhere is not for the person, in whatever way it meets.
        """
        columns, rows = self.columns, self._area_rows
        if rows.start == rows.stop:
            return np.zeros(0, dtype=np.int64)
        far = max(km, self._reach_of_areas + place.uncertainty_km + 0.01)
        near = within(place, far, columns.position[rows])
        kept = np.flatnonzero(near | self._joined_from_home if remote else near) + rows.start
        apart = km_from(place.latitude, place.longitude, columns.position[kept].T)
        area = columns.kind[kept] == AREA
        found = np.where(area, apart - columns.radius_km[kept] <= place.uncertainty_km + 0.01, apart <= km)
        if remote:
            found |= self._joined_from_home[kept - rows.start]
        return np.unique(columns.row_starts.searchsorted(kept[found].astype(np.int32), side="right") - 1).astype(
            np.int64
        )

    @cached_property
    def _joined_from_home(self) -> NDArray[np.bool_]:
        """By row of the groups for areas: not an area, and of a group that one may join from home."""
        columns, rows = self.columns, self._area_rows
        begin, end = int(self.blocks[FOR_AREAS]), int(self.blocks[HYBRID])
        home = (columns.way[begin:end] & (ONLINE | PHONE)) != 0
        found: NDArray[np.bool_] = home.repeat(np.diff(columns.row_starts[begin : end + 1]))
        found &= columns.kind[rows] != AREA
        return found


def within(place: Where, km: float, position: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark unit vectors, shape (n, 3), at most so many km from a place: some a little further too, none less."""
    if km >= EARTH_RADIUS_KM * np.pi:
        return np.ones(len(position), dtype=np.bool_)
    here = unit_vectors([place.latitude], [place.longitude])[:, 0]
    near: NDArray[np.bool_] = position @ here >= np.cos(km / EARTH_RADIUS_KM) - _SLACK
    return near


def ordering(columns: Columns) -> tuple[I64, NDArray[np.int64]]:
    """Return groups in the order in which they are kept (block, cell, id), and where each block begins."""
    blocks = _blocks(columns)
    cells = _first_cells(columns, blocks)
    order = np.lexsort((columns.id_low, columns.id_high, cells, blocks))
    edges = np.searchsorted(blocks[order], np.arange(5))
    return order, edges


def chart(columns: Columns, edges: I64) -> Ground:
    """Draw the map of a catalogue whose groups are in the order of `ordering`."""
    blocks = np.repeat(np.arange(4), np.diff(edges))
    cells = _first_cells(columns, blocks)
    further = np.ones(columns.n_rows, dtype=np.bool_)
    further[columns.row_starts[:-1]] = False
    rows = np.flatnonzero(further & (columns.kind == PLACE) & (blocks[columns.group] >= HYBRID))
    at = _cells_of(columns.position[rows])
    order = np.lexsort((columns.group[rows], at))
    return Ground(columns, edges, cells, at[order].astype(np.int32), columns.group[rows][order].astype(np.int32))


def _blocks(columns: Columns) -> NDArray[np.int64]:
    begins = columns.row_starts[:-1]
    if not len(begins):
        return np.zeros(0, dtype=np.int64)
    anywhere = np.logical_or.reduceat(columns.kind == ANYWHERE, begins)
    area = np.logical_or.reduceat(columns.kind == AREA, begins)
    home = (columns.way & (ONLINE | PHONE)) != 0
    return np.select([anywhere, area, home], [EVERYWHERE, FOR_AREAS, HYBRID], PLACES).astype(np.int64)


def _first_cells(columns: Columns, blocks: NDArray[np.int64]) -> NDArray[np.int32]:
    cells = np.zeros(columns.n_groups, dtype=np.int32)
    placed = np.flatnonzero(blocks >= HYBRID)
    cells[placed] = _cells_of(columns.position[columns.row_starts[placed]])
    return cells


def _cells_of(position: NDArray[np.float64]) -> NDArray[np.int32]:
    x, y, z = position[:, 0], position[:, 1], position[:, 2]
    latitude, longitude = np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))), np.degrees(np.arctan2(y, x))
    row = np.floor((latitude + 90.0) / CELL_LATITUDE)
    return (row * _WIDTH + np.floor((longitude + 180.0) / CELL_LONGITUDE)).astype(np.int32)


def _cells_around(place: Where, km: float) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return first and one-past-last cell of each row of cells that a circle touches."""
    angle = np.degrees(km / EARTH_RADIUS_KM) * 1.0001 + 0.001
    south, north = place.latitude - angle, place.latitude + angle
    reach = np.sin(np.radians(min(angle, 90.0))) / max(np.cos(np.radians(place.latitude)), 1e-9)
    aside = np.degrees(np.arcsin(reach)) if reach < 1 else 360.0
    west, east = place.longitude - aside, place.longitude + aside
    if south < -_POLE or north > _POLE or west < -180.0 or east >= 180.0:
        return np.array([0], dtype=np.int32), np.array([np.iinfo(np.int32).max], dtype=np.int32)
    rows = np.arange(np.floor((south + 90.0) / CELL_LATITUDE), np.floor((north + 90.0) / CELL_LATITUDE) + 1)
    low, high = (np.floor((edge + 180.0) / CELL_LONGITUDE) for edge in (west, east))
    return (rows * _WIDTH + low).astype(np.int32), (rows * _WIDTH + high + 1).astype(np.int32)
