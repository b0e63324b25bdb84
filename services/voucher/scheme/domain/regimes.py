"""Which rules of state aid a scheme names, by its caps and its awards: each is counted in one currency by everybody."""

from collections.abc import Collection, Iterator, Mapping

from services.voucher.scheme.domain.checking.fault import Document, Fault


def named(document: Document) -> Mapping[str, str]:
    """The regimes that a document names, by the pointer at which each stands."""
    caps = {f"/caps/{place}/regime": cap.get("regime") for place, cap in enumerate(document.get("caps", ()))}
    awards = {
        f"/awards/{place}/regime/value/name": award.get("regime", {}).get("value", {}).get("name")
        for place, award in enumerate(document.get("awards", ()))
    }
    return {at: name for at, name in {**caps, **awards}.items() if name is not None}


def faults(document: Document, counted: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """``scheme.regime_currency`` for a regime that published schemes count in another currency.

    counted: by regime the currencies in which published schemes count it.
    """
    for at, regime in named(document).items():
        others = {*counted.get(regime, ())} - {document["currency"]}
        if others:
            yield Fault(at, "scheme.regime_currency", {"regime": regime, "currency": ", ".join(sorted(others))})
