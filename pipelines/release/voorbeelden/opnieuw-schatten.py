"""De schattingen van een uitgave opnieuw maken: alleen uit de metingen met ruis en het openbare plan.

Gebruik: python opnieuw-schatten.py MAP [UITVOER.csv]
MAP is de map van de uitgave. Nodig: numpy en polars. Hetzelfde, in dezelfde stappen, staat in opnieuw-schatten.R.

Elke regel van metingen.parquet is een aantal waar ruis bij is opgeteld, met sigma, de schaal van die ruis. De gemeenten
van een provincie tellen op tot de provincie, de provincies tot het land (en wijken, als die er zijn, tot hun gemeente), en tien cellen (leeftijd en geslacht) tot een
totaal. Gewogen kleinste kwadraten zoekt de aantallen die dat precies doen en het dichtst bij alle metingen liggen.
Bij een uitgave in twee stappen heeft een kleine groep geen cellen: haar totaal is dan twee keer gemeten.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Getallen = NDArray[np.float64]

NIVEAUS = ("land", "provincie", "gemeente", "wijk")
ACHTERVOEGSEL = "_leeftijd_geslacht"
BUITEN = "buiten_brp"
BLOK = ["persona", "toestand"]
SLEUTEL = [*BLOK, "niveau", "regio", "leeftijd", "geslacht"]


def klopt_met_plan(metingen: pl.DataFrame, plan: dict[str, Any]) -> None:
    """sigma^2 = d^2 / (2 rho) per tabel: wie het plan heeft, weet hoeveel ruis er bij kwam.

    d is hoe ver één eenheid een tabel verschuift: d^2 = K voor een persoon, 2 m^2 K voor een huishouden van m leden.
    """
    leden = plan.get("members")
    kwadraat = plan["contributions"] * (1 if leden is None else 2 * leden**2)
    for tabel, gemeten in metingen.select("tabel", "sigma").unique().iter_rows():
        rho = Fraction(plan["rho"]) * Fraction(plan["tables"][tabel])
        verwacht = float(kwadraat / (2 * rho)) ** 0.5
        if abs(gemeten / verwacht - 1) > 1e-6:
            raise SystemExit(f"tabel {tabel}: sigma {gemeten} past niet bij het plan ({verwacht})")


def twee_gangen(knopen: pl.DataFrame, sleutel: list[str]) -> pl.DataFrame:
    """Kleinste kwadraten op een boom in twee gangen; geeft `x` en `variantie` per knoop.

    Per knoop: `precisie` (1 / variantie van zijn eigen metingen) en `bewijs` (meting keer precisie). Omhoog: wat een
    knoop en alles eronder samen zeggen. Omlaag: wat de rest eraan toevoegt.
    """
    plek = {knoop: nummer for nummer, knoop in enumerate(knopen.select([*sleutel, "regio"]).iter_rows())}
    ouder = np.array([plek.get(knoop, -1) for knoop in knopen.select([*sleutel, "boven"]).iter_rows()])
    niveau, precisie, bewijs = (knopen[naam].to_numpy() for naam in ("niveau", "precisie", "bewijs"))
    v, z, s_delen, z_delen = (np.zeros(len(knopen)) for _ in range(4))
    for dit in reversed(NIVEAUS):
        hier = np.flatnonzero(niveau == dit)
        uit_delen = np.divide(1, s_delen[hier], out=np.zeros(len(hier)), where=s_delen[hier] > 0)
        v[hier] = 1 / (precisie[hier] + uit_delen)
        z[hier] = v[hier] * (bewijs[hier] + z_delen[hier] * uit_delen)
        met = hier[ouder[hier] >= 0]
        np.add.at(s_delen, ouder[met], v[met])
        np.add.at(z_delen, ouder[met], z[met])
    x, variantie = z.copy(), v.copy()
    for dit in NIVEAUS[1:]:
        hier = np.flatnonzero(niveau == dit)
        op = ouder[hier]
        aandeel = v[hier] / s_delen[op]
        x[hier] = z[hier] + aandeel * (x[op] - z_delen[op])
        variantie[hier] = v[hier] - aandeel**2 * (s_delen[op] - variantie[op])
    return knopen.with_columns(x=x, variantie=variantie)


def schat_opnieuw(metingen: pl.DataFrame) -> pl.DataFrame:
    """De schattingen en hun sd, een regel per cijfer.

    Per blok (een persona in een toestand) en regio: een opgave voor het totaal en een voor wat elke cel van het
    gemiddelde van haar regio afwijkt. Die twee hangen niet samen, dus samen zijn ze de hele oplossing.
    """
    boom = metingen.filter(pl.col("tabel") != BUITEN).with_columns(
        niveau=pl.col("tabel").str.strip_suffix(ACHTERVOEGSEL), meting=pl.col("meting").cast(pl.Float64)
    )
    is_cel = pl.col("leeftijd") != "totaal"
    knoop = [*BLOK, "regio"]
    gewicht = 1 / pl.col("sigma") ** 2
    cellen = boom.filter(is_cel)
    per_knoop = boom.filter(~is_cel).group_by(*knoop, "boven", "niveau", maintain_order=True)
    totalen = per_knoop.agg(w_totaal=gewicht.sum(), b_totaal=(pl.col("meting") * gewicht).sum())
    van_cellen = cellen.group_by(knoop).agg(som=pl.col("meting").sum(), d=pl.len(), sigma_cel=pl.col("sigma").first())

    w_som = 1 / (pl.col("d") * pl.col("sigma_cel") ** 2)
    totaal = twee_gangen(
        totalen.join(van_cellen, on=knoop, how="left", maintain_order="left").with_columns(
            precisie=pl.col("w_totaal") + w_som.fill_null(0),
            bewijs=pl.col("b_totaal") + (pl.col("som") * w_som).fill_null(0),
        ),
        BLOK,
    )

    contrast = twee_gangen(
        cellen.join(van_cellen, on=knoop, maintain_order="left").with_columns(
            precisie=gewicht, bewijs=(pl.col("meting") - pl.col("som") / pl.col("d")) * gewicht
        ),
        [*BLOK, "leeftijd", "geslacht"],
    )

    delen = contrast.join(
        totaal.select(*knoop, x_totaal="x", v_totaal="variantie"), on=knoop, maintain_order="left"
    ).with_columns(x=pl.col("x") + pl.col("x_totaal") / pl.col("d"))
    alle = [opgeteld(delen, per) for per in (("leeftijd", "geslacht"), ("leeftijd",), ("geslacht",), ())]
    zonder_cellen = totaal.join(van_cellen, on=knoop, how="anti", maintain_order="left").select(
        *knoop[:2], "niveau", "regio", pl.lit("totaal").alias("leeftijd"), pl.lit("totaal").alias("geslacht"),
        schatting="x", sd=pl.col("variantie").sqrt(),
    )  # fmt: skip
    buiten = metingen.filter(pl.col("tabel") == BUITEN).select(
        *BLOK, pl.col("tabel").alias("niveau"), "regio", "leeftijd", "geslacht",
        schatting=pl.col("meting").cast(pl.Float64), sd="sigma",
    )  # fmt: skip
    return pl.concat([*alle, zonder_cellen, buiten]).sort(SLEUTEL)


def opgeteld(cellen: pl.DataFrame, per: tuple[str, ...]) -> pl.DataFrame:
    """Een som van k van de d cellen: variantie k (1 - k/d) v_contrast + (k/d)^2 v_totaal."""
    bij_elkaar = cellen.with_columns(
        pl.lit("totaal").alias(naam) for naam in ("leeftijd", "geslacht") if naam not in per
    )
    k, deel = pl.col("k"), pl.col("k") / pl.col("d")
    return (
        bij_elkaar.group_by(SLEUTEL)
        .agg(schatting=pl.col("x").sum(), k=pl.len(), d=pl.col("d").first(), v=pl.col("variantie").first(),
             v_totaal=pl.col("v_totaal").first())
        .select(*SLEUTEL, "schatting", sd=(k * (1 - deel) * pl.col("v") + deel**2 * pl.col("v_totaal")).sqrt())
    )  # fmt: skip


def hoofdzaak(argumenten: list[str]) -> None:
    """Lees een uitgave, schat opnieuw, en schrijf het resultaat of toon het begin."""
    map_ = Path(argumenten[0] if argumenten else ".")
    metingen = pl.read_parquet(map_ / "metingen.parquet")
    klopt_met_plan(metingen, json.loads((map_ / "uitgaveplan.json").read_text(encoding="utf-8")))
    cijfers = schat_opnieuw(metingen)
    if len(argumenten) > 1:
        cijfers.write_csv(argumenten[1])
    totalen = cijfers.filter((pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal"))
    sys.stdout.write(f"{totalen.head()}\n")


if __name__ == "__main__":
    hoofdzaak(sys.argv[1:])
