"""Every field of a company file moves something, is refused, is warned of, or is shown: nothing is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.schema.company import CompanyFile
from computefactory.schema.resolve_company import company

LIBRARY = Library.load()
BASE = "coreweave-2025-03"
HALL = {"blocks.hall": "{factory: coreweave-leased-100mw, customers: {one: {buyer: Microsoft}}}"}
NOTES = {"shares.convertibles.n.amount": "1 bn USD", "shares.convertibles.n.conversion_price": "50 USD"}
PLAN = {"blocks.hopper.power.sold.2025-02": "400 MW"}
ALONE = {"operator": None, "debt": None, "blocks.openai": None, "reported.2024-Q4.cash_and_equivalents": "1 bn USD"}
MW = {**ALONE, "reported.2024-Q4.active_power": "360 MW", "reported.2024-Q4.property_equipment_gross": "9 bn USD"}
YEAR = {
    **ALONE,
    **{f"reported.2024.{name}": "500 million USD" for name in ("cost_of_revenue", "technology_and_infrastructure")},
    "reported.2024.revenue": "2 bn USD",
    "reported.2024.depreciation_amortisation": "400 million USD",
    "reported.2024.sales_marketing": "20 million USD",
    "reported.2024.general_admin": "90 million USD",
}
QUARTER = {**MW, "reported.2024-Q4.revenue": "700 million USD"}
PLANT = {
    **MW,
    "reported.2024-Q4.property_equipment_net": "8 bn USD",
    "reported.2024-Q4.construction_in_progress": "1 bn USD",
}
SHOWN = (  # by pages, by what the company is, or by a comparison
    *("name", "sources", "Business.share", "BlockChapter.system", "BlockChapter.evidence", "BlockChapter.cooling"),
    *("CompanyShell.starts", "CompanyShell.tenor", "LeasesChapter.signed", "SharesChapter.press"),
    *("Stages.energised", "ReportedPeriod.capex_cash", "ReportedPeriod.adjusted_ebitda"),
    "ReportedPeriod.operating_lease_liabilities",
)
REFUSED = ("currency", "parent")
TRIALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # field: what stands first, what is changed
    "as_of": ({}, {"as_of": "2025-04-30"}),
    "operator": ({"debt": None}, {"operator": None}),
    "parent": ({}, {"parent": "NVIDIA"}),
    "currency": ({}, {"currency": "EUR"}),
    "fx": ({"blocks.hopper.price": "8 million EUR/MW-year", "fx.EUR": "1.0 USD/EUR"}, {"fx.EUR": "1.2 USD/EUR"}),
    "Business.sells": ({}, {"business.on_demand.sells": "mining"}),
    "Business.committed": ({}, {"business.on_demand.committed": "true"}),
    "BlockChapter.factory": ({}, HALL),
    "BlockChapter.sells": ({}, {"blocks.hopper.sells": "shell", "blocks.hopper.price": "9 USD/kW-month"}),
    "BlockChapter.price": ({}, {"blocks.hopper.price": "500 USD/kW-month"}),
    "BlockChapter.margin": ({}, {"blocks.hopper.margin": "50 %"}),
    "BlockChapter.capex": ({}, {"blocks.hopper.capex": "20 million USD/MW"}),
    "BlockChapter.in_service": ({}, {"blocks.hopper.in_service": "2023-01"}),
    "BlockChapter.until": ({}, {"blocks.hopper.until": "2029-01"}),
    "BlockChapter.tenor_left": ({}, {"blocks.hopper.until": None, "blocks.hopper.tenor_left": "20 months"}),
    "BlockChapter.starts": ({}, {"blocks.openai.starts": "2025-12"}),
    "BlockChapter.full": ({}, {"blocks.openai.full": "2026-09"}),
    "BlockChapter.deal": ({}, {f"blocks.openai.{name}": None for name in ("deal", "up_to", "prepayment")}),
    "BlockChapter.value": ({}, {"blocks.openai.value": "9 bn USD"}),
    "BlockChapter.up_to": ({}, {"blocks.openai.up_to": None}),
    "BlockChapter.owed": ({}, {"blocks.openai.owed": "80 %"}),
    "BlockChapter.signed": ({}, {"blocks.openai.signed": "2024-11-30"}),
    "BlockChapter.in_book": ({}, {"blocks.openai.in_book": "true"}),
    "Stages.pipeline": (PLAN, {"blocks.hopper.power.pipeline.2025-12": "900 MW"}),
    "Stages.secured": (PLAN, {"blocks.hopper.power.secured.2025-02": "600 MW"}),
    "Stages.sold": ({}, PLAN),
    "Stages.billing": (PLAN, {"blocks.hopper.power.billing.2024-12": "300 MW"}),
    "CompanyShell.tenure": ({}, {"blocks.hopper.shell.tenure": "owned"}),
    "CompanyShell.rent": ({}, {"blocks.hopper.shell.rent": "99 USD/kW-month"}),
    "CustomerChapter.buyer": ({}, {"blocks.hopper.customers.second.buyer": "Meta"}),
    "CustomerChapter.share": (
        {"blocks.hopper.customers.others.share": None},
        {"blocks.hopper.customers.microsoft.share": "50 %"},
    ),
    "CustomerChapter.rating": ({}, {"blocks.hopper.customers.second.rating": "BB"}),
    "Prepaid.share": ({}, {"blocks.openai.prepayment.share": "10 %"}),
    "Prepaid.paid_before": ({}, {"blocks.openai.prepayment.paid_before": "9 months"}),
    "BookChapter.kind": ({}, {"book.kind": "backlog"}),
    "BookChapter.amount": ({}, {"book.amount": "14 bn USD"}),
    "BookChapter.deferred": ({}, {"book.deferred": "3 bn USD"}),
    "BookChapter.date": ({"book.amount": "15 bn USD"}, {"book.date": "2024-09-30"}),
    "BookChapter.schedule": ({}, {"book.schedule": "{24 months: 70 %}"}),
    "FacilityChapter.balance": ({"operator": None, "debt": "{a: {balance: 1 bn USD}}"}, {"debt.a.balance": "2 bn USD"}),
    "FacilityChapter.rate": ({}, {"debt.oem.rate": "5 %/year"}),
    "FacilityChapter.matures": ({}, {"debt.oem.matures": "2030-01"}),
    "FacilityChapter.due": ({}, {"debt.oem.due": "{2026: 100 million USD}"}),
    "LeasesChapter.counted": ({}, {"leases.counted": "claim"}),
    "LeasesChapter.commenced": ({"leases.counted": "claim"}, {"leases.commenced": "1 bn USD"}),
    "LeasesChapter.finance": ({}, {"leases.finance": "1 bn USD"}),
    "SharesChapter.classes": ({}, {"shares.classes": "{all: 400 million}"}),
    "SharesChapter.units": ({"shares": "{classes: {all: 400 million}}"}, {"shares.units": "{rsu: 9 million}"}),
    "StrikeCount.count": ({"shares.options": "{a: {count: 9, strike: 1 USD}}"}, {"shares.options.a.count": 8}),
    "StrikeCount.strike": ({"shares.options": "{a: {count: 9, strike: 1 USD}}"}, {"shares.options.a.strike": "2 USD"}),
    "PutCount.count": ({"shares.redeemable": "{a: {count: 9, put: 1 USD}}"}, {"shares.redeemable.a.count": 8}),
    "PutCount.put": ({"shares.redeemable": "{a: {count: 9, put: 1 USD}}"}, {"shares.redeemable.a.put": "2 USD"}),
    "CompanyNote.amount": (NOTES, {"shares.convertibles.n.amount": "2 bn USD"}),
    "CompanyNote.conversion_price": (NOTES, {"shares.convertibles.n.conversion_price": "60 USD"}),
    "Proceeds.amount": ({}, {"cash.proceeds.ipo.amount": "1 bn USD"}),
    "Proceeds.date": ({}, {"cash.proceeds.ipo.date": "2025-02-28"}),
    "CashChapter.unrestricted": ({}, {"cash.unrestricted": "1 bn USD"}),
    "CashChapter.restricted": ({}, {"cash.restricted": "1 bn USD"}),
    "CashChapter.floor": ({}, {"cash.floor": "1 bn USD"}),
    "CompanyClaims.preferred": ({}, {"claims.preferred": "1 bn USD"}),
    "CompanyClaims.minorities": ({}, {"claims.minorities": "1 bn USD"}),
    **{
        f"ReportedPeriod.{name}": (YEAR, {f"reported.2024.{name}": "130 million USD"})
        for name in ("cost_of_revenue", "technology_and_infrastructure", "depreciation_amortisation")
    },
    "ReportedPeriod.revenue": (QUARTER, {"reported.2024-Q4.revenue": "800 million USD"}),
    "ReportedPeriod.sales_marketing": (YEAR, {"reported.2024.sales_marketing": "30 million USD"}),
    "ReportedPeriod.general_admin": (YEAR, {"reported.2024.general_admin": "30 million USD"}),
    "ReportedPeriod.stock_based_compensation": (YEAR, {"reported.2024.stock_based_compensation": "30 million USD"}),
    "ReportedPeriod.interest_expense": (
        {"operator": "CoreWeave", "as_of": "2025-05-15", "debt": None},
        {"reported.2025-Q1.interest_expense": "100 million USD"},
    ),
    "ReportedPeriod.cash_and_equivalents": (ALONE, {"reported.2024-Q4.cash_and_equivalents": "2 bn USD"}),
    "ReportedPeriod.restricted_cash": (ALONE, {"reported.2024-Q4.restricted_cash": "2 bn USD"}),
    "ReportedPeriod.debt_principal": (ALONE, {"reported.2024-Q4.debt_principal": "2 bn USD"}),
    "ReportedPeriod.deferred_revenue": (
        {**ALONE, "book": "{kind: rpo, amount: 5 bn USD}"},
        {"reported.2024-Q4.deferred_revenue": "2 bn USD"},
    ),
    "ReportedPeriod.rpo": (ALONE, {"reported.2024-Q4.rpo": "9 bn USD"}),
    "ReportedPeriod.revenue_backlog": (
        {**ALONE, "book.kind": "backlog"},
        {"reported.2024-Q4.revenue_backlog": "9 bn USD"},
    ),
    "ReportedPeriod.property_equipment_gross": (PLANT, {"reported.2024-Q4.property_equipment_gross": "10 bn USD"}),
    "ReportedPeriod.property_equipment_net": (PLANT, {"reported.2024-Q4.property_equipment_net": "7 bn USD"}),
    "ReportedPeriod.construction_in_progress": (PLANT, {"reported.2024-Q4.construction_in_progress": "2 bn USD"}),
    "ReportedPeriod.active_power": (QUARTER, {"reported.2024-Q4.active_power": "300 MW"}),
    "ReportedPeriod.contracted_power": (
        {**QUARTER, "book": "{kind: rpo, amount: 9 bn USD}"},
        {"reported.2024-Q4.contracted_power": "3 GW"},
    ),
    "LandChapter.power": ({"land": "{a: {power: 1 MW, status: study}}"}, {"land.a.power": "2 MW"}),
    "LandChapter.status": ({"land": "{a: {power: 1 MW, status: study}}"}, {"land.a.status": "energised"}),
    "LandChapter.price": ({"land": "{a: {power: 1 MW, status: study}}"}, {"land.a.price": "9 USD/kW"}),
    "OverheadChapter.amount": ({}, {"overhead.amount": "1 million USD/year"}),
    "OverheadChapter.stock_compensation": ({}, {"overhead.stock_compensation": "1 million USD/year"}),
    "OverheadChapter.until": ({}, {"overhead.until": "2026-01"}),
    "CompanyTax.rate": ({}, {"tax.rate": "30 %"}),
    "CompanyTax.losses": ({}, {"tax.losses": "1 bn USD"}),
    "CompanyTax.loss_limit": ({}, {"tax.loss_limit": "50 %"}),
    "FinancingTerms.advance": ({}, {"financing.advance": "50 %"}),
    "FinancingTerms.rate": ({}, {"financing.rate": "5 %/year"}),
    "FinancingTerms.tenor": ({}, {"financing.tenor": "30 months"}),
    "FinancingTerms.lead": ({}, {"financing.lead": "9 months"}),
    "FinancingTerms.handover": ({}, {"financing.handover": "9 months"}),
    "FinancingTerms.capitalised": ({}, {"financing.capitalised": "20 %"}),
    "FinancingTerms.premium": ({}, {"financing.premium": "9 %/year"}),
    "FinancingTerms.market_rate": ({}, {"financing.market_rate": "9 %/year"}),
}


def leaves(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Every field of the file that holds no chapter, by model and name; of the file itself by name."""
    seen.add(model)
    for name, field in model.model_fields.items():
        chapters = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        for chapter in chapters:
            if chapter not in seen:
                yield from leaves(chapter, seen)
        if not chapters and not (model is CompanyFile and name in ("kind", "version")):
            yield name if model is CompanyFile else f"{model.__name__}.{name}"


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def test_every_field_is_tried_or_shown():
    known = set(leaves(CompanyFile, set()))
    assert known == {*TRIALS, *SHOWN}


def found(overrides: dict[str, Any]) -> Any:
    """All that the records of a company hold, its days, what it lacks and what is said of it."""
    return _found(tuple(overrides.items()))


@cache
def _found(overrides: tuple[tuple[str, Any], ...]) -> Any:
    one = company(schema.load(BASE, dict(overrides), kind="company"), LIBRARY)
    records = [one.terms, *one.blocks, *one.facilities, *one.holders]
    held = [str(getattr(each, item.name)) for each in records for item in fields(each)]
    return held, one.as_of, one.balance_date, one.missing, one.warnings


@pytest.mark.parametrize("name", TRIALS)
def test_a_field_moves_something(name):
    before, change = TRIALS[name]
    try:
        after = found({**before, **change})
    except FactoryFileError:
        assert name in REFUSED
        return
    assert after != found(before), name
