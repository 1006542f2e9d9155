"""What a company is: a compute factory operator, in transition, a landlord, a miner, a cloud, an operator, not rated.

Every block of capacity is held against the four specifications with the evidence there is: ``disclosed``, ``stated``,
``inferred`` from its system and vintage, ``none``. The company follows from the MW of its blocks, by what bills and by
what is sold, and from its revenue. What is inferred may carry *in transition* and never *compute factory operator*; a
block with a factory file of its own has that factory's verdict. A fact that is missing is named with what it decides:
where it could turn the class, the company is not rated. Thresholds are rows of the table ``company_class``; a class
that does not hold over their ranges, or over those of the systems' rows, is marginal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from computefactory.qualification import FACTORY, MINE, NOT_APPLICABLE, SHELL, Check, Flip, Specification, Verdict
from computefactory.qualification import OPERATOR as INVENTORY
from computefactory.units import Count, Kilovolt, Kw, One, UsdPerKwh, finite

if TYPE_CHECKING:
    from computefactory.library import Library
    from computefactory.library.rows import Fact

__all__ = [
    "CLOUD",
    "FACTORY_OPERATOR",
    "INVENTORY",
    "LANDLORD",
    "MINER",
    "NOT_RATED",
    "TRANSITION",
    "BlockFacts",
    "BlockVerdict",
    "ClassThresholds",
    "CompanyFacts",
    "CompanyKind",
    "MissingFact",
    "StageClass",
    "class_thresholds",
    "classified",
    "judged",
    "with_class_strength",
]

FACTORY_OPERATOR = "compute factory operator"
TRANSITION = "in transition"
LANDLORD = "landlord of compute factories"
MINER = "miner"
CLOUD = "cloud provider"
NOT_RATED = "not rated: data missing"
BILLING, SOLD = "billing", "sold"
STAGES = {BILLING: "critical IT that bills", SOLD: "critical IT that is sold"}
PROVEN, INFERRED, FAILED, OPEN = "proven", "inferred", "failed", "open"
OUTCOMES = (PROVEN, INFERRED, FAILED, OPEN, "shell", "mining", "cloud", "other")
PASS, FAIL, NOT_SHOWN = "pass", "fail", "not shown"
SIGNED = ("agreement", "construction", "energised")
MEGAWATT = 1e-3  # from kW
HALVINGS = 40  # of the way to where a row turns the class


@dataclass(frozen=True, slots=True)
class ClassThresholds:
    """Rows of ``company_class``, and of the four specifications where a block is held against them."""

    factory_share: One
    owner_focus: One
    customer_share: One
    product_lines: Count
    mining_share: One
    shell_share: One
    specifications_shown: Count
    density_rack_power: Kw
    liquid_share: One
    interconnection_level: Kilovolt
    coverage: One
    buyer_rating: str
    buyer_rating_number: One


OF_CLASS = tuple(item.name for item in fields(ClassThresholds)[:7])
OF_FACTORY = ("density_rack_power", "liquid_share", "interconnection_level", "coverage")


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """One block of capacity let to one customer; nan and empty words: not known."""

    name: str
    block: str  # its name in the file
    sells: str
    billing: Kw
    sold: Kw
    system: str = ""
    rack_power: Kw = nan
    liquid: One = nan  # share of rack heat, in the original build
    hardware: str = "none"  # evidence of system, density and cooling
    connection: str = ""  # status
    level: Kilovolt = nan
    power_price: UsdPerKwh = nan
    industrial_price: UsdPerKwh = nan
    power: str = "none"  # evidence
    committed: One = nan  # share of its revenue that somebody owes
    life_covered: One = nan  # tenor left over the life that its silicon has left, at most 1
    rating: str = ""
    rating_number: One = nan
    offtake: str = "none"  # evidence
    factory: Verdict | None = None  # of the factory inside
    sources: Mapping[str, str] = field(default_factory=dict)  # who says so: hardware, power, offtake

    def of(self, stage: str) -> Kw:
        """Its power at a stage."""
        return self.billing if stage == BILLING else self.sold


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What the class of a company rests on; nan: not known."""

    name: str = ""
    as_of: str = ""  # day of the question
    parent: str = ""  # of a segment
    blocks: tuple[BlockFacts, ...] = ()
    revenue: Mapping[str, One] = field(default_factory=dict)  # share by what is sold; empty: not known
    product_lines: Count = nan
    largest_customer: One = nan
    evidence: Mapping[str, str] = field(default_factory=dict)  # of what stands once for the company: who says so
    book_years: float = nan  # book over a year's revenue: shown, and no test


@dataclass(frozen=True, slots=True)
class BlockVerdict:
    """A block against the four specifications: ``proven``, ``inferred``, ``failed``, ``open``; or what it sells."""

    facts: BlockFacts
    specifications: tuple[Specification, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class StageClass:
    """What the MW of one stage make of the company: shares by outcome, what fails, and the class."""

    stage: str
    power: Kw
    shares: Mapping[str, One]  # of power, by outcome; none where the power is not known
    kind: str
    failing: Mapping[str, One] = field(default_factory=dict)  # share of power that fails a specification, by its title
    by_revenue: bool = False  # the MW are not known: what most revenue comes from
    partial: bool = False  # the MW of some block are not known: power and shares are of the others


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that is not known, where, and what it decides; ``deciding``: the class may turn on it."""

    what: str
    where: str
    decides: str
    deciding: bool


@dataclass(frozen=True, slots=True)
class CompanyKind:
    """What a company is, by billing and by contracted MW, with checks, evidence and what is missing."""

    kind: str
    facts: CompanyFacts
    blocks: tuple[BlockVerdict, ...]
    stages: Mapping[str, StageClass]
    checks: tuple[Check, ...]
    missing: tuple[MissingFact, ...]
    owner_focus: float | None
    flips: tuple[Flip, ...] = ()
    rows_moved: int = 0
    engine: Mapping[str, Any] = field(default_factory=dict)  # version, hashes, overrides of the run
    stamp: str = ""  # that it was reckoned with hindsight

    @property
    def verdict(self) -> str:
        """In words; marginal where it does not hold over the ranges of its rows."""
        return f"{self.kind} (marginal)" if self.flips else self.kind

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "kind": "qualification",
            "version": 1,
            "of": "company",
            "engine": dict(self.engine),
            "company": self.facts.name,
            "as_of": self.facts.as_of,
            "segment_of": self.facts.parent or None,
            "verdict": self.verdict,
            "class": self.kind,
            "marginal": bool(self.flips),
            "rows_moved": self.rows_moved,
            "flips": [asdict(item) for item in self.flips],
            "owner_focus": self.owner_focus,
            "by_billing": _stage_dict(self.stages[BILLING]),
            "by_contracted": _stage_dict(self.stages[SOLD]),
            "checks": [_check_dict(check) for check in self.checks],
            "evidence": dict(self.facts.evidence),
            "book_years": finite(self.facts.book_years),
            "blocks": {item.facts.name: _block_dict(item) for item in self.blocks},
            "missing": [asdict(item) for item in self.missing],
        }


def _stage_dict(stage: StageClass) -> dict[str, Any]:
    return {
        "class": stage.kind,
        "by_revenue": stage.by_revenue,
        "partial": stage.partial,
        "power_mw": finite(stage.power * MEGAWATT),
        "shares": {name: finite(share) for name, share in stage.shares.items()},
        "failing": dict(stage.failing),
    }


def _check_dict(check: Check) -> dict[str, Any]:
    return {item.name: getattr(check, item.name) for item in fields(check)}


def _block_dict(item: BlockVerdict) -> dict[str, Any]:
    facts = item.facts
    return {
        "sells": facts.sells,
        "system": facts.system,
        "billing_mw": finite(facts.billing * MEGAWATT),
        "sold_mw": finite(facts.sold * MEGAWATT),
        "outcome": item.outcome,
        "factory": facts.factory is not None,
        "specifications": {
            each.name: {
                "result": each.result,
                "evidence": each.evidence,
                "missing": each.missing,
                "checks": [_check_dict(check) for check in each.checks],
            }
            for each in item.specifications
        },
    }


def class_thresholds(library: Library) -> ClassThresholds:
    """The thresholds in force."""
    number = {name: float(library.fact("company_class", "default", name).value) for name in OF_CLASS}
    rules = {name: float(library.fact("specification", "compute_factory", name).value) for name in OF_FACTORY}
    rating = str(library.fact("specification", "compute_factory", "buyer_rating").value)
    return ClassThresholds(
        **number,
        **rules,
        buyer_rating=rating,
        buyer_rating_number=float(library.fact("rating", rating, "number").value),
    )


def judged(block: BlockFacts, need: ClassThresholds) -> BlockVerdict:
    """A block against the four specifications; one with a factory of its own has that factory's verdict."""
    if block.factory is not None:
        outcome = {FACTORY: PROVEN, INVENTORY: FAILED, SHELL: "shell", MINE: "mining"}.get(block.factory.kind, OPEN)
        return BlockVerdict(block, block.factory.specifications, outcome)
    specifications = (
        _density(block, need),
        _liquid(block, need),
        _power(block, need),
        _offtake(block, need),
    )
    results = [item.result for item in specifications]
    shown = sum(result in (PASS, INFERRED) for result in results)
    if block.sells != "accelerators":
        outcome = block.sells
    elif FAIL in results:
        outcome = FAILED
    elif all(result == PASS for result in results):
        outcome = PROVEN
    else:
        outcome = INFERRED if shown >= need.specifications_shown else OPEN
    return BlockVerdict(block, specifications, outcome)


def _least(name: str, value: float, threshold: float, unit: str) -> Check:
    if isnan(value):
        return Check(name, None, threshold, unit, passes=False)
    return Check(name, value, threshold, unit, value >= threshold, value - threshold)


def _most(name: str, value: float, threshold: float, unit: str) -> Check:
    if isnan(value) or isnan(threshold):
        return Check(name, None, 0.0 if isnan(threshold) else threshold, unit, passes=False)
    return Check(name, value, threshold, unit, value <= threshold, threshold - value)


def _specification(name: str, title: str, checks: Sequence[Check], evidence: str) -> Specification:
    """What is shown decides: one that fails fails; all shown and passing pass; inferred where any of it is."""
    shown = [check for check in checks if check.value is not None]
    lacking = [check.name for check in checks if check not in shown]
    if evidence == "none" or not shown:
        return Specification(name, title, NOT_SHOWN, "none", tuple(checks), missing="; ".join(lacking))
    failed = [check.name for check in shown if not check.passes]
    if failed:
        return Specification(name, title, FAIL, evidence, tuple(checks), missing="; ".join(failed))
    result = INFERRED if lacking or evidence == INFERRED else PASS
    return Specification(name, title, result, evidence, tuple(checks), missing="; ".join(lacking))


def _none_of(name: str, title: str, why: str) -> Specification:
    return Specification(name, title, NOT_APPLICABLE, "none", (), missing=why)


def _density(block: BlockFacts, need: ClassThresholds) -> Specification:
    title = "GPU density"
    if block.sells != "accelerators":
        return _none_of("density", title, f"it sells {block.sells}: no accelerators of its own")
    return _specification(
        "density", title, [_least("rack power", block.rack_power, need.density_rack_power, "kW")], block.hardware
    )


def _liquid(block: BlockFacts, need: ClassThresholds) -> Specification:
    title = "Liquid from construction"
    if block.sells in ("mining", "cloud", "other"):
        return _none_of("liquid", title, f"it sells {block.sells}: no racks of accelerators")
    checks = [_least("rack heat by liquid in the original build", block.liquid, need.liquid_share, "1")]
    return _specification("liquid", title, checks, block.hardware)


def _power(block: BlockFacts, need: ClassThresholds) -> Specification:
    status = block.connection or None
    checks = [
        Check("interconnection", status, " or ".join(SIGNED), "", passes=status in SIGNED),
        _least("connection level", block.level, need.interconnection_level, "kV"),
        _most("all-in power against the industrial price", block.power_price, block.industrial_price, "USD/kWh"),
    ]
    return _specification("power", "Power at the interconnection", checks, block.power)


def _offtake(block: BlockFacts, need: ClassThresholds) -> Specification:
    title = "Committed offtake"
    if block.sells == "mining":
        return _none_of("offtake", title, "a hash price has no buyer who owes it")
    rated = not isnan(block.rating_number)
    passes = rated and block.rating_number <= need.buyer_rating_number
    checks = [
        _least("committed share of the life left", block.committed * block.life_covered, need.coverage, "1"),
        Check("buyer's rating", block.rating or None, need.buyer_rating, "", passes=passes),
        Check("committed cash / plant to pay", None, 1.0, "1", passes=False),
        Check("capex spent before signature", None, 0.0, "1", passes=False),
    ]
    return _specification("offtake", title, checks, block.offtake)


def classified(facts: CompanyFacts, need: ClassThresholds) -> CompanyKind:
    """The class of a company by its blocks and its revenue."""
    blocks = tuple(judged(block, need) for block in facts.blocks)
    focus = _focus(facts)
    stages = {stage: _by_stage(stage, blocks, facts, need) for stage in STAGES}
    cloud = _cloud(facts, focus, need)
    kind = _class(stages, cloud, need)
    checks = (*_stage_checks(stages, facts, need), *_revenue_checks(facts, focus, need))
    missing = tuple(_missing(facts, blocks, deciding=kind == NOT_RATED))
    return CompanyKind(kind, facts, blocks, stages, checks, missing, finite(focus))


def _by_stage(stage: str, blocks: Sequence[BlockVerdict], facts: CompanyFacts, need: ClassThresholds) -> StageClass:
    """The class by the MW of one stage; where what bills is not known, by what most revenue comes from."""
    known = [(item, size) for item in blocks if not isnan(size := item.facts.of(stage))]
    power, unknown = sum(size for _, size in known), len(known) < len(blocks) or not blocks
    shares = dict.fromkeys(OUTCOMES, 0.0) if power > 0 else {}
    for item, size in known if power > 0 else ():
        shares[item.outcome] += size / power
    by_revenue = stage == BILLING and unknown and bool(facts.revenue)
    if unknown or not shares:
        kind = _by_revenue(facts, need) if by_revenue else NOT_RATED
    else:
        kind = _named(stage, shares, _focus(facts), need)
    failing: dict[str, float] = {}
    for item, size in known:
        for each in item.specifications:
            if each.result == FAIL and size > 0 and shares:
                failing[each.title] = failing.get(each.title, 0.0) + size / power
    return StageClass(stage, power if known else nan, shares, kind, failing, by_revenue, unknown)


def _by_revenue(facts: CompanyFacts, need: ClassThresholds) -> str:
    if facts.revenue.get("mining", 0.0) >= need.mining_share:
        return MINER
    return LANDLORD if facts.revenue.get("shell", 0.0) >= need.shell_share else NOT_RATED


def _focus(facts: CompanyFacts) -> float:
    """Share of revenue from accelerators."""
    return facts.revenue.get("accelerators", 0.0) if facts.revenue else nan


def _named(stage: str, shares: Mapping[str, One], focus: float, need: ClassThresholds) -> str:
    """The class by shares of MW; revenue of the past says nothing against what is sold and not yet built."""
    if shares["mining"] >= need.mining_share:
        return MINER
    if shares["shell"] >= need.shell_share:
        return LANDLORD
    if shares[PROVEN] + shares[INFERRED] >= need.factory_share:
        if shares[PROVEN] >= need.factory_share and focus >= need.owner_focus:
            return FACTORY_OPERATOR
        if stage == SOLD:
            return TRANSITION
        return NOT_RATED if isnan(focus) else INVENTORY if focus < need.owner_focus else TRANSITION
    return INVENTORY if shares[PROVEN] + shares[INFERRED] + shares[OPEN] < need.factory_share else NOT_RATED


def _cloud(facts: CompanyFacts, focus: float, need: ClassThresholds) -> bool | None:
    """Whether it is a cloud provider: unfocused, no large customer, several products; None where that is not known.

    What mines or lets shells for most of its revenue is none, however many products it sells beside.
    """
    if _by_revenue(facts, need) != NOT_RATED:
        return False
    tests = (
        None if isnan(focus) else focus < need.owner_focus,
        None if isnan(facts.largest_customer) else facts.largest_customer < need.customer_share,
        None if isnan(facts.product_lines) else _several(facts, need),
    )
    if False in tests:
        return False
    return None if None in tests else True


def _several(facts: CompanyFacts, need: ClassThresholds) -> bool:
    """Whether it sells several products; a general cloud is many by what it sells."""
    return facts.revenue.get("cloud", 0.0) > 0 or facts.product_lines >= need.product_lines


def _class(stages: Mapping[str, StageClass], cloud: bool | None, need: ClassThresholds) -> str:
    """The class of the company: what bills decides, unless it does not qualify and what is sold does."""
    billing, sold = stages[BILLING], stages[SOLD]
    if cloud:
        return CLOUD
    qualified = billing.shares.get(PROVEN, 0.0) + billing.shares.get(INFERRED, 0.0)
    qualifies = not billing.partial and qualified >= need.factory_share
    if not qualifies and sold.kind in (FACTORY_OPERATOR, TRANSITION):
        return TRANSITION
    if billing.kind in (FACTORY_OPERATOR, TRANSITION, MINER, LANDLORD):
        return billing.kind
    return NOT_RATED if cloud is None or NOT_RATED in (billing.kind, sold.kind) else billing.kind


def _stage_checks(stages: Mapping[str, StageClass], facts: CompanyFacts, need: ClassThresholds) -> Iterator[Check]:
    """Shares of MW against their thresholds; of revenue where the MW are not known and it decides instead."""
    for stage, found in stages.items():
        shares = found.shares
        proven = shares.get(PROVEN, nan)
        words = STAGES[stage]
        if found.by_revenue:
            for sells, least in (("shell", need.shell_share), ("mining", need.mining_share)):
                yield _least(f"share of revenue from {sells}", facts.revenue.get(sells, 0.0), least, "1")
            continue
        yield _least(f"{words}: in factories, proven", proven, need.factory_share, "1")
        inferred = proven + shares.get(INFERRED, nan)
        yield _least(f"{words}: in factories, with inferred", inferred, need.factory_share, "1")
        yield _least(f"{words}: lets shells", shares.get("shell", nan), need.shell_share, "1")
        yield _least(f"{words}: mines", shares.get("mining", nan), need.mining_share, "1")


def _revenue_checks(facts: CompanyFacts, focus: float, need: ClassThresholds) -> Iterator[Check]:
    yield _least("share of revenue from accelerators", focus, need.owner_focus, "1")
    yield _most("largest customer (of a cloud: smaller)", facts.largest_customer, need.customer_share, "1")
    lines = _least("lines of business", facts.product_lines, need.product_lines, "")
    yield replace(lines, value="general cloud", passes=True, margin=None) if "cloud" in facts.revenue else lines


COMPANY_WIDE: tuple[tuple[str, str], ...] = (
    ("critical IT that bills", "the class by billing MW"),
    ("critical IT sold", "in transition, or not"),
    ("revenue by what is sold", "focus: an operator, or a cloud provider"),
    ("share of the largest customer", "a cloud provider, or not"),
)
OF_BLOCK: tuple[tuple[str, str, str], ...] = (  # specification, fact, what it decides
    ("density", "system", "GPU density"),
    ("liquid", "cooling", "liquid from construction"),
    ("power", "connection of its power", "power at the interconnection"),
    ("power", "price of its power", "power at the interconnection"),
    ("offtake", "share of revenue that is owed", "committed offtake"),
    ("offtake", "tenor left", "committed offtake"),
    ("offtake", "credit of its customers", "committed offtake"),
)


def _missing(facts: CompanyFacts, blocks: Sequence[BlockVerdict], *, deciding: bool) -> Iterator[MissingFact]:
    """What is not known of the company, then of its blocks; of no blocks, what would be asked of them."""
    unknown = (
        _nothing(facts.blocks, BILLING),
        _nothing(facts.blocks, SOLD),
        not facts.revenue,
        isnan(facts.largest_customer),
    )
    stages = (BILLING, SOLD, "", "")
    for (what, decides), gone, stage in zip(COMPANY_WIDE, unknown, stages, strict=True):
        if gone:
            unsized = dict.fromkeys(block.block for block in facts.blocks if stage and isnan(block.of(stage)))
            yield MissingFact(what, ", ".join(unsized) or "company", decides, deciding)
    own = [block for block in blocks if block.facts.factory is None]
    for name, what, decides in OF_BLOCK:
        lacking = [block for block in own if _lacks(block, name, what)]
        turning = deciding and (not blocks or any(block.outcome == OPEN for block in lacking))
        if lacking or not blocks:
            where = ", ".join(dict.fromkeys(block.facts.block for block in lacking)) or "every block"
            yield MissingFact(what, where, decides, turning)


def _nothing(blocks: Sequence[BlockFacts], stage: str) -> bool:
    power = sum(block.of(stage) for block in blocks)
    return not blocks or isnan(power)


def _lacks(block: BlockVerdict, specification: str, what: str) -> bool:
    """Whether a fact of a block is not known and would be asked of it."""
    facts = block.facts
    asked = next(item for item in block.specifications if item.name == specification)
    unknown = {
        "system": isnan(facts.rack_power),
        "cooling": isnan(facts.liquid),
        "connection of its power": not facts.connection or isnan(facts.level),
        "price of its power": isnan(facts.power_price),
        "share of revenue that is owed": isnan(facts.committed),
        "tenor left": isnan(facts.life_covered),
        "credit of its customers": not facts.rating,
    }
    return asked.result != NOT_APPLICABLE and unknown[what]


@dataclass(frozen=True, slots=True)
class _Move:
    """A row with a range, and what the class is where it has another value."""

    row: str
    label: str
    unit: str
    fact: Fact
    at: Callable[[float], CompanyKind]


def with_class_strength(found: CompanyKind, need: ClassThresholds, library: Library) -> CompanyKind:
    """The same with every row that turns the class inside its range, and where."""
    moves = [*_thresholds_moved(found, need, library), *_systems_moved(found, need, library)]
    flips = [flip for move in moves for flip in _flips(found, move)]
    inside = [block.factory.strength for block in found.facts.blocks if block.factory and block.factory.strength]
    flips += _flips_inside(found, need)
    nearest = sorted(flips, key=lambda flip: abs(flip.flips_at - flip.value) / (flip.high - flip.low))
    return replace(found, flips=tuple(nearest), rows_moved=len(moves) + sum(each.rows for each in inside))


def _thresholds_moved(found: CompanyKind, need: ClassThresholds, library: Library) -> Iterator[_Move]:
    tables = (("company_class", "default", OF_CLASS), ("specification", "compute_factory", OF_FACTORY))
    for table, key, names in tables:
        for name in names:
            fact = library.seen(table, key, name)
            if fact is not None and _ranged(fact):

                def at(value: float, name: str = name) -> CompanyKind:
                    changed: dict[str, Any] = {name: value}
                    return classified(found.facts, replace(need, **changed))

                yield _Move(fact.path, name.replace("_", " "), fact.unit, fact, at)


def _systems_moved(found: CompanyKind, need: ClassThresholds, library: Library) -> Iterator[_Move]:
    systems = dict.fromkeys(block.system for block in found.facts.blocks if block.system and block.factory is None)
    for system in systems:
        for name, row in (("rack_power", "rack_power"), ("liquid", "liquid_fraction")):
            fact = library.seen("system", system, row)
            if fact is None or not _ranged(fact):
                continue

            def at(
                value: float, system: str = system, name: str = name, base: float = float(fact.value)
            ) -> CompanyKind:
                def moved(block: BlockFacts) -> BlockFacts:
                    changed: dict[str, Any] = {name: value}
                    same = block.system == system and getattr(block, name) == base
                    return replace(block, **changed) if same else block

                facts = replace(found.facts, blocks=tuple(map(moved, found.facts.blocks)))
                return classified(facts, need)

            yield _Move(fact.path, f"{system}: {row.replace('_', ' ')}", fact.unit, fact, at)


def _ranged(fact: Fact) -> bool:
    return fact.low is not None and fact.high is not None and fact.high > fact.low


def _flips(found: CompanyKind, move: _Move) -> Iterator[Flip]:
    value, low, high = float(move.fact.value), float(move.fact.low or 0.0), float(move.fact.high or 0.0)
    for end in (low, high):
        there = move.at(end)
        if end != value and there.kind != found.kind:
            where = _turning(value, end, lambda x: move.at(x).kind == found.kind)
            told = move.row, move.label, move.unit, value, low, high
            yield Flip(*told, where, there.kind, _differing(found, there))


def _flips_inside(found: CompanyKind, need: ClassThresholds) -> Iterator[Flip]:
    """Rows that turn the verdict of a factory inside, where that turns the class."""
    for place, block in enumerate(found.facts.blocks):
        verdict = block.factory
        if verdict is None or verdict.strength is None:
            continue
        for flip in verdict.strength.flips:
            other = replace(block, factory=replace(verdict, kind=flip.to))
            blocks = (*found.facts.blocks[:place], other, *found.facts.blocks[place + 1 :])
            there = classified(replace(found.facts, blocks=blocks), need)
            if there.kind != found.kind:
                yield replace(flip, label=f"{block.block}: {flip.label}", to=there.kind)


def _turning(same: float, other: float, holds: Callable[[float], bool]) -> float:
    """Between two values the one at which something stops to hold, by halving."""
    for _ in range(HALVINGS):
        middle = (same + other) / 2
        same, other = (middle, other) if holds(middle) else (same, middle)
    return other


def _differing(found: CompanyKind, there: CompanyKind) -> str:
    """The first check that decides otherwise there; else the block that does."""
    before = {check.name: check.passes for check in found.checks}
    turned = [check.name for check in there.checks if check.passes != before[check.name]]
    blocks = [
        each.facts.name for each, now in zip(found.blocks, there.blocks, strict=True) if each.outcome != now.outcome
    ]
    return (turned or blocks or [""])[0]
