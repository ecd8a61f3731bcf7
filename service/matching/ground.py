"""Where groups lie: which of them can matter to somebody at a place, found without looking at the others. Pure.

Groups are kept in four blocks: those that can be anywhere, those for an area, those one may also join from home, and
those one must go to. In the last two they lie by map cell, row by row, so that all near a point are a few stretches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.where.distance import EARTH_RADIUS_KM, km_from
from service.matching.candidates import Candidates, everyone, stretched
from service.matching.columns import ANYWHERE, AREA, ONLINE, PHONE, PLACE, Columns
from service.matching.profile import Where

I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
EVERYWHERE, FOR_AREAS, HYBRID, PLACES = range(4)  # blocks
CELL_LATITUDE, CELL_LONGITUDE = 0.05, 0.1  # degrees; about 5.6 by 6.6 km in Great Britain
_WIDTH = 1 << 13  # cells in one row are numbered below this
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

    def around(self, place: Where | None, km: float, *, remote: bool, also: I64) -> Candidates:
        """Return every group that has a row within so many km, is for an area, or need not be gone to.

        `remote`: whether groups that one may join from home count wherever they are; `also`: groups to return in any
        case. More groups than that may be returned, never fewer.
        """
        blocks = self.blocks.tolist()
        if place is None or not np.isfinite(km):
            return everyone(blocks[-1])
        stretches = [(0, blocks[PLACES if remote else HYBRID])]
        stretches += ((group, group + 1) for group in also.tolist())
        low, high = _cells_around(place, km)
        for block in (PLACES,) if remote else (HYBRID, PLACES):
            begin = blocks[block]
            held = self.cells[begin : blocks[block + 1]]
            firsts, lasts = held.searchsorted(low) + begin, held.searchsorted(high) + begin
            stretches += zip(firsts.tolist(), lasts.tolist(), strict=True)
        if len(self.more_cells):
            edges = zip(self.more_cells.searchsorted(low), self.more_cells.searchsorted(high), strict=True)
            for first, last in edges:
                stretches += ((group, group + 1) for group in self.more_groups[first:last].tolist())
        return Candidates.of(stretches)

    def astray(self, groups: I64, place: Where | None, km: float, *, remote: bool) -> Bools:
        """Mark those of some groups, ascending, that are for areas elsewhere only, and neither near nor to be joined.

        Found after the others, since all groups for areas together are few, and those like what is asked fewer.
        """
        begin, end = groups.searchsorted(self.blocks[FOR_AREAS : HYBRID + 1])
        found = np.zeros(len(groups), dtype=np.bool_)
        if place is None or not np.isfinite(km) or begin == end:
            return found
        columns, held = self.columns, groups[begin:end]
        firsts = columns.row_starts[held].astype(np.int64)
        many = columns.row_starts[held + 1] - firsts
        rows = stretched(firsts, many)
        apart = km_from(place.latitude, place.longitude, columns.position[rows].T)
        area = columns.kind[rows] == AREA
        near = np.where(area, apart - columns.radius_km[rows] <= place.uncertainty_km + 0.01, apart <= km)
        if remote:
            near |= ~area & ((columns.way[held] & (ONLINE | PHONE)) != 0).repeat(many)
        found[begin:end] = ~np.logical_or.reduceat(near, many.cumsum() - many)
        return found


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
