"""Silicon as racked: racks and the IT load that they, their fabric and their support draw."""

from __future__ import annotations

import numpy as np

from computefactory.plant.fabric import FabricBill
from computefactory.plant.inputs import Silicon
from computefactory.steps import elementwise, number
from computefactory.units import Count, Kw, One

__all__ = ["STEPS"]

ROUNDING = 1e-9  # of a rack: 1056.0000000001 racks are 1056


@elementwise()
def racks(silicon: Silicon) -> One:
    """Racks that hold the installed accelerators; the last may be partly filled."""
    return number(np.ceil(silicon.accelerators / silicon.accelerators_per_rack - ROUNDING))


@elementwise()
def accelerators_active(silicon: Silicon) -> Count:
    """Installed less spares."""
    return silicon.accelerators - silicon.spares


@elementwise()
def it_design_load(racks: One, silicon: Silicon, fabric_bill: FabricBill) -> Kw:
    """Design IT load of what is installed [kW]: racks, support (storage, management) and scale-out fabric.

    Hot spares draw power like the rest.
    """
    return racks * silicon.rack_power + silicon.support_power * silicon.accelerators + fabric_bill.power_kw


@elementwise()
def mean_load(silicon: Silicon) -> One:
    """Mean draw of the installed IT as a share of its design draw."""
    return silicon.utilisation


@elementwise()
def it_typical_load(it_design_load: Kw, mean_load: One) -> Kw:
    """Mean IT load: share drawn x design."""
    return it_design_load * mean_load


@elementwise()
def rack_share(racks: One, it_design_load: Kw, silicon: Silicon) -> One:
    """Share of the design IT load that the racks draw; the rest is support and fabric.

    Where tenants bring the silicon, what they lease counts as racks.
    """
    load = np.asarray(it_design_load)
    return number(np.where(load > 0, racks * silicon.rack_power / np.where(load > 0, load, 1.0), 1.0))


@elementwise()
def liquid_share(rack_share: One, silicon: Silicon) -> One:
    """Share of all IT heat that the racks give to liquid; support and fabric are cooled by air."""
    return silicon.liquid_fraction * rack_share


STEPS = (racks, accelerators_active, it_design_load, mean_load, it_typical_load, rack_share, liquid_share)
